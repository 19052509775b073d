from __future__ import annotations

from dataclasses import replace

import pytest

from qa.evaluation.questions import GoldAnswer, Question
from qa.evaluation.records import Record, Reply
from qa.evaluation.scores import MEANS, RANKING, score

GOLD = Reply(
    text="in March", prediction="March", confidence=0.9, answered=True,
    closest_shown=False, citation=None,
    exact_match=1, f1=1, contained=True, contained_any=True, citations=1, verbatim=1, supported=1,
)  # fmt: skip
WRONG = replace(GOLD, exact_match=0, f1=0, contained=False, contained_any=False, supported=0)


def record(reply: Reply | None, *, answerable: bool = True, **ranking: float) -> Record:
    answers = (GoldAnswer("March"),) if answerable else ()
    question = Question(str(id(reply)), "When?", answers)
    names = {name.replace("_at_", "@"): value for name, value in ranking.items()}
    return Record(question, None, names, latency_ms=10, reply=reply)


RECORDS = [
    # Answerable: right; half right with two citations; wrong; right but abstained from.
    record(GOLD, mrr=1, recall_at_1=1),
    record(
        replace(WRONG, confidence=0.8, f1=0.5, contained_any=True, citations=2, verbatim=2,
                supported=1),
        mrr=0.5, recall_at_1=0,
    ),
    record(replace(WRONG, confidence=0.6), mrr=0, recall_at_1=0),
    record(replace(GOLD, confidence=0.3, answered=False, closest_shown=True), mrr=1, recall_at_1=1),
    # Unanswerable: abstained from; answered.
    record(replace(WRONG, confidence=0.1, answered=False, closest_shown=True), answerable=False),
    record(replace(WRONG, confidence=0.7, citations=1, verbatim=0), answerable=False),
]  # fmt: skip


def test_every_score_by_hand() -> None:
    values = {name: value for name, value in score(RECORDS).values.items() if value is not None}
    assert values == pytest.approx(
        {
            "retrieval.mrr": 2.5 / 4,
            "retrieval.recall@1": 2 / 4,
            "answers.exact_match": 2 / 4,
            "answers.f1": 2.5 / 4,
            "answers.contained": 2 / 4,
            "answers.contained_any": 3 / 4,
            # Right, half, wrong, abstained (0), abstained (1), answered (0).
            "squad2.exact": 2 / 6,
            "squad2.f1": 2.5 / 6,
            "abstention.precision": 1 / 2,
            "abstention.recall": 1 / 2,
            "abstention.answered_share": 4 / 6,
            # Of one wrong abstention, at .3, and of one right one, at .1.
            "abstention.closest_right": 1 / 1,
            "abstention.closest_wrong": 1 / 1,
            # Unanswerable .1 is below all four answerable; .7 is below .8 and .9.
            "abstention.auroc": (4 + 2) / 8,
            # By confidence: right .9, wrong .8 .7 .6, right .3, wrong .1.
            "abstention.risk_coverage_area": (0 + 1 / 2 + 2 / 3 + 3 / 4 + 3 / 5 + 4 / 6) / 6,
            # 7 citations in all, one not verbatim; of the answered answerable ones 2 of 4.
            "citations.verbatim": 6 / 7,
            "citations.supported": 2 / 4,
            "calibration.ece": (0.1 + 0.8 + 0.7 + 0.6 + 0.7 + 0.1) / 6,
        }
    )


def test_counts_and_latency() -> None:
    scores = score(RECORDS)
    assert scores.latency == {"p50_ms": 10, "p95_ms": 10}
    assert scores.counts == {
        "questions": 6,
        "answerable": 4,
        "unanswerable": 2,
        "answered": 4,
        "citations": 7,
    }


def test_each_interval_encloses_its_value() -> None:
    scores = score(RECORDS, resamples=200)
    assert scores.intervals.keys() == scores.values.keys()
    for name, value in scores.values.items():
        interval = scores.intervals[name]
        assert (interval is None) == (value is None)
        if interval and value is not None:
            assert 0 <= interval[0] <= value <= interval[1] <= 1


def test_no_records() -> None:
    scores = score([])
    assert set(scores.values.values()) == {None}
    assert set(scores.intervals.values()) == {None}
    assert set(scores.latency.values()) == {None}
    assert set(scores.counts.values()) == {0}


def test_retrieval_alone_scores_nothing_else() -> None:
    scores = score([record(None, answerable=False, mrr=0.5)], resamples=5)
    assert {name for name, value in scores.values.items() if value is not None} == {"retrieval.mrr"}
    assert scores.counts["unanswerable"] == 0


def test_the_names_that_reports_rely_on() -> None:
    assert {"recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@10"} < set(RANKING)
    assert {"answers.exact_match", "squad2.exact", "squad2.f1"} < set(MEANS)
