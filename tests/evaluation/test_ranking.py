from __future__ import annotations

import math
import random

import ir_measures
import pytest
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from qa.evaluation.ranking import first_rank, ndcg, recall, reciprocal_rank, success


def test_by_hand() -> None:
    relevant = [False, True, False, True]
    assert [success(relevant, k) for k in (1, 2, 10)] == [0, 1, 1]
    assert [recall(relevant, k, total=3) for k in (1, 2, 4)] == [0, 1 / 3, 2 / 3]
    assert reciprocal_rank(relevant) == 1 / 2
    assert first_rank(relevant) == 2
    # Gains at ranks 2 and 4, against an ideal of ranks 1, 2 and 3.
    found = 1 / math.log2(3) + 1 / math.log2(5)
    assert ndcg([0, 1, 0, 1], [1, 1, 1], 10) == pytest.approx(
        found / (1 + 1 / math.log2(3) + 1 / 2)
    )


def test_grades_by_hand() -> None:
    assert ndcg([1, 3], [1, 3], 10) == pytest.approx(
        (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    )


def test_nothing_found_and_nothing_there() -> None:
    assert success([], 5) == reciprocal_rank([]) == ndcg([], [1], 10) == ndcg([], [], 10) == 0
    assert first_rank([False]) is None
    with pytest.raises(ValueError, match="0 relevant"):
        recall([], 5, total=0)
    with pytest.raises(ValueError, match="1 relevant"):
        recall([True, True], 1, total=1)


@pytest.mark.parametrize("seed", range(30))
def test_as_ir_measures_has_it(seed: int) -> None:
    dice = random.Random(seed)
    grades = {f"d{number}": dice.choice([1, 1, 2, 3]) for number in range(dice.randint(1, 12))}
    ranking = [*grades, *(f"x{number}" for number in range(20))]
    dice.shuffle(ranking)
    ranking = ranking[: dice.randint(1, 25)]
    found = [float(grades.get(name, 0)) for name in ranking]
    relevant = [grade > 0 for grade in found]
    oracle = ir_measures.calc_aggregate(
        [RR, R @ 1, R @ 5, R @ 10, Success @ 3, nDCG @ 10],
        [Qrel("q", name, grade) for name, grade in grades.items()],
        [ScoredDoc("q", name, -float(rank)) for rank, name in enumerate(ranking)],
    )
    assert {
        RR: reciprocal_rank(relevant),
        **{R @ k: recall(relevant, k, total=len(grades)) for k in (1, 5, 10)},
        Success @ 3: success(relevant, 3),
        nDCG @ 10: ndcg(found, list(grades.values()), 10),
    } == pytest.approx(oracle)
