from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qa.documents.passages import (
    CHARACTERS_PER_TOKEN,
    CountTokens,
    Slice,
    split_passages,
)
from qa.documents.sentences import split_sentences
from qa.models.encoder import bundled_folder
from tests.documents.texts import HOSTILE, TEXTS

ARTICLE = Path(__file__).parents[2] / "corpus" / "articles" / "soyuz-ms22-leak.txt"


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def utf8_bytes(texts: Sequence[str]) -> list[int]:
    return [len(text.encode()) for text in texts]


@cache
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


def minilm_tokens(texts: Sequence[str]) -> list[int]:
    return [len(row) for row in tokenizer().encode_batch(list(texts), add_special_tokens=False)]


COUNTERS = (words, characters, utf8_bytes, minilm_tokens)


def split(text: str, max_tokens: int, count: CountTokens = words) -> list[str]:
    found = split_passages(text, max_tokens=max_tokens, count_tokens=count)
    return [text[piece.start : piece.end] for piece in found]


def test_sentences_fill_passages_evenly() -> None:
    text = "One two three. Four five. Six. Seven eight nine ten."
    assert split(text, 100) == [text]
    # Ten words in passages of six at the most: five and five, rather than six and four.
    assert split(text, 6) == ["One two three. Four five.", "Six. Seven eight nine ten."]
    assert split(text, 4) == ["One two three.", "Four five. Six.", "Seven eight nine ten."]


def test_paragraphs_stay_apart() -> None:
    assert split("One two.\n\nThree four.", 100) == ["One two.", "Three four."]


def test_a_long_sentence_is_cut_at_white_space() -> None:
    assert split("one two three four five. Six.", 2) == ["one two", "three four", "five. Six."]


def test_an_endless_word_is_cut_anywhere() -> None:
    assert split("abcdefg", 3, characters) == ["abc", "def", "g"]
    # A tokenizer that sees one unknown token: characters bound what tokens do not.
    assert [len(piece) for piece in split("x" * 30, 1)] == [12, 12, 6]


def test_a_heading_opens_the_passage_below_it_and_names_its_section() -> None:
    text = "Before.\n\n# One #\n\nFirst.\n\nSecond.\n\n## Two\nThird.\n\n### Three"
    assert split_passages(text, max_tokens=9, count_tokens=words) == [
        Slice(0, 7, None),
        Slice(9, 24, "One"),
        Slice(26, 33, "One"),
        Slice(35, 48, "Two"),
        Slice(50, 59, "Three"),
    ]


def test_a_question_opens_the_passage_that_answers_it() -> None:
    text = "May I return it?\n\nYes.\n\nQ1: How?\n\nBy mail.\n\nANN: Why?\n\nBO: Ask them."
    assert split(text, 9) == [
        "May I return it?\n\nYes.",
        "Q1: How?\n\nBy mail.",
        "ANN: Why?",
        "BO: Ask them.",
    ]


def test_a_question_is_answered_in_its_own_section() -> None:
    text = "# One\n\nWhy?\n\nHow?\n\n# Two\n\nIt rained.\n\nIs it?"
    assert split_passages(text, max_tokens=9, count_tokens=words) == [
        Slice(0, 17, "One"),
        Slice(19, 36, "Two"),
        Slice(38, 44, "Two"),
    ]


def test_a_heading_does_not_keep_the_carriage_return() -> None:
    assert split("# One  \r\nfirst second third.\r\n", 3) == ["# One", "first second third."]


def test_a_date_line_is_a_sentence_of_its_own() -> None:
    assert split(" date 2022-12-22 It leaked. Why?", 3) == ["date 2022-12-22", "It leaked. Why?"]


def test_blank_text_has_no_passages() -> None:
    assert split("", 5) == split(" \n\t\u3000", 5) == []


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        split("x", 0)


def test_the_article() -> None:
    text = ARTICLE.read_bytes().decode()
    pieces = split(text, 96, minilm_tokens)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert pieces[0].startswith("date 2022-12-22 The Russian-built")
    assert all(piece[-1] in '.")' for piece in pieces)
    assert max(minilm_tokens(pieces)) <= 96


def test_a_line_by_itself_opens_the_passage_of_what_follows() -> None:
    text = "3. Results\n\nWe won twice. We lost once.\n\nTHE END\n\nIt rained."
    assert split(text, 96, words) == [
        "3. Results\n\nWe won twice. We lost once.",
        "THE END\n\nIt rained.",
    ]
    # Neither a sentence nor an item of a list is one.
    assert split("We won.\n\nWe lost.", 96, words) == ["We won.", "We lost."]
    assert split("- a jug\n\nIt is red.", 96, words) == ["- a jug", "It is red."]


@given(TEXTS, st.integers(1, 40), st.sampled_from(COUNTERS))
@example("\n\ndate 2022-12-22\n\nx", 1, words)
@example("# One \r\ntwo three", 2, words)
@example("a b. c d.", 8, characters)
# The tokenizer takes what U+001C parts for one word, unknown because it is too long.
@example("q" * 60 + "\x1c" + "z" * 200, 11, minilm_tokens)
def test_any_text(text: str, max_tokens: int, count: CountTokens) -> None:
    pieces = split_passages(text, max_tokens=max_tokens, count_tokens=count)
    at = 0
    for piece in pieces:
        quoted = text[piece.start : piece.end]
        assert at <= piece.start < piece.end <= len(text)
        assert not text[at : piece.start].strip()
        assert quoted == quoted.strip()
        assert count([quoted])[0] <= max_tokens or len(quoted) == 1
        assert len(quoted) <= max_tokens * CHARACTERS_PER_TOKEN
        at = piece.end
    assert not text[at:].strip()
    ends = {piece.end for piece in pieces}
    for start, end in split_sentences(text):
        inside = [offset for offset in ends if start < offset < end]
        tokens = count([text[start:end]])[0]
        if tokens <= max_tokens and end - start <= max_tokens * CHARACTERS_PER_TOKEN:
            assert all(closes_or_cuts_heading(text, offset) for offset in inside)


def closes_or_cuts_heading(text: str, offset: int) -> bool:
    """Say whether the line that ``offset`` lies in is a heading: a unit like a sentence."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return re.match(r"\s*#{1,6}[ \t]+\S", line) is not None


@given(TEXTS, st.integers(1, 40))
def test_sections_are_headings_of_the_text(text: str, max_tokens: int) -> None:
    headings = {
        heading.strip().rstrip("#").strip()[:200]
        for heading in re.findall(r"#{1,6}[ \t]+(\S.*)", text)
    }
    for piece in split_passages(text, max_tokens=max_tokens, count_tokens=words):
        assert piece.section is None or piece.section in headings


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_come_to_an_end(name: str) -> None:
    text = HOSTILE[name][:100_000]
    pieces = split(text, 128, words)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize("name", ["dots", "one endless word", "one-word sentences"])
def test_hostile_texts_come_to_an_end_in_real_tokens(name: str) -> None:
    text = HOSTILE[name][:60_000]
    pieces = split(text, 128, minilm_tokens)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert max(minilm_tokens(pieces)) <= 128
