"""Lines on a page -> its columns, in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text on one line of a page; the page's origin is at the bottom left.

    ``size`` is the usual height of its letters, ``height`` that of the page. Where a word is
    hyphenated at its end, the hyphen itself is not in ``text``.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    height: float
    is_hyphenated: bool = False

    @property
    def shown(self) -> str:
        """Its text with the hyphen at its end, if there is one."""
        return self.text + "-" * self.is_hyphenated

    @property
    def middle(self) -> float:
        """How high on the page it stands."""
        return (self.bottom + self.top) / 2


# A line of prose in a column has at least so many letters, a table's cell mostly fewer.
_PROSE = 18
_FEWEST_LINES = 4


def in_reading_order(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the columns of a page, and what stands across them, in the order of reading.

    Within each, lines keep the order in which they were written into the file.
    """
    gutter = _gutter(lines)
    if gutter is None:
        return [list(lines)] if lines else []
    written = {id(line): place for place, line in enumerate(lines)}
    regions: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    across: list[Line] = []

    def end(*gathered: list[Line]) -> None:
        for part in gathered:
            ordered = sorted(part, key=lambda line: written[id(line)])
            # What stands across has this same gutter: it must not be looked for again.
            if ordered:
                regions.extend([ordered] if part is across else in_reading_order(ordered))
            part.clear()

    for line in sorted(lines, key=lambda line: -line.middle):
        if line.right <= gutter:
            end(across)
            left.append(line)
        elif line.left >= gutter:
            end(across)
            right.append(line)
        else:
            end(left, right)
            across.append(line)
    end(left, right, across)
    return regions


def _gutter(lines: Sequence[Line]) -> float | None:
    """Return where a blank strip parts two columns of prose; None where nothing does."""
    if len(lines) < 2 * _FEWEST_LINES:
        return None
    best: tuple[int, float] | None = None
    for edge in sorted({round(line.left) for line in lines}):
        gutter = edge - 0.5
        left = [line for line in lines if line.right <= gutter]
        right = [line for line in lines if line.left >= gutter]
        crossing = len(lines) - len(left) - len(right)
        if min(len(left), len(right)) < _FEWEST_LINES or crossing > len(lines) // 2:
            continue
        if min(_typical_length(left), _typical_length(right)) < _PROSE:
            continue
        # Side by side, not one below the other.
        shared = min(max(a.top for a in left), max(b.top for b in right)) - max(
            min(a.bottom for a in left), min(b.bottom for b in right)
        )
        if shared < 2 * median(line.size for line in lines):
            continue
        if best is None or crossing < best[0]:
            best = (crossing, gutter)
    return None if best is None else best[1]


def _typical_length(lines: Sequence[Line]) -> float:
    return median(len(line.text) for line in lines)
