"""Records -> scores: every figure of a report, and how far each may be chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.abstention import auroc, risk_coverage_area
from qa.evaluation.bootstrap import Interval, intervals
from qa.evaluation.calibration import expected_calibration_error
from qa.evaluation.questions import Question
from qa.evaluation.records import DEPTHS, Record, Reply
from qa.evaluation.shapes import SHAPE_SCORES

# Shape (questions, len(COLUMNS)); NaN where a question doesn't count for a column.
Table = NDArray[np.float64]

RANKING = (
    *(f"recall@{k}" for k in DEPTHS),
    "mrr",
    "ndcg@10",
    *(f"passage_recall@{k}" for k in DEPTHS),
    "reranked_recall@1",
)
# Means over the questions that count for them.
MEANS = (
    *(f"retrieval.{name}" for name in RANKING),
    "answers.exact_match",
    "answers.f1",
    "answers.contained",
    "answers.contained_any",
    "squad2.exact",
    "squad2.f1",
    "abstention.precision",
    "abstention.recall",
    "abstention.answered_share",
    "abstention.closest_right",
    "abstention.closest_wrong",
    *SHAPE_SCORES,
)
COLUMNS = (*MEANS, "confidence", "right", "cited", "verbatim", "cited_answered", "supported")
_AT = {name: column for column, name in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Scores:
    """What the records come to; names are like ``retrieval.recall@1``.

    ``values`` are fractions in [0, 1], None where no question counts for one. ``intervals`` are
    their 95 % bootstrap intervals over questions. ``latency`` is in milliseconds.

    - ``retrieval.*``: over the answerable questions; see ``records.score_passages``, and for
      retrieval sets ``records.score_documents``.
    - ``answers.*``: over the answerable questions, the answer forced.
    - ``squad2.*``: over all questions, abstaining allowed; an abstention is the empty answer.
    - ``abstention.precision``: of the abstentions, the share that are unanswerable;
      ``recall``: of the unanswerable, the share abstained from; ``auroc``: of unanswerable (the
      positives) against answerable, by 1 - confidence; ``risk_coverage_area``: lower is better.
      ``closest_right``: of the answerable abstained from, the share whose closest sentence is
      shown and holds a gold answer; ``closest_wrong``: of the unanswerable abstained from, the
      share that shows one.
    - ``citations.verbatim``: of all citations, of forced answers too, the share whose quote is
      the document's text at its offsets. ``citations.supported``: of the citations of answers
      given of its own accord to answerable questions, the share whose quote, or a passage
      enclosing it, holds a gold answer.
    - ``calibration.ece``: over all questions; an answer is right where the question is
      answerable and the first quote holds a gold answer.
    - ``lists.*``, ``reasons.*``, ``yes_no.*``, ``summaries.*``: the answer forced; see
      ``shapes.score_shape``.
    """

    values: Mapping[str, float | None]
    intervals: Mapping[str, Interval | None]
    latency: Mapping[str, float | None]
    counts: Mapping[str, int]


def score(records: Sequence[Record], *, resamples: int = 1000, seed: int = 0) -> Scores:
    """Compute all scores of the records; for no records all are None and all counts 0."""
    table = tabulate(records)
    milliseconds = np.array([record.latency_ms for record in records])
    replies = [record.reply for record in records if record.reply]
    return Scores(
        values=measure(table),
        intervals=intervals(
            lambda rows: measure(table[rows]), len(records), resamples=resamples, seed=seed
        ),
        latency={
            f"p{share}_ms": float(np.percentile(milliseconds, share)) if records else None
            for share in (50, 95)
        },
        counts={
            "questions": len(records),
            "answerable": sum(bool(record.question.answers) for record in records),
            "unanswerable": sum(_unanswerable(record) for record in records),
            "answered": sum(reply.answered for reply in replies),
            "citations": sum(reply.citations for reply in replies),
        },
    )


def tabulate(records: Sequence[Record]) -> Table:
    """Return what each record adds to each of ``COLUMNS``."""
    table = np.full((len(records), len(COLUMNS)), np.nan)
    for row, record in enumerate(records):
        cells = {f"retrieval.{name}": value for name, value in record.retrieval.items()}
        cells |= record.shape
        if record.reply is not None:
            cells |= _cells(record.question, record.reply)
        for name, value in cells.items():
            table[row, _AT[name]] = value
    return table


def measure(table: Table) -> dict[str, float | None]:
    """Compute every fraction from the rows of ``tabulate``, or from any choice of them."""
    counted = ~np.isnan(table)
    sums, counts = np.where(counted, table, 0).sum(axis=0), counted.sum(axis=0)
    asked = table[counted[:, _AT["confidence"]]]
    confidence, right = asked[:, _AT["confidence"]], asked[:, _AT["right"]]
    unanswerable = np.isnan(asked[:, _AT["answers.f1"]])

    def share(part: str, whole: str) -> float | None:
        return _ratio(sums[_AT[part]], sums[_AT[whole]])

    return {
        **{name: _ratio(sums[_AT[name]], counts[_AT[name]]) for name in MEANS},
        "abstention.auroc": auroc(1 - confidence, unanswerable),
        "abstention.risk_coverage_area": risk_coverage_area(confidence, right),
        "citations.verbatim": share("verbatim", "cited"),
        "citations.supported": share("supported", "cited_answered"),
        "calibration.ece": expected_calibration_error(confidence, right),
    }


def _cells(question: Question, reply: Reply) -> dict[str, float]:
    answerable, abstained = bool(question.answers), not reply.answered
    cells = {
        "confidence": reply.confidence,
        "right": answerable and reply.contained,
        "cited": reply.citations,
        "verbatim": reply.verbatim,
        "squad2.exact": not answerable if abstained else reply.exact_match,
        "squad2.f1": not answerable if abstained else reply.f1,
        "abstention.answered_share": reply.answered,
    }
    if abstained:
        cells["abstention.precision"] = not answerable
        if answerable:
            cells["abstention.closest_right"] = reply.closest_shown and reply.contained
        else:
            cells["abstention.closest_wrong"] = reply.closest_shown
    if not answerable:
        cells["abstention.recall"] = abstained
        return cells
    if reply.answered:
        cells |= {"cited_answered": reply.citations, "supported": reply.supported}
    return cells | {
        "answers.exact_match": reply.exact_match,
        "answers.f1": reply.f1,
        "answers.contained": reply.contained,
        "answers.contained_any": reply.contained_any,
    }


def _unanswerable(record: Record) -> bool:
    return record.reply is not None and not record.question.answers


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None
