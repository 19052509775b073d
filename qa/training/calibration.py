"""How the reader's scores become one ranking and one probability.

``python -m qa.training.calibration READER_DIR FILE ...`` writes what it finds into
``reader.json`` and prints it. The weight of retrieval is that of a few tried that chooses the
right quote most often, on the mean of the sets. The logistic that makes a probability of the
chosen span's own score is fitted on all sets that hold unanswerable questions. SQuAD files are
asked both over their whole corpus and with the question's own paragraph given. Of a file that
the reader was trained on, only the held-out articles are asked about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from qa.evaluation.calibration import expected_calibration_error
from qa.evaluation.datasets import load_questions
from qa.evaluation.indexing import engine_for
from qa.evaluation.questions import Question, QuestionSet, Setting
from qa.evaluation.relevance import answers_question
from qa.models.span_models import FACTS, read_facts
from qa.reading.choice import open_span_reader
from qa.reading.span_reader import SpanReader
from qa.reading.spans import quote_around

# Weights of retrieval that are tried, the span's own score having 1.
TRIED = (0.0, 1.0, 2.0, 5.0, 8.0, 12.0, 16.0)

_TRAINED_ON = "squad2_dev_half_b"


@dataclass(frozen=True, slots=True)
class Row:
    """One question: of each passage, the span's score, retrieval's gap and whether it is right."""

    scores: NDArray[np.float64]
    gaps: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: bool

    def chosen(self, weight: float) -> int:
        """Return the passage that is chosen with this weight of retrieval."""
        return int((self.scores + weight * self.gaps).argmax())


def rows_of(
    path: Path, setting: Setting, reader: SpanReader, *, most: int, held_out: int, index_dir: Path
) -> list[Row]:
    """Ask the questions of a file over its own corpus, or over their own documents alone."""
    question_set = load_questions(path)
    rows = []
    with engine_for(question_set, index_dir) as (engine, _):
        for question in _sample(question_set, most, held_out):
            hits = engine.search(
                question.question,
                k=reader.passages_read,
                documents=question.documents if setting == "passage" else None,
            )
            if not hits:
                continue
            spans = [found[0] for found in reader.spans(question.question, hits)]
            right = []
            for span in spans:
                start, end = quote_around(span)
                passage = span.passage
                text = passage.text[start - passage.start : end - passage.start]
                right.append(answers_question(question, passage.document_id, start, end, text))
            rows.append(
                Row(
                    np.array([span.score for span in spans]),
                    np.array([hit.score - hits[0].score for hit in hits]),
                    np.array(right),
                    bool(question.answers),
                )
            )
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
    reader = open_span_reader(reader_dir, threads=2)
    found: dict[str, list[Row]] = {}
    for path in files:
        settings: tuple[Setting, ...] = (
            ("corpus", "passage") if ".json" in path.suffixes else ("corpus",)
        )
        for setting in settings:
            found[f"{path.name}, {setting}"] = rows_of(
                path, setting, reader, most=most, held_out=held_out, index_dir=index_dir
            )
    typer.echo(f"| retrieval | {' | '.join(found)} | mean |")
    means = {}
    for weight in TRIED:
        shares = [right_share(rows, weight) for rows in found.values()]
        means[weight] = float(np.mean(shares))
        cells = [f"{weight:g}", *(f"{share:.3f}" for share in [*shares, means[weight]])]
        typer.echo(f"| {' | '.join(cells)} |")
    chosen = max(TRIED, key=lambda weight: means[weight])
    slope, offset = fit_logistic(found, chosen)
    facts = read_facts(reader_dir)
    facts["calibration"] = {
        "retrieval": chosen,
        "slope": round(slope, 4),
        "offset": round(offset, 4),
    }
    (reader_dir / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps(facts["calibration"]))


def right_share(rows: Sequence[Row], weight: float) -> float:
    """Return the share of the answerable questions whose chosen quote is right."""
    return float(np.mean([row.right[row.chosen(weight)] for row in rows if row.answerable]))


def fit_logistic(found: Mapping[str, Sequence[Row]], weight: float) -> tuple[float, float]:
    """Return slope and offset, and print what they come to on each set.

    Only sets with unanswerable questions count, each the same; of those the SQuAD sets, where
    there are any. Their unanswerable questions are meant to deceive, so the same score means
    less: fitted there, the probability errs on the side of caution elsewhere.
    """
    tables = {
        name: np.array(
            [
                (row.scores[at], row.right[at], row.answerable)
                for row in rows
                for at in [row.chosen(weight)]
            ]
        )
        for name, rows in found.items()
    }
    both = {name: table for name, table in tables.items() if not table[:, 2].all()}
    fitted = {name: table for name, table in both.items() if ".jsonl" not in name} or both
    everything = np.concatenate(list(fitted.values()))
    share = np.concatenate([np.full(len(t), 1000 / len(t)) for t in fitted.values()])
    model = LogisticRegression(C=1e6).fit(everything[:, :1], everything[:, 1], sample_weight=share)
    for name, table in tables.items():
        sure = model.predict_proba(table[:, :1])[:, 1]
        error = expected_calibration_error(sure, table[:, 1])
        told = f", AUROC {roc_auc_score(table[:, 2], sure):.3f}" if name in both else ""
        typer.echo(f"{name}: {len(table)} questions, calibration error {error:.3f}{told}")
    return float(model.coef_[0, 0]), float(model.intercept_[0])


if __name__ == "__main__":
    typer.run(main)
