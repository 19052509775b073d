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


def test_a_list_of_names_does_not_tell_who_somebody_is() -> None:
    text = "Present: Bo Ek (secretary), Ann Lee, Cy Orr"
    assert fitted("Who is Ann Lee?", text, text[9:]) == [(text[9:], 0.2)]
    assert fitted("Who was present?", text, text[9:]) == [(text[9:], 0.8)]


def test_a_title_is_no_other_name() -> None:
    found = fitted(
        "Who is Ann Lee?", "The UAW President Ann Lee saw Bo Ek.", "UAW President", "Bo Ek"
    )
    assert found[0][0] == "UAW President"


def test_a_heading_in_capitals_is_behind_what_it_opens() -> None:
    text = "5. UTILITIES. Tenant pays for gas. NASA."
    found = fitted("Which utilities does the tenant pay?", text, "UTILITIES", "gas")
    assert found == [("gas", 0.8), ("UTILITIES", 0.2)]
    assert fitted("Who paid?", text, "NASA", "gas")[0] == ("NASA", 0.8)
    for reply in ("Who paid? NASA. It was much.", "Who paid?\nNASA. It was much."):
        assert fitted("Who paid?", reply, "NASA", "much")[0] == ("NASA", 0.8)
    assert fitted("What of gas?", "GAS. MAINS. It is laid.", "MAINS", "laid")[0][0] == "MAINS"
    assert fitted("What of gas?", "MAINS. It is laid.", "MAINS", "laid")[0][0] == "laid"


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("On what date did it leak?", "Dec. 14"),
        ("When was the article published?", "2022-12-22"),
    ],
)
def test_the_stamp_of_a_text_tells_its_own_date(question: str, first: str) -> None:
    text = "date 2022-12-22 It leaked on Dec. 14."
    blanks = 1  # before the text; the passage begins behind them
    passage = Passage(1, "a", blanks, blanks + len(text), text)
    spans = tuple(
        Span(passage, at, at + len(words), 5.0 - rank, 0.8)
        for rank, words in enumerate(("2022-12-22", "Dec. 14"))
        for at in [blanks + text.index(words)]
    )
    assert fit_to_question(Reading(spans), question).spans[0].text == first


@pytest.mark.parametrize(
    ("question", "text", "left"),
    [
        ("What was the name of the barge?", "A coal barge hit it.", 0.2),
        ("What was the name of the barge?", "The barge Ann hit it.", 0.8),
        ("What is the name of the bird?", "A small kestrel hit it.", 0.8),
    ],
)
def test_a_kind_of_thing_is_not_its_name(question: str, text: str, left: float) -> None:
    words = " ".join(text.split()[1:3])
    assert fitted(question, text, words) == [(words, left)]


def test_the_head_of_a_table_is_no_row() -> None:
    text = "Which plan?\n\n| Plan | Price |\n|---|---|\n| Basic | 5 euros |"
    assert fitted("Which plan is it?", text, "Basic") == [("Basic", 0.8)]


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


def test_the_row_that_is_asked_about_comes_first() -> None:
    table = "| Red, steady | Hot | Unplug it |\n| Orange, steady | Empty | Refill it |"
    found = fitted("What should I do when red is steady?", table, "Refill it", "Unplug it")
    assert found == [("Unplug it", 0.8), ("Refill it", 0.2)]
    # Where no row has more of it than the others, the reader decides.
    assert fitted("What should I do?", table, "Refill it", "Unplug it")[0] == ("Refill it", 0.8)


def test_a_line_with_a_name_is_a_row_too() -> None:
    lines = "Excused: Anna Weiss\nAbsent: Dieter Kuhn"
    assert fitted("Who was absent?", lines, "Anna Weiss", "Dieter Kuhn")[0] == ("Dieter Kuhn", 0.8)


def test_a_heading_is_behind_what_stands_under_it() -> None:
    text = "1. Approval of the minutes\n\nThe number of plots was put right."
    found = fitted("What was corrected?", text, "Approval", "The number of plots")
    assert [words for words, _ in found] == ["The number of plots", "Approval"]


def test_a_heading_stands_for_the_list_under_it_where_all_is_asked_for() -> None:
    text = "9. PLANS\n\n- a jug\n- a cup\n\nWe will see."
    assert fitted("What is planned?", text, "PLANS", "see")[0] == ("PLANS", 0.8)
    assert fitted("What is it?", text, "PLANS", "see")[0] == ("see", 0.8)


def test_an_address_is_found_beside_a_number() -> None:
    text = "Call 0800 555 0142, or mail to a.b@c.example."
    asked = "What is the email address?"
    assert fitted(asked, text, "0800 555 0142", "a.b@c.example") == [("a.b@c.example", 0.8)]
    assert fitted("phone number?", text, "0800 555 0142") == [("0800 555 0142", 0.8)]


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("Who is Bo Ek?", "Ann Lee (chair), Bo Ek (treasurer)", "treasurer"),
        ("Who is Bo Ek?", "Bo Ek, the treasurer", "the treasurer"),
        ("Who is Bo Ek?", "Bo Ek, Ann Lee", "Bo Ek, Ann Lee"),
        ("What is the email address?", "0800 555 0142, or a.b@c.example", "a.b@c.example"),
        ("service phone number", "0800 555 0142, or a.b@c.example", "0800 555 0142"),
        (
            "How do I reach it?",
            "0800 555 0142, or a.b@c.example",
            "0800 555 0142, or a.b@c.example",
        ),
        ("What is the email address?", "a@c.org, b@c.org", "a@c.org, b@c.org"),
    ],
)
def test_of_a_span_what_was_asked_for_is_left(question: str, text: str, part: str) -> None:
    assert fitted(question, text, text)[0][0] == part


@pytest.mark.parametrize(
    ("question", "told"), [("How often is it?", "every 20 minutes"), ("How long?", "20 minutes")]
)
def test_how_often_is_told_with_the_word_every(question: str, told: str) -> None:
    assert fitted(question, "Buses go every 20 minutes.", "20 minutes") == [(told, 0.8)]
