from __future__ import annotations

import pytest

from qa.datatypes import Passage
from qa.reading.questions import answer_own_questions
from qa.reading.spans import Reading, Span

FAQ = "Questions\n\nHow do I change my address?\n\nLog in first. Then type the new one."


def told(question: str, text: str, *found: tuple[str, float]) -> list[tuple[str, float]]:
    """Return words and confidence of the spans found in one passage, after the rule."""
    passage = Passage(1, "a", 10, 10 + len(text), text)
    spans = tuple(
        Span(passage, 10 + text.index(words), 10 + text.index(words) + len(words), sure * 10, sure)
        for words, sure in found
    )
    reading = answer_own_questions(Reading(spans), question)
    assert list(reading.spans) == sorted(reading.spans, key=lambda span: -span.score)
    return [(span.text, span.confidence) for span in reading.spans]


def test_what_stands_under_a_question_is_as_likely_as_the_question() -> None:
    found = told("I moved?", FAQ, ("change my address", 0.7), ("type the new one", 0.1))
    assert found == [("type the new one", 0.7)]
    assert told("I moved?", FAQ, ("change my address", 0.7)) == [("Log in first.", 0.7)]


@pytest.mark.parametrize("question", ["How do I change my address?", "how to change address"])
def test_the_same_question_is_answered_surely(question: str) -> None:
    other = Passage(2, "a", 100, 104, "Rent")
    passage = Passage(1, "a", 10, 10 + len(FAQ), FAQ)
    at = 10 + FAQ.index("Log in")
    spans = (Span(other, 100, 104, 9.0, 0.5), Span(passage, at, at + 6, 1.0, 0.2))
    best = answer_own_questions(Reading(spans), question).spans[0]
    assert (best.text, best.score, best.confidence) == ("Log in", 9.0, 0.9)


@pytest.mark.parametrize("question", ["Why change my address?", "How do I change my name?"])
def test_another_question_stays_as_it_was_read(question: str) -> None:
    assert told(question, FAQ, ("Log in", 0.4)) == [("Log in", 0.4)]


@pytest.mark.parametrize(
    "text",
    [
        "Why did it leak? Nobody knows.",
        "It leaked.\nWhy did it leak?\nNobody knows.",
        "Why did it leak?",
    ],
)
def test_a_question_that_opens_nothing_is_left_alone(text: str) -> None:
    assert told("Why did it leak?", text, ("leak", 0.4)) == [("leak", 0.4)]


def test_nothing_read_stays_nothing() -> None:
    assert answer_own_questions(Reading(()), "Why?") == Reading(())
