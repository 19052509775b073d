"""How the reader's scores become one ranking and one probability.

``python -m qa.training.calibration READER_DIR FILE ...`` writes what it finds into
``reader.json`` and prints it. The weight of retrieval is that of a few tried that chooses the
right quote most often, on the mean of the sets, unless ``--retrieval`` gives one. The logistic that
makes a probability of the chosen span's own score is fitted on the sets that hold unanswerable
questions, the SQuAD ones alone where there are any. SQuAD files are asked both over their whole
corpus and with the question's own paragraph given. Of squad2_dev_half_b, which the reader is
trained on, only the held-out articles are asked about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from qa.evaluation.calibration import expected_calibration_error
from qa.evaluation.datasets import load_questions
from qa.evaluation.indexing import engine_for
from qa.evaluation.questions import Question, QuestionSet, Setting, limited, standing_alone
from qa.evaluation.relevance import answers_question
from qa.models.span_models import FACTS, read_facts
from qa.reading.choice import open_span_reader
from qa.reading.span_reader import SpanReader
from qa.reading.spans import quote_around
from qa.store.files import replace_atomically
from qa.training.sources import HELD_OUT_OF, last_articles

# Weights of retrieval that are tried, the span's own score having 1.
TRIED = (0.0, 1.0, 2.0, 5.0, 8.0, 12.0, 16.0)


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
    question_set: QuestionSet,
    questions: Sequence[Question],
    setting: Setting,
    reader: SpanReader,
    index_dir: Path,
) -> list[Row]:
    """Ask questions of a set over its own corpus, or over their own documents alone.

    A question for which no passage is found has no row.
    """
    rows = []
    with engine_for(question_set, index_dir) as (engine, _):
        for question in questions:
            hits = engine.search(
                question.question,
                k=reader.passages_read,
                documents=question.documents if setting == "passage" else None,
            )
            if not hits:
                continue
            ids = {hit.passage.document_id for hit in hits}
            documents = {id: engine.document(id) for id in ids}
            spans = [found[0] for found in reader.spans(question.question, hits, documents)]
            right = []
            for span in spans:
                start, end = quote_around(span)
                quote = replace(span, start=start, end=end).text
                document = span.passage.document_id
                right.append(answers_question(question, document, start, end, quote))
            rows.append(
                Row(
                    np.array([span.score for span in spans]),
                    np.array([hit.score - hits[0].score for hit in hits]),
                    np.array(right),
                    bool(question.answers),
                )
            )
    return rows


def questions_of(question_set: QuestionSet, most: int, held_out: int) -> tuple[Question, ...]:
    """Return at most ``most`` questions of the set that the reader was not trained on."""
    kept = standing_alone(question_set)
    if question_set.path.name.startswith(HELD_OUT_OF):
        left = last_articles(map(_article_of, kept), held_out)
        kept = tuple(question for question in kept if _article_of(question) in left)
    return limited(kept, most)


def _article_of(question: Question) -> str:
    return question.documents[0].rpartition("/")[0]


def main(
    reader_dir: Path,
    files: list[Path],
    most: int = 350,
    held_out: int = 2,
    index_dir: Path = Path("index"),
    retrieval: float | None = None,
) -> None:
    """Choose, fit, print, and write ``reader.json``; ``retrieval`` is a weight chosen elsewhere.

    Raises:
        typer.BadParameter: the files hold no answerable or no unanswerable questions, or the
            reader's scores say nothing about what is right in them.
    """
    sets = {path: load_questions(path) for path in files}
    asked = {path: questions_of(each, most, held_out) for path, each in sets.items()}
    kinds = {bool(question.answers) for questions in asked.values() for question in questions}
    if len(kinds) < 2:
        lack = "unanswerable" if kinds == {True} else "answerable"
        raise typer.BadParameter(f"the files hold no {lack} question: both kinds are needed.")
    reader = open_span_reader(reader_dir, threads=2)
    found: dict[str, list[Row]] = {}
    for path, question_set in sets.items():
        settings: tuple[Setting, ...] = (
            ("corpus", "passage") if ".json" in path.suffixes else ("corpus",)
        )
        for setting in settings:
            rows = rows_of(question_set, asked[path], setting, reader, index_dir)
            if rows:
                found[f"{path}, {setting}"] = rows
    typer.echo(f"| retrieval | {' | '.join(found)} | mean |")
    means = {}
    for weight in TRIED if retrieval is None else (retrieval,):
        shares = [right_share(rows, weight) for rows in found.values()]
        means[weight] = float(np.nanmean(shares))
        cells = [f"{weight:g}", *(f"{share:.3f}" for share in [*shares, means[weight]])]
        typer.echo(f"| {' | '.join(cells)} |")
    chosen = max(means, key=lambda weight: means[weight])
    slope, offset = fit_logistic(found, chosen)
    facts = read_facts(reader_dir)
    facts["calibration"] = {
        "retrieval": chosen,
        "slope": round(slope, 4),
        "offset": round(offset, 4),
    }
    written = json.dumps(facts, indent=1) + "\n"
    replace_atomically(reader_dir / FACTS, lambda draft: draft.write_text(written, "utf-8"))
    typer.echo(json.dumps(facts["calibration"]))


def right_share(rows: Sequence[Row], weight: float) -> float:
    """Return the share of the answerable questions whose chosen quote is right; NaN without any."""
    right = [row.right[row.chosen(weight)] for row in rows if row.answerable]
    return float(np.mean(right)) if right else float("nan")


def fit_logistic(found: Mapping[str, Sequence[Row]], weight: float) -> tuple[float, float]:
    """Return slope and offset, and print what they come to on each set.

    Only sets with unanswerable questions count, each the same; of those the SQuAD sets, where
    there are any. Their unanswerable questions are meant to deceive, so the same score means
    less: fitted there, the probability errs on the side of caution elsewhere. At least one set
    has such questions, and none is without any.

    Raises:
        typer.BadParameter: the chosen quotes are all right or all wrong, or a higher score does
            not mean that they are right more often.
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
    no_use = (
        "the reader's scores say nothing about what is right in these files: take more of them."
    )
    if len(set(everything[:, 1])) < 2:
        raise typer.BadParameter(no_use)
    model = LogisticRegression(C=1e6).fit(everything[:, :1], everything[:, 1], sample_weight=share)
    if model.coef_[0, 0] <= 0:
        raise typer.BadParameter(no_use)
    for name, table in tables.items():
        sure = model.predict_proba(table[:, :1])[:, 1]
        error = expected_calibration_error(sure, table[:, 1])
        mixed = len(set(table[:, 2])) == 2
        told = f", AUROC {roc_auc_score(table[:, 2], sure):.3f}" if mixed else ""
        typer.echo(f"{name}: {len(table)} questions, calibration error {error:.3f}{told}")
    return float(model.coef_[0, 0]), float(model.intercept_[0])


if __name__ == "__main__":
    typer.run(main)
