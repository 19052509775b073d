from __future__ import annotations

import pytest

from qa.datatypes import Citation, Passage
from qa.evaluation.questions import GoldAnswer, Question
from qa.evaluation.relevance import answers_question, is_relevant, is_supported

TEXT = "Frank Rubio flew up. Rubio is to land in March."
RUBIO = Question("1", "Who is to land?", (GoldAnswer("Rubio", 21),), ("a.txt",))
BY_WORDS = Question("2", "When?", (GoldAnswer("march"), GoldAnswer("in spring")), ("a.txt",))


def passage(start: int, end: int, document_id: str = "a.txt") -> Passage:
    return Passage(1, document_id, start, end, TEXT[start:end])


@pytest.mark.parametrize(
    ("start", "end", "relevant"),
    [(0, 47, True), (21, 26, True), (0, 20, False), (0, 25, False), (22, 47, False)],
)
def test_a_known_offset_must_lie_inside(start: int, end: int, relevant: bool) -> None:
    assert is_relevant(RUBIO, passage(start, end)) is relevant


def test_without_an_offset_the_words_decide() -> None:
    assert is_relevant(BY_WORDS, passage(21, 47))
    assert not is_relevant(BY_WORDS, passage(0, 20))


def test_another_document_is_not_relevant_unless_none_is_named() -> None:
    assert not is_relevant(BY_WORDS, passage(21, 47, "b.txt"))
    anywhere = Question("3", "When?", (GoldAnswer("March"),))
    assert is_relevant(anywhere, passage(21, 47, "b.txt"))


def test_no_gold_answer_nothing_relevant() -> None:
    assert not answers_question(Question("4", "Why?"), "a.txt", 0, len(TEXT), TEXT)


def test_a_quote_is_supported_by_itself_or_by_a_passage_around_it() -> None:
    quote = Citation(1, "a.txt", "a", "a.txt", 0, 20, TEXT[:20], 0, 20)
    assert not is_supported(BY_WORDS, quote, [])
    assert not is_supported(BY_WORDS, quote, [passage(21, 47)])
    assert not is_supported(BY_WORDS, quote, [passage(1, 47)])
    assert is_supported(BY_WORDS, quote, [passage(0, 20), passage(0, 47)])
    assert is_supported(BY_WORDS, Citation(1, "a.txt", "a", "a.txt", 21, 47, TEXT[21:47], 0, 9), [])
