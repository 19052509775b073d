from __future__ import annotations

import math
from dataclasses import replace

import pytest

from qa.answering import CLOSEST_AT
from qa.datatypes import Answer, Citation, Document, Hit, Passage
from qa.evaluation.questions import GoldAnswer, Question
from qa.evaluation.records import Record, Reply, score_documents, score_passages, score_reply

TEXT = "Rubio flew up in September. He is to land in March. It may be later."
SPLITS = [(0, 27), (28, 51), (52, 68)]
PASSAGES = tuple(
    Passage(number, "a.txt", start, end, TEXT[start:end])
    for number, (start, end) in enumerate(SPLITS, start=1)
)
WHEN = Question(
    "when", "When does he land?", (GoldAnswer("March"), GoldAnswer("in March")), ("a.txt",)
)
NEVER = Question("never", "When does he swim?", (), ("a.txt",))


def document(id: str) -> Document:
    assert id == "a.txt"
    return Document(id, "A", TEXT, id, "0" * 64)


def cited(marker: int, place: int, quote: str = "") -> Citation:
    start, end = SPLITS[place]
    return Citation(marker, "a.txt", "A", "a.txt", start, end, quote or TEXT[start:end], 0, 8)


def reply(question: Question, *citations: Citation, confidence: float = 0.7) -> Reply:
    answer = Answer(
        question.question, "in March [1]", citations, bool(citations), confidence, (), ""
    )
    return score_reply(
        question, answer, answer_at=0.7, document=document, passages=lambda id: PASSAGES
    )


def test_the_prediction_is_what_the_first_citation_supports() -> None:
    found = reply(WHEN, cited(1, 1), cited(2, 0))
    assert (found.prediction, found.exact_match, found.f1) == ("in March", 1, 1)
    assert (found.citations, found.verbatim, found.supported) == (2, 2, 1)
    assert found.contained
    assert found.answered
    assert found.citation == cited(1, 1)


def test_contained_asks_the_first_quote_and_contained_any_asks_all() -> None:
    found = reply(WHEN, cited(1, 0), cited(2, 1))
    assert not found.contained
    assert found.contained_any


def test_a_quote_that_is_not_the_text_is_seen() -> None:
    wrong = "He is to land in  March"  # as long, but not the text
    assert reply(WHEN, cited(1, 1, wrong)).verbatim == 0


def test_below_the_threshold_it_would_have_abstained() -> None:
    assert not reply(WHEN, cited(1, 1), confidence=0.69).answered


def test_it_would_have_shown_the_closest_sentence_of_what_it_has_read_and_not_said() -> None:
    assert reply(WHEN, cited(1, 1), confidence=CLOSEST_AT).closest_shown
    assert not reply(WHEN, cited(1, 1), confidence=CLOSEST_AT - 0.001).closest_shown
    assert not reply(WHEN, cited(1, 1)).closest_shown
    assert not reply(WHEN, confidence=CLOSEST_AT).closest_shown
    summary = replace(WHEN, question="What does it say about Rubio?")
    assert not reply(summary, cited(1, 1), confidence=CLOSEST_AT).closest_shown


def test_no_citation_is_the_empty_prediction() -> None:
    found = reply(WHEN)
    assert (found.prediction, found.f1, found.citation, found.citations) == ("", 0, None, 0)
    assert not found.answered
    assert not found.contained


def test_an_unanswerable_question_holds_nothing() -> None:
    found = reply(NEVER, cited(1, 1))
    assert (found.exact_match, found.contained, found.supported, found.verbatim) == (0, False, 0, 1)


def hits(*places: int) -> tuple[Hit, ...]:
    return tuple(Hit(PASSAGES[place], 1 / rank, "hybrid") for rank, place in enumerate(places, 1))


def test_ranking_of_passages() -> None:
    rank, scores = score_passages(WHEN, hits(0, 1), passages=lambda id: PASSAGES, by_document=False)
    assert rank == 2
    assert scores == pytest.approx(
        {"recall@1": 0, "recall@3": 1, "recall@5": 1, "recall@10": 1}
        | {"mrr": 1 / 2, "ndcg@10": 1 / math.log2(3)}
    )


def test_the_ideal_ranking_holds_relevant_passages_that_were_not_found() -> None:
    he = Question("he", "Who?", (GoldAnswer("Rubio"), GoldAnswer("He")), ("a.txt",))
    _, scores = score_passages(he, hits(2, 1), passages=lambda id: PASSAGES, by_document=False)
    assert scores["ndcg@10"] == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))


def test_by_document_any_passage_of_the_right_document_counts() -> None:
    rank, scores = score_passages(WHEN, hits(0, 1), passages=lambda id: PASSAGES, by_document=True)
    assert rank == scores["recall@1"] == scores["mrr"] == scores["ndcg@10"] == 1
    assert (scores["passage_recall@1"], scores["passage_recall@3"]) == (0, 1)


def test_nothing_is_ranked_for_an_unanswerable_question() -> None:
    assert score_passages(NEVER, hits(0), passages=lambda id: PASSAGES, by_document=True) == (
        None,
        {},
    )


def test_ranking_of_documents_collapses_passages() -> None:
    question = Question("q", "q", documents=("b", "c"), grades=(1, 2))
    ranked = [
        Hit(Passage(number, id, 0, 1, "x"), -float(number), "hybrid")
        for number, id in enumerate(["a", "a", "b", "a", "b"])
    ]
    rank, scores = score_documents(question, ranked)
    assert rank == 2
    assert scores == pytest.approx(
        {"recall@1": 0, "recall@3": 1 / 2, "recall@5": 1 / 2, "recall@10": 1 / 2, "mrr": 1 / 2}
        | {"ndcg@10": (1 / math.log2(3)) / (2 + 1 / math.log2(3))}
    )


def test_rows_are_flat() -> None:
    row = Record(WHEN, 2, {"mrr": 0.5}, 3.5, reply(WHEN, cited(1, 1))).to_dict()
    assert row == {
        "id": "when",
        "question": "When does he land?",
        "answers": ["March", "in March"],
        "documents": ["a.txt"],
        "rank": 2,
        "retrieval": {"mrr": 0.5},
        "latency_ms": 3.5,
        "shape": None,
        "shape_scores": {},
        "text": "in March [1]",
        "prediction": "in March",
        "quote": "He is to land in March.",
        "document_id": "a.txt",
        "start": 28,
        "end": 51,
        "confidence": 0.7,
        "answered": True,
        "closest_shown": False,
        "exact_match": 1,
        "f1": 1,
        "contained": True,
        "contained_any": True,
        "citations": 1,
        "verbatim": 1,
        "supported": 1,
    }
    assert Record(WHEN, None, {}, 3.5, reply(WHEN)).to_dict()["quote"] is None
    assert "prediction" not in Record(WHEN, None, {}, 3.5, None).to_dict()
