"""How well a confidence tells what can be answered from what cannot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float | None:
    """Return how often a positive scores higher than a negative; a tie counts one half.

    ``scores`` and ``positive`` are of shape (n,). The area under the ROC curve, in [0, 1], by
    way of the Mann-Whitney statistic (Hanley and McNeil 1982); 0.5 is chance. None unless there
    are both positives and negatives.
    """
    high, low = scores[positive], np.sort(scores[~positive])
    if not high.size or not low.size:
        return None
    beaten = np.searchsorted(low, high, side="left") + np.searchsorted(low, high, side="right")
    return float(beaten.mean() / 2 / low.size)


def risk_coverage_area(confidence: NDArray[np.float64], right: NDArray[np.float64]) -> float | None:
    """Return the mean error rate of the answers kept, over all thresholds: lower is better.

    Both arrays are of shape (n,); ``right`` is 1 or 0. For each i in 1..n the i most confident
    answers are kept; the risk is the share of wrong ones among them (Geifman and El-Yaniv 2017,
    "AURC"). Answers of equal confidence count as if in random order (the expected risk), so the
    result doesn't depend on the order of the questions. In [0, 1]; None for n = 0.
    """
    if not confidence.size:
        return None
    _, group, sizes = np.unique(-confidence, return_inverse=True, return_counts=True)
    errors = np.bincount(group, weights=1 - right)
    kept = np.arange(1, confidence.size + 1)
    sizes_before = np.repeat(np.cumsum(sizes) - sizes, sizes)
    errors_before = np.repeat(np.cumsum(errors) - errors, sizes)
    expected = errors_before + np.repeat(errors / sizes, sizes) * (kept - sizes_before)
    return float((expected / kept).mean())
