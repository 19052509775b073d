from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.lists import items_around
from tests.documents.texts import TEXTS


@pytest.mark.parametrize(
    ("text", "span", "items"),
    [
        (
            "The main crops include leek, kale, carrots, beans and peas.",
            "kale",
            ["leek", "kale", "carrots", "beans", "peas"],
        ),
        (
            "It has been the home of the car brands Alfa, Beta and Gamma; however, all three left.",
            "Beta",
            ["the car brands Alfa", "Beta", "Gamma"],
        ),
        (
            "She met the grocer and the miller and the butcher until dusk.",
            "grocer and the miller",
            ["grocer", "the miller", "the butcher"],
        ),
        (
            "Partners in the north: Norway, Sweden, Finland, the Baltic States.",
            "Sweden",
            ["Norway", "Sweden", "Finland", "the Baltic States"],
        ),
        (
            "The ship brought the pilot Ann Lee and two cooks to the island in May.",
            "two cooks",
            ["the pilot Ann Lee", "two cooks"],
        ),
        ("It was too small, said Ann Lee and Bo Ek, the director.", "Ann", ["Ann Lee", "Bo Ek"]),
        ("Ann and Bo are both away.", "Ann", ["Ann", "Bo"]),
        ("In Paris, the capital, he met Ann.", "Paris", []),
        ("He left, and she stayed.", "He left", []),
        ("It rained. Ann and Bo left.", "It rained", []),
        ("Nothing here.", "Nothing", []),
    ],
)
def test_the_items_of_an_enumeration(text: str, span: str, items: list[str]) -> None:
    start = text.index(span)
    found = items_around(text, start, start + len(span))
    assert [text[a:b] for a, b in found] == items


@given(TEXTS, st.data())
def test_items_of_any_text_stand_in_their_order(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    end = data.draw(st.integers(start, len(text)))
    found = items_around(text, start, end)
    assert len(found) != 1
    assert found == sorted(found)
    assert all(a < b for a, b in found)
    assert all(one[1] <= other[0] for one, other in zip(found, found[1:], strict=False))
