"""A measured figure: its median over the runs, and how far these lie apart."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of one or more runs, the lowest and the highest."""

    median: float
    low: float
    high: float
    runs: int

    def __str__(self) -> str:
        if self.runs == 1:
            return shown(self.median)
        return f"{shown(self.median)} ({shown(self.low)} to {shown(self.high)})"


def figure_of(values: Sequence[float]) -> Figure:
    """Return the figure of at least one run.

    >>> str(figure_of([3.0, 1.25, 2.0]))
    '2 (1.25 to 3)'
    """
    return Figure(statistics.median(values), min(values), max(values), len(values))


def figures_of(runs: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    """Return a figure for each name; all runs have the same ones."""
    return {name: figure_of([run[name] for run in runs]) for name in runs[0]}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of them do not exceed (nearest rank).

    >>> percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.95)
    (2, 4)
    """
    ranked = sorted(values)
    return ranked[max(0, -int(-share * len(ranked) // 1) - 1)]


def shown(value: float) -> str:
    """Return three digits of a figure, more of what is large.

    >>> [shown(x) for x in (0.01234, 5.678, 27.04, 1234.5)]
    ['0.0123', '5.68', '27', '1,234']
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
