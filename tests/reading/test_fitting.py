from __future__ import annotations

import pytest

from qa.datatypes import Passage
from qa.reading.fitting import fit_to_question
from qa.reading.spans import Reading, Span


def fitted(question: str, text: str, *found: str) -> list[tuple[str, float]]:
    """Return words and confidence of the spans found, best first, after fitting; all .8 sure."""
    passage = Passage(1, "a", 10, 10 + len(text), text)
    spans = tuple(
        Span(passage, 10 + text.index(words), 10 + text.index(words) + len(words), 5.0 - rank, 0.8)
        for rank, words in enumerate(found)
    )
    reading = fit_to_question(Reading(spans), question)
    return [(span.text, round(span.confidence, 3)) for span in reading.spans]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Who is Ann Lee?", "the treasurer"),
        ("And who's Ann Lee?", "the treasurer"),
        ("Who is the treasurer?", "Bo Ek"),
    ],
)
def test_who_somebody_is_is_not_told_by_another_name(question: str, first: str) -> None:
    found = fitted(
        question, "There were Bo Ek and Ann Lee, the treasurer.", "Bo Ek", "the treasurer"
    )
    assert found[0] == (first, 0.8)


def test_a_title_is_no_other_name() -> None:
    found = fitted(
        "Who is Ann Lee?", "The UAW President Ann Lee saw Bo Ek.", "UAW President", "Bo Ek"
    )
    assert found[0][0] == "UAW President"


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many passengers were on the ship?", "187"),
        ("How many cars were on the ship?", "61"),
        ("How many people were on the ship?", "61"),
        ("How much did it carry?", "61"),
    ],
)
def test_what_is_counted_is_what_was_asked(question: str, first: str) -> None:
    text = "It sailed with 187 passengers and 61 small cars."
    assert fitted(question, text, "61", "187")[0][0] == first


@pytest.mark.parametrize(
    ("question", "confidence"),
    [
        ("Who designed the BrewMate 250?", 0.2),
        ("Who designed the BrewMate 300?", 0.8),
        ("Who designed it in May 1998?", 0.8),
        ("Who designed it?", 0.8),
    ],
)
def test_another_of_a_series_is_not_meant(question: str, confidence: float) -> None:
    text = "The BrewMate 300 was designed by Ines Kolb."
    assert fitted(question, text, "Ines Kolb") == [("Ines Kolb", confidence)]
