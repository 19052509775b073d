from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from qa.evaluation.reliability import bins_of, main


def test_bins_by_hand() -> None:
    confidence = np.array([0.05, 0.72, 0.78, 1.0])
    right = np.array([False, True, False, True])
    assert bins_of(confidence, right) == [
        (0.05, 0.0, 1),
        (pytest.approx(0.75), 0.5, 2),
        (1.0, 1.0, 1),
    ]


def test_the_diagram_names_its_sets(tmp_path: Path) -> None:
    rows = [
        {"confidence": 0.8, "answers": ["x"], "contained": True},
        {"confidence": 0.3, "answers": [], "contained": False},
    ]
    result = {"records": rows, "calibration": {"ece": 0.25}, "run": {"questions": "a/birds.jsonl"}}
    (tmp_path / "result.json").write_text(json.dumps(result))
    out = tmp_path / "diagram.svg"
    main(out, [tmp_path / "result.json"])
    first = out.read_bytes()
    assert b"birds" in first
    main(out, [tmp_path / "result.json"])
    assert out.read_bytes() == first
