from __future__ import annotations

import pytest

from qa.datatypes import Passage, Turn
from qa.reading.repeats import put_repeats_back
from qa.reading.spans import Reading, Span

TEXT = "The hole is 0.8 millimeters wide. Nobody knows where it came from, they said."
PASSAGE = Passage(1, "a", 5, 5 + len(TEXT), TEXT)


def span_of(words: str, score: float) -> Span:
    start = 5 + TEXT.index(words)
    return Span(PASSAGE, start, start + len(words), score, 0.5)


WIDE, NOBODY = span_of("The hole is 0.8 millimeters wide", 4.0), span_of("Nobody knows", 1.0)


@pytest.mark.parametrize(
    ("question", "answer", "first"),
    [
        ("How wide is it?", "the hole is 0.8 millimeters wide.", NOBODY),
        ("How wide is it?", "Yes. The hole is 0.8 millimeters wide. So they said.", NOBODY),
        ("How wide is it?", "The hole is 0.8", NOBODY),
        ("How wide is it?", "0.8 millimeters", WIDE),  # few words may answer twice
        ("How wide is it?", "The hole is wide", WIDE),
        ("Where did it come from?", "The hole is 0.8 millimeters wide.", WIDE),  # asked again
    ],
)
def test_a_repeat_stands_behind(question: str, answer: str, first: Span) -> None:
    reading = Reading((WIDE, NOBODY))
    found = put_repeats_back(reading, "where did it come from", [Turn(question, answer)])
    assert found.spans[0] == first
    assert len(found.spans) == 2


def test_a_repeat_that_is_far_better_stays() -> None:
    reading = Reading((span_of("The hole is 0.8 millimeters wide", 9.0), NOBODY))
    turns = [Turn("How wide?", "The hole is 0.8 millimeters wide.")]
    assert put_repeats_back(reading, "Why?", turns).spans[0].score == 3.0


def test_nothing_read_and_nothing_said() -> None:
    assert put_repeats_back(Reading(()), "Why?", [Turn("a", "b")]) == Reading(())
    assert put_repeats_back(Reading((WIDE,)), "Why?", []) == Reading((WIDE,))


@pytest.mark.parametrize(
    ("spent", "first"),
    [(("hole",), NOBODY), (("Hole!",), NOBODY), (("wi",), WIDE), (("",), WIDE), ((), WIDE)],
)
def test_of_what_is_spent_one_word_is_enough(spent: tuple[str, ...], first: Span) -> None:
    assert put_repeats_back(Reading((WIDE, NOBODY)), "and who?", [], spent).spans[0] == first
