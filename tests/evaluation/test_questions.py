from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.questions import GoldAnswer, Question, limited


def numbered(count: int) -> tuple[Question, ...]:
    return tuple(Question(str(number), "Why?") for number in range(count))


@given(st.integers(0, 60), st.integers(1, 70))
def test_limit_keeps_order_and_takes_each_once(count: int, limit: int) -> None:
    ids = [int(question.id) for question in limited(numbered(count), limit)]
    assert len(ids) == min(count, limit)
    assert ids == sorted(set(ids))


def test_limit_reaches_the_end_of_a_set() -> None:
    assert [q.id for q in limited(numbered(100), 4)] == ["0", "25", "50", "75"]
    assert limited(numbered(3), None) == numbered(3)


def test_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        limited(numbered(3), 0)


def test_an_offset_needs_its_document() -> None:
    with pytest.raises(ValueError, match="exactly one document"):
        Question("1", "Why?", (GoldAnswer("so", 3),), ("a", "b"))


def test_grades_need_their_documents() -> None:
    with pytest.raises(ValueError, match="pair up"):
        Question("1", "Why?", documents=("a", "b"), grades=(1,))
