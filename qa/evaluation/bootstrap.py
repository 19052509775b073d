"""Percentile bootstrap over questions (Efron 1979): how far a score may be chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]


def intervals(
    measure: Callable[[NDArray[np.intp]], Mapping[str, float | None]],
    count: int,
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Interval | None]:
    """Return the 95 % interval of each score that ``measure`` gives.

    ``measure`` takes the indices, shape (count,), of questions drawn with replacement from
    ``range(count)``; it must give the same names every time. Draws in which a score is undefined
    (None) don't count for it; None where it never was defined, or where there is no question.
    The same seed gives the same intervals.
    """
    names = list(measure(np.arange(count, dtype=np.intp)))
    if not count:
        return dict.fromkeys(names)
    random = np.random.default_rng(seed)
    drawn = np.full((resamples, len(names)), np.nan)
    for row in range(resamples):
        scores = measure(random.integers(count, size=count, dtype=np.intp))
        drawn[row] = [np.nan if (score := scores[name]) is None else score for name in names]
    return {name: _middle(drawn[:, column]) for column, name in enumerate(names)}


def _middle(scores: NDArray[np.float64]) -> Interval | None:
    defined = scores[~np.isnan(scores)]
    if not defined.size:
        return None
    low, high = np.quantile(defined, (0.025, 0.975))
    return float(low), float(high)
