from __future__ import annotations

import random

import pytest

from qa.training.stammers import stammer

QUESTION = "When did the Severn Bridge open?"
NAMES = ["Humber Bridge", "1981", "Severn Bridge"]
OTHERS = ["Who ended the tolls there?", QUESTION]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_meant_is_all_said_and_said_last(seed: int) -> None:
    slipped = stammer(QUESTION, NAMES, OTHERS, random.Random(seed))
    assert slipped != QUESTION
    rest = iter(slipped.lower().split())
    assert all(word in rest for word in QUESTION.lower().split())
    assert slipped.endswith("open?")


def test_every_kind_of_slip_comes_up() -> None:
    slips = [stammer(QUESTION, NAMES, OTHERS, random.Random(seed)) for seed in range(60)]
    assert any("Humber Bridge" in slip for slip in slips)
    assert any(slip.startswith("Who ended") for slip in slips)
    assert any(len(slip.split()) == len(QUESTION.split()) + 1 for slip in slips)


def test_one_word_is_left_alone() -> None:
    assert stammer("Why?", [], [], random.Random(1)) == "Why?"
