from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents.sentences import locate, split_sentences, trim
from tests.documents.texts import HOSTILE, TEXTS


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["It leaked.", "Why?", "Nobody knows!", "So far"],
        ["Dr. Lee and Mrs. Ray met Gen. Poe vs. Prof. Kim.", "They left."],
        ["It sprayed coolant on Dec. 14, a Wednesday.", "It was cold."],
        ["It leaked on Dec. 14.", "Then it stopped."],
        ["That was in Dec. 2022 at the latest.", "Nobody knew."],
        ["They landed in May.", "Nobody knew."],
        ["J. R. R. Tolkien wrote it.", "He did."],
        ["The U.S. Army came.", "It won."],
        ["He moved to the U.S.", "But she stayed."],
        ["Harvard is in the U.S.", "It is old."],
        ["The launch is at 5 p.m. Monday.", "It is dark."],
        ["The launch is at 5 p.m.", "The crew is ready."],
        ["Some tools, e.g. hammers, i.e. iron ones, broke.", "They rusted."],
        ["Smith et al. found it, see Fig. 3 and No. 10.", "Nobody else did."],
        ["He said no.", "They left."],
        ['"Really?" she said.', "He nodded."],
        ['"Stop!" cried he.', "Nobody did."],
        ['He said "It leaked."', "She left."],
        ["He said “It leaked.”", "“Why?”", "She left."],
        ["(It leaked.)", "Then it stopped."],
        ["The hole is 0.8 millimeters wide.", "Version 3.11.7 flew."],
        ["Well... maybe so.", "Yes…", "No."],
        ["Wait...", "She left."],
        ["What?!", "No way!!!", "Yes."],
        ["今日は晴れ。", "明日は雨！", "本当？"],
        ["「はい。」", "彼は言った。"],
        ["¿Qué?", "¡Sí!", "Bueno."],
        ["So did I.", "The end."],
    ],
)
def test_by_hand(expected: list[str]) -> None:
    joint = "" if any(character > "\u3000" for character in expected[0]) else " "
    assert sentences(joint.join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A heading\n\nand a paragraph", ["A heading", "and a paragraph"]),
        ("one\n \t\ntwo\r\n\r\nthree", ["one", "two", "three"]),
        ("a line\nand the next", ["a line\nand the next"]),
        ("- a dog\n- a cat\n* a bird\n• a fish", ["- a dog", "- a cat", "* a bird", "• a fish"]),
        ("1. a dog\n2) a cat\n(3) a bird", ["1. a dog", "2) a cat", "(3) a bird"]),
        ("Alice: hello there\nBob Ray: hi", ["Alice: hello there", "Bob Ray: hi"]),
        ("The time: noon\nAnn’s room: 4", ["The time: noon", "Ann’s room: 4"]),
        ("# One\n> two\n| three", ["# One", "> two", "| three"]),
        ("date 2022-12-22 A ship leaked.", ["date 2022-12-22", "A ship leaked."]),
        ("\n\nDate: 2022-12-22\nIt leaked.", ["Date: 2022-12-22", "It leaked."]),
        ("the date 2022-12-22 is near", ["the date 2022-12-22 is near"]),
        ("", []),
        (" \n\t\r\n\u3000 ", []),
        (" x ", ["x"]),
    ],
)
def test_lines_by_hand(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_range_gives_offsets_into_the_whole_text() -> None:
    text = "One here. Two here. Three here."
    assert split_sentences(text, 10, 25) == [(10, 19), (20, 25)]
    assert split_sentences(text, 10, 10) == []


@given(TEXTS, st.data())
def test_spans_are_ordered_trimmed_and_lose_nothing(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for low, high in ((0, len(text)), (start, end)):
        at = low
        for begin, stop in split_sentences(text, low, high):
            assert at <= begin < stop <= high
            assert not text[at:begin].strip()
            assert text[begin:stop] == text[begin:stop].strip()
            at = stop
        assert not text[at:high].strip()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_come_to_an_end(name: str) -> None:
    assert split_sentences(HOSTILE[name])


@given(st.text(max_size=30))
def test_trim_is_strip_with_offsets(text: str) -> None:
    trimmed = trim(text, 0, len(text))
    assert ("" if trimmed is None else text[slice(*trimmed)]) == text.strip()


def test_locate_gives_the_last_span_that_has_begun() -> None:
    spans = [(2, 5), (6, 9)]
    assert [locate(spans, offset) for offset in (0, 2, 5, 6, 99)] == [0, 0, 0, 1, 1]
