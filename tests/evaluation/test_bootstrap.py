from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.evaluation.bootstrap import intervals

Rows = NDArray[np.intp]


def test_the_interval_of_a_share_is_the_textbook_one() -> None:
    right = np.array([1.0] * 80 + [0.0] * 20)
    found = intervals(lambda rows: {"share": float(right[rows].mean())}, 100)["share"]
    # The normal approximation: .8 -+ 1.96 * sqrt(.8 * .2 / 100).
    assert found == pytest.approx((0.8 - 0.0784, 0.8 + 0.0784), abs=0.015)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(1).random(30)

    def measure(rows: Rows) -> dict[str, float | None]:
        return {"mean": float(values[rows].mean())}

    assert intervals(measure, 30, seed=4) == intervals(measure, 30, seed=4)
    assert intervals(measure, 30, seed=4) != intervals(measure, 30, seed=5)


def test_draws_without_the_score_do_not_count() -> None:
    values = np.array([0.5, np.nan, np.nan])

    def measure(rows: Rows) -> dict[str, float | None]:
        kept = values[rows][~np.isnan(values[rows])]
        return {"some": float(kept.mean()) if kept.size else None, "none": None}

    assert intervals(measure, 3, resamples=50) == {"some": (0.5, 0.5), "none": None}


def test_no_questions_no_intervals() -> None:
    assert intervals(lambda rows: {"mean": None}, 0) == {"mean": None}
