from __future__ import annotations

import random

import pytest

from qa.training.twists import names_in, twist

NAMES = ["Severn", "Humber Bridge", "1981"]


def test_names_and_numbers_are_found_and_first_words_are_not() -> None:
    text = "Tolls ended in 2018. It was Alun Cairns, after 1,500 days."
    assert names_in(text) == ["2018", "Alun Cairns", "1,500"]


@pytest.mark.parametrize(
    ("question", "twisted"),
    [
        ("Longest river?", {None}),
        ("to which river, the longest?", {"to which river, the shortest?"}),
        ("in which place, 1966?", {"in which place, 1981?"}),
        ("to whom, Tees or Severn?", {"to whom, Humber Bridge or Severn?"}),
    ],
)
def test_one_place_is_changed(question: str, twisted: set[str | None]) -> None:
    names = NAMES if "Tees" not in question else NAMES[:2]
    found = {twist(question, names, random.Random(seed)) for seed in range(60)}
    assert found - {"to whom, Tees or Humber Bridge?"} == twisted


def test_a_negation_is_put_behind_the_verb() -> None:
    found = {twist("Who was it?", [], random.Random(seed)) for seed in range(60)}
    assert found == {"Who was not it?", "Who wasn't it?", "Who was never it?"}
