from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qa.cli.showing import answer_lines, report_lines, showable
from qa.datatypes import Answer, Citation, Hit, Passage
from qa.indexing import IndexReport


@given(st.text(alphabet=st.characters(), max_size=50))
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = showable(text)
    categories = {unicodedata.category(character) for character in shown if character not in "\n\t"}
    assert not categories & {"Cc", "Cs", "Zl", "Zp"}
    assert showable(shown) == shown
    shown.encode()


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=50))
def test_what_can_be_shown_stays_as_it_is(text: str) -> None:
    assert showable(text) == text


def test_placeholders_name_the_character() -> None:
    assert showable("\x1b]0;title\x07") == "␛]0;title␇"
    assert showable("a\x00b\x7fc\x9b31m") == "a␀b␡c<U+009B>31m"
    assert showable("one\r\ntwo\rthree\n\tfour") == "one\ntwo␍three\n\tfour"
    assert showable("\u202eevil\u2066\u2028\udcff\U000e0041") == (
        "<U+202E>evil<U+2066><U+2028><U+DCFF><U+E0041>"
    )
    assert showable("می\u200cخواهم 👩\u200d🚀 a\u00a0b") == "می\u200cخواهم 👩\u200d🚀 a\u00a0b"


def test_an_answer_shows_each_quote_with_its_place() -> None:
    citation = Citation(
        1, "a/b.txt", "The [bold]title", "a/\x1bb.txt", 10, 22, "one\nquote\x1b[2", 0, 3, 4
    )
    answer = Answer("?", "one\x1b[0m", (citation,), True, 0.9, (), "?")
    assert list(answer_lines(answer)) == [
        "one␛[0m",
        "",
        "[1] “one\n    quote␛[2”",
        "    The [bold]title: a/␛b.txt, characters 10 to 22, page 4",
        "",
        "Estimated probability that this answers the question: 90%",
    ]


def test_what_two_markers_quote_is_shown_once() -> None:
    citations = [
        Citation(n, "a", "A", "a", at, at + 1, "q", 0, 1) for n, at in ((1, 5), (2, 9), (3, 5))
    ]
    lines = list(answer_lines(Answer("?", "x", tuple(citations), True, 0.9, (), "?")))
    assert [line for line in lines if line.startswith("[")] == ["[1][3] “q”", "[2] “q”"]


def test_what_was_understood_is_told_where_it_differs() -> None:
    answer = Answer("wo?", "No.", (), False, 0.1, (), "who\x1b?")
    assert list(answer_lines(answer)) == ["No.", "Understood as: who␛?"]


def test_an_abstention_shows_the_closest_sentence_and_then_other_passages() -> None:
    hits = [
        Hit(Passage(number, "a", start, start + 5, "It is"), 1.0, "hybrid")
        for number, start in ((1, 0), (2, 6))
    ]
    closest = Citation(1, "a", "A", "a.txt", 0, 5, "It is", 0, 0)
    answer = Answer("?", "Unclear.", (), False, 0.2, tuple(hits), "?", closest=closest)
    assert list(answer_lines(answer)) == [
        "Unclear.",
        "",
        "The closest it comes:",
        "",
        "[1] “It is”",
        "    A: a.txt, characters 0 to 5",
        "",
        "Estimated probability that this answers the question: 20%",
        "",
        "Nearest passages:",
        "",
        "  - It is",
        "    a, characters 6 to 11",
    ]


def test_suggestions_stand_under_an_abstention() -> None:
    answer = Answer("?", "No.", (), False, 0.1, (), "?", suggestions=("Who is \x1b?", "Why?"))
    assert list(answer_lines(answer)) == [
        "No.",
        "",
        "What the text does answer:",
        "  - Who is ␛?",
        "  - Why?",
    ]


def test_a_long_list_is_cut_but_refusals_never() -> None:
    report = IndexReport(
        added=[f"{n}.txt" for n in range(30)],
        refused=[f"bad{n}.txt: no" for n in range(25)],
        duplicates=[("b.txt", "a.txt")],
        passages=60,
        seconds=1.25,
    )
    lines = list(report_lines(report, Path("index")))
    assert lines[19:21] == ["added      19.txt", "added      ... and 10 more"]
    assert lines[21] == "duplicate  b.txt has the content of a.txt"
    assert lines[22:-1] == [f"refused    bad{n}.txt: no" for n in range(25)]
    assert lines[-1] == (
        "30 added, 1 duplicate, 25 refused; 60 passages embedded in 1.2 s. Index: index"
    )


def test_the_time_is_told_by_kind_where_there_are_several() -> None:
    times = {"a.TXT": 0.5, "b/c.txt": 0.25, "d.zip/e.txt": 2, "t.csv/row-1": 0.01, "x": 0.02}
    report = IndexReport(added=list(times), times=times, seconds=3)
    lines = list(report_lines(report, Path("i")))
    assert lines[2] == "added      d.zip/e.txt (2.0 s)"
    assert lines[-2] == (
        "time       .zip 2.0 s for 1, .txt 0.8 s for 2, other 0.0 s for 1, .csv 0.0 s for 1"
    )
    for few in ({"a.txt": 5.0}, {"a.txt": 0.1, "b.md": 0.2}):
        lines = list(report_lines(IndexReport(times=few), Path("i")))
        assert len(lines) == 1


def test_a_report_without_changes_says_so() -> None:
    assert list(report_lines(IndexReport(), Path("i"))) == [
        "0 unchanged; 0 passages embedded in 0.0 s. Index: i"
    ]
