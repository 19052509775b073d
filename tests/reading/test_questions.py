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
    asked = "How do I tell that I moved?"
    found = told(asked, FAQ, ("change my address", 0.7), ("type the new one", 0.1))
    assert found == [("type the new one", 0.7)]
    found = told(asked, FAQ, ("change my address", 0.7))
    assert found == [("Log in first. Then type the new one.", 0.7)]


@pytest.mark.parametrize("question", ["How do I change my address?", "how to change address"])
def test_the_same_question_is_answered_by_the_reply(question: str) -> None:
    other = Passage(2, "a", 100, 104, "Rent")
    passage = Passage(1, "a", 10, 10 + len(FAQ), FAQ)
    at = 10 + FAQ.index("Log in")
    spans = (Span(other, 100, 104, 9.0, 0.5), Span(passage, at, at + 6, 1.0, 0.2))
    best = answer_own_questions(Reading(spans), question).spans[0]
    assert (best.text, best.confidence) == ("Log in first. Then type the new one.", 0.6)
    assert best.score > 9.0
    surer = (Span(other, 100, 104, 9.0, 0.5), Span(passage, at, at + 6, 1.0, 0.8))
    best = answer_own_questions(Reading(surer), question).spans[0]
    assert (best.text, best.confidence) == ("Log in first. Then type the new one.", 0.8)


def test_of_several_that_ask_the_same_the_one_that_reads_best_answers() -> None:
    texts = ("What is the fee?\n\nAsk the janitor.", "What is the fee?\n\nIt is 300 euros.")
    passages = [Passage(n, str(n), 0, len(text), text) for n, text in enumerate(texts)]
    spans = (Span(passages[1], 24, 33, 5.0, 0.9), Span(passages[0], 18, 33, 1.0, 0.1))
    found = answer_own_questions(Reading(spans), "What's the fee?").spans
    assert found == spans  # "what s the fee" is not the same, word by word
    found = answer_own_questions(Reading(spans), "What is the fee?").spans
    assert [(span.text, span.confidence) for span in found] == [
        ("It is 300 euros.", 0.9),
        ("Ask the janitor", 0.1),
    ]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (FAQ, "How do I change my name?"),
        (FAQ, "Why change my address?"),
        ("How much does plan A cost?\n\nTen.", "How much does plan B cost?"),
        ("How long is the warranty?\n\nTen.", "How much is the warranty?"),
        ("Why is it covered?\n\nTen.", "Why is it not covered?"),
        ("Can Ann beat Bo?\n\nTen.", "Can Bo beat Ann?"),
    ],
)
def test_another_question_stays_as_it_was_read(text: str, question: str) -> None:
    last = text.split()[-1]
    assert told(question, text, (last, 0.4)) == [(last, 0.4)]


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("Why did it leak? Nobody knows.", "Why did it leak?", "leak"),
        ("It leaked.\nWhy did it leak?\nNobody knows.", "Why did it leak?", "leak"),
        ("Why did it leak?", "Why did it leak?", "leak"),
        ("It died in May. Why did it die?\n\nIn June.", "When did it die?", "May"),
        ("Why did it die in May?\n\nOf thirst.", "When did it die?", "May"),
        ("What leaks?\n\nWhat burns?", "What leaks?", "burns"),
        ("What leaks?\n\n| Oil | Gas |\n|---|---|", "What leaks?", "Gas"),
    ],
)
def test_a_question_without_a_reply_is_left_alone(text: str, question: str, found: str) -> None:
    assert told(question, text, (found, 0.4)) == [(found, 0.4)]


def test_a_long_reply_gives_its_first_sentence() -> None:
    text = "Who pays?\nA: You do. " + "And so on. " * 60
    assert told("Who pays?", text, ("And so on.", 0.2)) == [("A: You do.", 0.6)]


def test_nothing_read_stays_nothing() -> None:
    assert answer_own_questions(Reading(()), "Why?") == Reading(())
