from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from qa.evaluation.calibration import expected_calibration_error


def test_by_hand() -> None:
    # Bin .8-.9 holds .8 and .86, one of them right: |.5 - .83| * 2/4. Bin .9-1 holds 1, right: 0.
    # Bin .3-.4 holds .3, wrong: .3 * 1/4.
    confidence, right = np.array([0.8, 0.86, 1.0, 0.3]), np.array([1.0, 0.0, 1.0, 0.0])
    assert expected_calibration_error(confidence, right) == pytest.approx(0.33 / 2 + 0.3 / 4)


def test_a_boundary_belongs_to_the_upper_bin() -> None:
    # Together, .3 and .39 would be half right; .29 is alone in the bin below.
    confidence, right = np.array([0.29, 0.3, 0.39]), np.array([1.0, 1.0, 0.0])
    expected = (0.71 + abs(0.69 - 1)) / 3
    assert expected_calibration_error(confidence, right) == pytest.approx(expected)


def test_perfect_hopeless_and_empty() -> None:
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1
    assert expected_calibration_error(np.array([]), np.array([])) is None


@pytest.mark.parametrize("seed", range(10))
def test_as_scikit_learns_curve_has_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    confidence = random.random(200)
    right = (random.random(200) < confidence**2).astype(float)
    share, mean = calibration_curve(right, confidence, n_bins=10)
    sizes = np.histogram(confidence, bins=10, range=(0, 1))[0]
    expected = (sizes[sizes > 0] * np.abs(share - mean)).sum() / 200
    assert expected_calibration_error(confidence, right) == pytest.approx(expected)
