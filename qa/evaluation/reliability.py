"""The reliability diagram: ``python -m qa.evaluation.reliability OUT.svg RESULT.json ...``.

A result is what ``python -m qa.evaluate --json`` wrote. Of the questions in each tenth of
confidence the diagram shows the share whose quote holds a gold answer; on the diagonal, "70 %
sure" is right seven times in ten.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray

from qa.evaluation.calibration import bin_numbers


def bins_of(
    confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> list[tuple[float, float, int]]:
    """Return (mean confidence, share right, questions) of each tenth that holds a question."""
    tenth = bin_numbers(confidence)
    return [
        (float(confidence[inside].mean()), float(right[inside].mean()), int(inside.sum()))
        for inside in (tenth == number for number in np.unique(tenth))
    ]


def main(out: Path, results: list[Path]) -> None:
    """Draw one line a result; the size of a point is its share of the questions."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "qa"  # the same results give the same bytes
    figure = Figure(figsize=(5.2, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linestyle="--", label="what it says is so")
    for path in results:
        result = json.loads(path.read_text(encoding="utf-8"))
        rows = result["records"]
        confidence = np.array([row["confidence"] for row in rows])
        right = np.array([bool(row["answers"]) and row["contained"] for row in rows])
        points = np.array(bins_of(confidence, right))
        error = result["calibration"]["ece"]
        label = f"{Path(result['run']['questions']).name.split('.json')[0]} (error {error:.3f})"
        (line,) = axes.plot(points[:, 0], points[:, 1], label=label)
        axes.scatter(
            points[:, 0], points[:, 1], s=400 * points[:, 2] / len(rows), color=line.get_color()
        )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share right")
    axes.legend(loc="upper left", frameon=False, fontsize=8)
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    typer.run(main)
