from __future__ import annotations

import pytest
from hypothesis import given

from qa.datatypes import Document, Passage
from qa.reading.leads import lead_of
from tests.documents.texts import TEXTS

TEXT = "date 2022-12-22 A hole was found in it. Nobody knows why.\n\nIt is small. It leaks."


def lead(text: str, start: int, title: str = "The leak") -> str:
    document = Document("a.txt", title, text, "a.txt", "0" * 64)
    return lead_of(Passage(1, "a.txt", start, len(text), text[start:]), document)


def test_a_lead_is_the_title_and_the_opening_where_the_passage_lacks_it() -> None:
    assert lead(TEXT, TEXT.index("It leaks")) == "The leak. A hole was found in it."
    assert lead(TEXT, TEXT.index("A hole")) == "The leak."
    assert lead(TEXT, 0) == "The leak."


def test_a_heading_is_no_opening() -> None:
    text = "# The leak\n\nIt leaks fast. It is small."
    assert lead(text, text.index("It is"), "Leak_1") == "Leak 1. It leaks fast."
    assert lead("# The leak\n\n## Why", 12) == "The leak."


@pytest.mark.parametrize("text", ["word " * 10_000, "x" * 10_000, "A. " * 5_000])
def test_a_lead_is_short(text: str) -> None:
    assert len(lead(text, 9_000, "t" * 500)) < 190


@given(TEXTS.filter(str.strip))
def test_a_lead_of_any_text_is_one_line(text: str) -> None:
    assert len(lead(text, len(text) - 1).splitlines()) <= 1
