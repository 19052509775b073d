from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from qa.evaluation.abstention import auroc, risk_coverage_area


def test_auroc_by_hand() -> None:
    # Pairs (positive, negative): .9>.5, .9>.1, .5=.5 (one half), .5>.1.
    scores, positive = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    assert auroc(scores, positive) == 3.5 / 4


@pytest.mark.parametrize("seed", range(20))
def test_auroc_as_scikit_learn_has_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(0, 8, size=50) / 8  # many ties
    positive = random.random(50) < 0.4
    assert auroc(scores, positive) == pytest.approx(roc_auc_score(positive, scores))


@pytest.mark.parametrize("positive", [[True, True], [False, False]])
def test_auroc_needs_both_kinds(positive: list[bool]) -> None:
    assert auroc(np.array([0.1, 0.2]), np.array(positive)) is None


def test_auroc_of_nothing() -> None:
    assert auroc(np.array([]), np.array([], dtype=bool)) is None


def test_risk_coverage_area_by_hand() -> None:
    # Most confident first: right, wrong, right -> risks 0, 1/2, 1/3.
    area = risk_coverage_area(np.array([0.2, 0.9, 0.5]), np.array([1.0, 1.0, 0.0]))
    assert area == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_equal_confidence_counts_as_random_order() -> None:
    right = np.array([1.0, 1.0, 0.0, 0.0, 1.0])
    confidence = np.array([0.9, 0.5, 0.5, 0.5, 0.1])

    def area(order: tuple[int, ...]) -> float:
        errors = 1 - right[list(order)]
        return float((np.cumsum(errors) / np.arange(1, 6)).mean())

    orders = [(0, *middle, 4) for middle in permutations((1, 2, 3))]
    assert risk_coverage_area(confidence, right) == pytest.approx(np.mean([*map(area, orders)]))


def test_a_useless_confidence_gives_the_error_rate() -> None:
    right: NDArray[np.float64] = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    assert risk_coverage_area(np.full(5, 0.5), right) == pytest.approx(2 / 5)
    assert risk_coverage_area(np.array([]), np.array([])) is None
