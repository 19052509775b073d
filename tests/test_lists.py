from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.lists import items_around, items_listed
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
        # What stands between them does not end the list.
        (
            "By Ghent and Rome to the south,[note 1] Lille to the north, and Ypres to the west.",
            "Ghent and Rome",
            ["Ghent", "Rome to the south", "Lille to the north", "Ypres to the west"],
        ),
        (
            "More than half is sown for wheat, a third for rye and 7% for oats.",
            "wheat, a third for rye and 7%",
            ["wheat", "a third for rye", "7% for oats"],
        ),
        (
            "Parliament consists of the Diet (the lower house) and the Senate (the upper house).",
            "the upper house",
            ["the Diet (the lower house)", "the Senate (the upper house)"],
        ),
        # Nor does the sentence that it stands in.
        (
            "No rich man should pay less than a cook, a nurse, or a clerk.",
            "cook",
            ["cook", "a nurse", "a clerk"],
        ),
        (
            "It runs areas that are not the king's, by law, such as mines, roads and mills.",
            "areas that are not the king's, by law, such as mines, roads and mills",
            ["mines", "roads", "mills"],
        ),
        (
            "Once, the land was the home of the car brands Alfa, Beta and Gamma; now it is not.",
            "the land was the home of the car brands Alfa, Beta and Gamma",
            ["the car brands Alfa", "Beta", "Gamma"],
        ),
        ("And today, Norway officially joined, and their king is here.", "Norway", []),
        ("In Paris, the capital, he met Ann.", "Paris", []),
        ("She flew to Rome, Bonn, Oslo.", "Rome", []),
        ("He left, and she stayed.", "He left", []),
        ("It rained. Ann and Bo left.", "It rained", []),
        ("Nothing here.", "Nothing", []),
    ],
)
def test_the_items_of_an_enumeration(text: str, span: str, items: list[str]) -> None:
    start = text.index(span)
    found = items_around(text, start, start + len(span))
    assert [text[a:b] for a, b in found] == items


def test_commas_alone_make_a_list_only_where_one_is_asked_for() -> None:
    text = "She flew to Rome, Bonn, Oslo. She flew to Rome, Italy."
    assert [text[a:b] for a, b in items_around(text, 12, 16, bare=True)] == ["Rome", "Bonn", "Oslo"]
    again = text.rindex("Rome")
    assert items_around(text, again, again + 4, bare=True) == []


@given(TEXTS, st.data())
def test_items_of_any_text_stand_in_their_order(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    end = data.draw(st.integers(start, len(text)))
    found = items_around(text, start, end)
    assert len(found) != 1
    assert found == sorted(found)
    assert all(a < b for a, b in found)
    assert all(one[1] <= other[0] for one, other in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "span", "items"),
    [
        ("In it:\n\n- a jug\n- a spoon\n\nNo filter.", "jug", ["a jug", "a spoon"]),
        ("1. Rinse it.\n2. Fill it.", "Fill it", ["Rinse it.", "Fill it."]),
        ("* Ford: 2 euros\n* Fiat: 3 euros", "Ford", ["Ford", "Fiat"]),
        ("* Ford: 2 euros\n* Fiat: 3 euros", "3 euros", ["Ford: 2 euros", "Fiat: 3 euros"]),
        ("* Ford: 2 euros\n* Fiat", "Ford", ["Ford: 2 euros", "Fiat"]),
        ("- **Ford:** red\n- **Fiat:** blue", "Ford", ["Ford", "Fiat"]),
        # Lines with a name, and what stands right above a list.
        ("Chair: Ann Lee\nSecretary: Bo Ek", "Bo Ek", ["Chair: Ann Lee", "Secretary: Bo Ek"]),
        ("Chair: Ann Lee\n- a jug\n- a cup", "Ann Lee", []),
        ("9. PLANS\n\n- a jug\n- a cup", "PLANS", ["a jug", "a cup"]),
        ("LEO: Which bugs?\nNOOR: Aphids eat them.", "Aphids", []),
        ("Bring them.\n- a jug\n- a cup", "Bring", []),
        # Headings with numbers, one item, and what stands outside are no list.
        ("1. Approval\n\nIt was approved.\n\n2. Bees\n\nTwo hives.", "Approval", []),
        ("- a jug\n\nNo filter.", "jug", []),
        ("In it:\n- a jug\n- a spoon", "In it", []),
        ("", "", []),
    ],
)
def test_the_items_of_a_list_are_its_lines(text: str, span: str, items: list[str]) -> None:
    start = text.index(span)
    found = items_listed(text, start, start + len(span))
    assert [text[a:b] for a, b in found] == items
