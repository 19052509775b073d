from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Answer, Citation, Hit, Passage

PASSAGE = Passage(1, "a", 2, 5, "abc")
CITATION = Citation(1, "a", "A", "a.txt", 2, 5, "abc", 0, 3)
ANSWER = Answer("Q?", "abc", (CITATION,), True, 0.5, (Hit(PASSAGE, 1.5, "hybrid"),), "Q?")

TEXTS = st.text(max_size=20)
SCORES = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    text = draw(st.text(min_size=1, max_size=9))
    start = draw(st.integers(0, 10**9))
    section = draw(st.none() | TEXTS)
    return Passage(draw(st.integers(1)), draw(TEXTS), start, start + len(text), text, section)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    quoted = draw(st.lists(passages(), max_size=3))
    citations = tuple(
        Citation(
            marker, p.document_id, draw(TEXTS), draw(TEXTS), p.start, p.end, p.text, 0, marker,
            draw(st.none() | st.integers(1)), draw(st.none() | TEXTS),
        )
        for marker, p in enumerate(quoted, start=1)
    )  # fmt: skip
    stages = st.sampled_from(["dense", "lexical", "hybrid", "evidence", "reader"])
    hits = draw(st.lists(st.builds(Hit, passages(), SCORES, stages), max_size=3))
    return Answer(
        draw(TEXTS), draw(TEXTS), citations, bool(citations), draw(st.floats(0, 1)), tuple(hits),
        draw(TEXTS), draw(st.dictionaries(TEXTS, SCORES, max_size=3)),
        tuple(draw(st.lists(TEXTS, max_size=3))), tuple(draw(st.lists(TEXTS, max_size=2))),
    )  # fmt: skip


@given(answers())
def test_an_answer_goes_to_json_and_back(answer: Answer) -> None:
    again = Answer.from_json(answer.to_json())
    assert again == answer
    assert again.timings == answer.timings
    assert isinstance(again.citations, tuple)
    assert isinstance(again.hits, tuple)
    assert json.loads(answer.to_json())["text"] == answer.text


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"question": "Q?"}', "null"])
def test_what_is_not_an_answer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Answer.from_json(text)


def test_timings_take_no_part_in_equality() -> None:
    assert replace(ANSWER, timings={"total": 1.0}) == ANSWER


def test_an_answer_and_its_citations_come_together() -> None:
    with pytest.raises(ValueError, match="together or not at all"):
        replace(ANSWER, citations=())
    with pytest.raises(ValueError, match="together or not at all"):
        replace(ANSWER, answered=False)
    with pytest.raises(ValueError, match="together or not at all"):
        Answer.from_json(ANSWER.to_json().replace('"answered": true', '"answered": false'))


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(ValueError, match="not a probability"):
        replace(ANSWER, confidence=confidence)


@pytest.mark.parametrize(("start", "end"), [(2, 4), (2, 6), (5, 5), (-1, 2), (5, 2)])
def test_offsets_fit_their_text(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        replace(PASSAGE, start=start, end=end)
    with pytest.raises(ValueError, match="misfits"):
        replace(CITATION, start=start, end=end)


def test_values_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        ANSWER.text = "else"  # type: ignore[misc]
    assert hash(PASSAGE) == hash(replace(PASSAGE))
