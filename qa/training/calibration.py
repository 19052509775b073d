"""How the reader's scores become one ranking and one probability.

``python -m qa.training.calibration READER_DIR --choose FILE ... --calibrate FILE ...`` writes what
it finds into ``reader.json`` and prints it. The weight of retrieval beside the span's score is
the one that makes the right passage most probable (a conditional logit, McFadden 1974) on the
files to choose with; the logistic is fitted on the files to calibrate with, each counting the
same. Keep only ``held_out`` articles of a file that the reader was trained on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from qa.evaluation.datasets import load_questions
from qa.evaluation.indexing import engine_for
from qa.evaluation.questions import Question, QuestionSet
from qa.evaluation.relevance import answers_question
from qa.models.encoder import open_encoder
from qa.reading.evidence import EvidenceReader
from qa.reading.span_reader import FACTS, FEATURES, SpanReader
from qa.reading.spans import quote_around
from qa.settings import Settings

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
    """Ask the questions of a file over its own corpus; see SpanReader.steps for the features."""
    question_set = load_questions(path)
    rows = []
    with engine_for(question_set, index_dir) as (engine, _):
        for question in _sample(question_set, most, held_out):
            hits = engine.search(question.question, k=reader.passages_read)
            steps = list(reader.steps(question.question, hits))
            if not steps:
                continue
            right = []
            for span in (span for found, _ in steps for span in found):
                start, end = quote_around(span)
                passage = span.passage
                text = passage.text[start - passage.start : end - passage.start]
                right.append(answers_question(question, passage.document_id, start, end, text))
            features = np.concatenate([part for _, part in steps])
            rows.append(Row(features, np.array(right), bool(question.answers)))
    return rows


def _sample(question_set: QuestionSet, most: int, held_out: int) -> list[Question]:
    kept = [q for q in question_set.questions if not q.history]
    if question_set.path.name.startswith(_TRAINED_ON):
        titles = sorted({document.title for document in question_set.documents})[-held_out:]
        kept = [q for q in kept if q.documents[0].rsplit("/", 1)[0] in titles]
    return kept[:: max(1, len(kept) // most)][:most]


def fit_weights(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return the weights for which the right passages are most probable, the span's being 1."""
    usable = [row for row in rows if row.right.any()]

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.0
        for row in usable:
            scores = row.features @ weights
            total += np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[row.right])
        return total / len(usable)

    found = minimize(loss, np.array([0.5, 1.0, 1.0, 1.0]), method="L-BFGS-B").x
    return np.asarray(found / found[0])


def main(
    reader_dir: Path,
    choose: Annotated[list[Path], typer.Option()],
    calibrate: Annotated[list[Path], typer.Option()],
    most: int = 800,
    held_out: int = 2,
    passages: int = 15,
    index_dir: Path = Path("index"),
) -> None:
    """Fit, print, and write ``reader.json``."""
    evidence = EvidenceReader(open_encoder(Settings()))
    reader = SpanReader(reader_dir, evidence, threads=2, passages_read=passages)
    found = {
        path: rows_of(path, reader, most=most, held_out=held_out, index_dir=index_dir)
        for path in dict.fromkeys([*choose, *calibrate])
    }
    weights = fit_weights([row for path in choose for row in found[path]]).round(3)
    scores: list[float] = []
    right: list[bool] = []
    share: list[float] = []
    for path, rows in found.items():
        totals = [row.features @ weights for row in rows]
        best = [int(total.argmax()) for total in totals]
        top = [float(total.max()) for total in totals]
        hit = [bool(row.right[b]) for row, b in zip(rows, best, strict=True)]
        answerable = [row.answerable for row in rows]
        accuracy = np.mean([h for h, a in zip(hit, answerable, strict=True) if a])
        area = roc_auc_score(answerable, top) if not all(answerable) else float("nan")
        typer.echo(f"{path.name}: {len(rows)} q, right quote {accuracy:.3f}, AUROC {area:.3f}")
        if path in calibrate:
            scores += top
            right += hit
            share += [1 / len(rows)] * len(rows)
    model = LogisticRegression(C=1e6).fit(
        np.array(scores)[:, None], np.array(right), sample_weight=np.array(share)
    )
    path = reader_dir / FACTS
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["calibration"] = {
        **dict(zip(FEATURES, weights.tolist(), strict=True)),
        "slope": round(float(model.coef_[0, 0]), 4),
        "offset": round(float(model.intercept_[0]), 4),
    }
    path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps(facts["calibration"]))


if __name__ == "__main__":
    typer.run(main)
