"""Does a confidence of 0.8 mean right four times in five?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def expected_calibration_error(
    confidence: NDArray[np.float64], right: NDArray[np.float64], *, bins: int = 10
) -> float | None:
    """Return the mean distance between confidence and share right, weighted by bin size.

    Both arrays are of shape (n,), confidences in [0, 1], ``right`` 1 or 0; the bins are those of
    ``bin_numbers`` (Guo et al. 2017). In [0, 1], lower is better; None for n = 0.
    """
    if not confidence.size:
        return None
    distance = np.bincount(bin_numbers(confidence, bins), weights=confidence - right)
    return float(np.abs(distance).sum() / confidence.size)


def bin_numbers(confidence: NDArray[np.float64], bins: int = 10) -> NDArray[np.intp]:
    """Return the bin of each confidence, from 0; shape (n,) like ``confidence``.

    The bins are of equal width and closed on the left; the last one holds 1 too.
    """
    return np.digitize(confidence, np.arange(1, bins) / bins)
