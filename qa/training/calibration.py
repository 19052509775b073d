"""How the reader's scores become one ranking and one probability.

``python -m qa.training.calibration READER_DIR FILE ...`` writes what it finds into
``reader.json`` and prints it. The weights of the features are those of a few tried that choose
the right quote most often, on the mean of the files. The logistic that makes a probability of
the chosen span's own score is fitted on all files, each counting the same. Of a file that the
reader was trained on, only the held-out articles are asked about.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from qa.evaluation.datasets import load_questions
from qa.evaluation.indexing import engine_for
from qa.evaluation.questions import Question, QuestionSet
from qa.evaluation.relevance import answers_question
from qa.models.encoder import open_encoder
from qa.models.span_models import FACTS, read_facts
from qa.reading.choice import open_span_reader
from qa.reading.evidence import EvidenceReader
from qa.reading.span_reader import FEATURES, SpanReader
from qa.reading.spans import quote_around
from qa.settings import Settings

# Weights of FEATURES, the span's being 1.
TRIED = (
    (1.0, 0.0, 0.0, 0.0),
    (1.0, 2.0, 5.0, 2.0),
    (1.0, 5.0, 5.0, 2.0),
    (1.0, 8.0, 5.0, 2.0),
    (1.0, 8.0, 2.0, 2.0),
    (1.0, 13.0, 2.0, 2.0),
)

_TRAINED_ON = "squad2_dev_half_b"


@dataclass(frozen=True, slots=True)
class Row:
    """One question: features of shape (passages, 4), which quotes are right, answerable."""

    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: bool


def rows_of(
    path: Path, reader: SpanReader, *, most: int, held_out: int, index_dir: Path
) -> list[Row]:
    """Ask the questions of a file over its own corpus; see SpanReader.examine for the features."""
    question_set = load_questions(path)
    rows = []
    with engine_for(question_set, index_dir) as (engine, _):
        for question in _sample(question_set, most, held_out):
            hits = engine.search(question.question, k=reader.passages_read)
            if not hits:
                continue
            spans, features = reader.examine(question.question, hits)
            right = []
            for span in spans:
                start, end = quote_around(span)
                passage = span.passage
                text = passage.text[start - passage.start : end - passage.start]
                right.append(answers_question(question, passage.document_id, start, end, text))
            rows.append(Row(features, np.array(right), bool(question.answers)))
    return rows


def _sample(question_set: QuestionSet, most: int, held_out: int) -> list[Question]:
    kept = [q for q in question_set.questions if not q.history]
    if question_set.path.name.startswith(_TRAINED_ON):
        articles = {question.documents[0].rpartition("/")[0] for question in kept}
        left = sorted(articles)[-held_out:]
        kept = [q for q in kept if q.documents[0].rpartition("/")[0] in left]
    return kept[:: max(1, len(kept) // most)][:most]


def main(
    reader_dir: Path,
    files: list[Path],
    most: int = 350,
    held_out: int = 2,
    index_dir: Path = Path("index"),
) -> None:
    """Choose, fit, print, and write ``reader.json``."""
    evidence = EvidenceReader(open_encoder(Settings()))
    reader = open_span_reader(reader_dir, evidence, threads=2)
    found = {
        path: rows_of(path, reader, most=most, held_out=held_out, index_dir=index_dir)
        for path in files
    }
    typer.echo(f"| {' | '.join(FEATURES)} | {' | '.join(p.name for p in files)} | mean |")
    means = {}
    for weights in TRIED:
        shares = [right_share(rows, np.array(weights)) for rows in found.values()]
        means[weights] = float(np.mean(shares))
        cells = [*(f"{w:g}" for w in weights), *(f"{s:.3f}" for s in [*shares, means[weights]])]
        typer.echo(f"| {' | '.join(cells)} |")
    chosen = max(TRIED, key=lambda weights: means[weights])
    slope, offset = fit_logistic(list(found.values()), np.array(chosen))
    facts = read_facts(reader_dir)
    facts["calibration"] = {
        **dict(zip(FEATURES, chosen, strict=True)),
        "slope": round(slope, 4),
        "offset": round(offset, 4),
    }
    (reader_dir / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps(facts["calibration"]))


def right_share(rows: Sequence[Row], weights: NDArray[np.float64]) -> float:
    """Return the share of the answerable questions whose chosen quote is right."""
    return float(np.mean([r.right[(r.features @ weights).argmax()] for r in rows if r.answerable]))


def fit_logistic(
    files: Sequence[Sequence[Row]], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Return slope and offset; prints how well each file's answerable questions are told."""
    scores: list[float] = []
    right: list[bool] = []
    share: list[float] = []
    for rows in files:
        best = [int((row.features @ weights).argmax()) for row in rows]
        own = [float(row.features[b, 0]) for row, b in zip(rows, best, strict=True)]
        answerable = [row.answerable for row in rows]
        if not all(answerable):
            typer.echo(f"AUROC {roc_auc_score(answerable, own):.3f} of {len(rows)} questions")
        scores += own
        right += [bool(row.right[b]) for row, b in zip(rows, best, strict=True)]
        share += [100 / len(rows)] * len(rows)
    model = LogisticRegression(C=1e6).fit(np.array(scores)[:, None], right, sample_weight=share)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


if __name__ == "__main__":
    typer.run(main)
