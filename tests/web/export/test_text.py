"""An answer as plain text: markers behind what they support, quotes and places exact."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Answer, Citation
from qa.web.export import to_text
from qa.web.export.text import pieces


def citation(marker: int, end: int, quote: str = "It flew.", **more: object) -> Citation:
    return Citation(
        marker,
        "a.pdf",
        "An article",
        "a.pdf",
        10,
        10 + len(quote),
        quote,
        0,
        end,
        **more,  # type: ignore[arg-type]
    )


def test_an_answer_with_two_citations() -> None:
    cited = (citation(1, 6), citation(2, 14, page=3, date="2022-12-22"))
    answer = Answer("When?", "Monday and all", cited, True, 0.9, (), "When?")
    assert to_text(answer) == (
        "Monday [1] and all [2]\n\n"
        "[1] “It flew.”\n    An article (a.pdf, characters 10 to 18)\n\n"
        "[2] “It flew.”\n    An article, page 3, 2022-12-22 (a.pdf, characters 10 to 18)"
    )


def test_a_refusal_is_its_sentence() -> None:
    assert to_text(Answer("Q?", "It does not say.", (), False, 0.1, (), "Q?")) == "It does not say."


def test_a_refusal_brings_the_sentence_that_came_closest() -> None:
    closest = citation(1, 0)
    refused = Answer("Q?", "Not clearly.", (), False, 0.2, (), "Q?", closest=closest)
    assert to_text(refused) == (
        "Not clearly.\n\nThe closest it comes:\n\n"
        "[1] “It flew.”\n    An article (a.pdf, characters 10 to 18)"
    )


@given(st.text(max_size=30), st.lists(st.integers(-3, 40), min_size=1, max_size=5))
def test_pieces_join_to_the_text_and_lose_no_marker(text: str, ends: list[int]) -> None:
    cited = tuple(citation(marker, end) for marker, end in enumerate(ends, start=1))
    cut = list(pieces(Answer("Q?", text, cited, True, 0.9, (), "Q?")))
    assert "".join(piece for piece, _ in cut) == text
    assert sorted(marker for _, markers in cut for marker in markers) == [c.marker for c in cited]
