from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents.stretches import as_prose, split_stretches, whole_words


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("", []),
        ("One line\nand the next.", ["One line\nand the next."]),
        ("## Cleaning\n\nWash the jug.", ["Cleaning", "Wash the jug."]),
        ("6. Summer party\n\nIt is in May.", ["Summer party", "It is in May."]),
        (
            "In it:\n- a jug\n* 2.5 g of tea\n1. Rinse it",
            ["In it:", "a jug", "2.5 g of tea", "Rinse it"],
        ),
        ("6.2 The tenant pays.\n6.3 No.\n0.8 mm wide", ["The tenant pays.", "No.\n0.8 mm wide"]),
        ("It holds\n5.2 Ah or\n2.5 A and so on", ["It holds\n5.2 Ah or\n2.5 A and so on"]),
        ("Excused: Ann\nAbsent: Bo", ["Excused: Ann", "Absent: Bo"]),
        ("The time: noon\nAnn’s room: 4", ["The time: noon", "Ann’s room: 4"]),
        ("| Light | Means |\n|---|:-:|\n| Red | Hot |\n", ["Red", "Hot"]),
        ("Red | Hot", ["Red", "Hot"]),
        ("|---|---|", []),
        ("A well-known - and old - rule, 12 - 5", ["A well-known - and old - rule, 12 - 5"]),
    ],
)
def test_what_an_answer_may_stand_in(text: str, stretches: list[str]) -> None:
    assert [text[a:b] for a, b in split_stretches(text)] == stretches


@given(st.text(alphabet="a1 .-|\n:#", max_size=60))
def test_stretches_are_in_order_and_trimmed(text: str) -> None:
    end = 0
    for a, b in split_stretches(text):
        assert end <= a < b <= len(text)
        assert text[a:b] == text[a:b].strip()
        end = b


def test_a_bracket_is_closed() -> None:
    assert whole_words("Jug (1.25 l) here", 0, 11) == (0, 12)
    assert whole_words("(Jug 1.25 l) here", 1, 11) == (1, 11)


@given(st.text(alphabet="a1 .@:w", max_size=40), st.data())
def test_words_are_only_ever_completed(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    a, b = whole_words(text, start, end)
    assert a <= start <= end <= b
    assert not any(c.isspace() for c in text[a:start] + text[end:b])


@given(st.text(alphabet="a |-\n:", max_size=60))
def test_prose_is_as_long_as_its_table(text: str) -> None:
    told = as_prose(text)
    assert len(told) == len(text)
    assert all(a == b or a in "|-: " for a, b in zip(text, told, strict=True))
