from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.text import exact_match, f1, holds, normalize

# The official script's own figures; the file says which release of it computed them.
OFFICIAL = json.loads((Path(__file__).parent / "official_squad.json").read_text())


@pytest.mark.parametrize("case", OFFICIAL["cases"], ids=lambda case: repr(case["prediction"]))
def test_each_case_scores_as_the_official_script_scores_it(case: dict[str, Any]) -> None:
    assert exact_match(case["prediction"], case["golds"]) == case["exact"]
    assert f1(case["prediction"], case["golds"]) == pytest.approx(case["f1"], abs=1e-12)


def test_totals_are_those_of_the_official_script() -> None:
    cases = OFFICIAL["cases"]
    for name, score in (("exact", exact_match), ("f1", f1)):
        mean = sum(score(case["prediction"], case["golds"]) for case in cases) / len(cases)
        assert mean == pytest.approx(OFFICIAL["total"][name])


def test_f1_by_hand() -> None:
    # 2 of 4 predicted tokens and 2 of 3 gold ones are common: 2 * (1/2 * 2/3) / (1/2 + 2/3).
    assert f1("one two three four", ["two three five"]) == pytest.approx(4 / 7)


@pytest.mark.parametrize(
    ("text", "answer", "held"),
    [
        ("It is 0.8 millimeters wide.", "0.8 Millimeters", True),
        ("It is 0.8 millimeters wide.", "8 millimeters", False),
        ("It is 10.8 millimeters wide.", "0.8 millimeters", False),
        ("because", "us", False),
        ("NASA's module", "NASA", True),
        ("the Russian-built craft", "Russian", True),
        ("built from 1953–54", "1953", True),
        ("“small hole”", "a small hole", True),
        ("It left\nthe  station.", "left the station", True),
        ("1,230 kilometres", "1230 kilometres", True),
        ("anything", "the", False),
        ("anything", "", False),
        ("", "anything", False),
    ],
)
def test_holds(text: str, answer: str, held: bool) -> None:
    assert holds(text, answer) is held


@given(st.text(), st.text(), st.text())
def test_a_text_holds_its_own_words(before: str, answer: str, after: str) -> None:
    if normalize(answer):
        assert holds(f"{before} {answer} {after}", answer)


@given(st.text(), st.lists(st.text()))
def test_scores_lie_between_exact_match_and_one(prediction: str, golds: list[str]) -> None:
    assert 0 <= exact_match(prediction, golds) <= f1(prediction, golds) <= 1


@given(st.text())
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)
