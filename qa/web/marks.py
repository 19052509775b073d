"""Stretches of a text to be marked, possibly overlapping, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.web.escaping import attribute, escaped


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch ``[start, end)`` of a document. ``id`` is unique on the page, ``label`` is shown.

    ``id`` holds no white space: the page lists the ids of a segment in one attribute.
    """

    id: str
    start: int
    end: int
    label: str


def segments(
    start: int, end: int, marks: Sequence[Mark]
) -> Iterator[tuple[int, int, tuple[Mark, ...]]]:
    """Cut ``[start, end)`` wherever a mark begins or ends; give each piece with its marks.

    >>> [(a, b, [m.id for m in on]) for a, b, on in segments(0, 9, [Mark("x", 2, 5, "1")])]
    [(0, 2, []), (2, 5, ['x']), (5, 9, [])]
    """
    cuts = {start, end}
    for mark in marks:
        cuts.update(offset for offset in (mark.start, mark.end) if start < offset < end)
    edges = sorted(cuts)
    for left, right in zip(edges, edges[1:], strict=False):
        yield left, right, tuple(m for m in marks if m.start <= left and right <= m.end)


def marked(text: str, start: int, end: int, marks: Sequence[Mark]) -> str:
    """Return ``text[start:end]`` as HTML whose text content is that slice.

    The ``<mark>`` elements that name a mark's id in ``data-marks`` hold, joined, exactly its
    stretch. The first of them carries the label and can take the focus.
    """
    pieces = []
    for left, right, covering in segments(start, end, marks):
        inner = escaped(text[left:right])
        if not covering:
            pieces.append(inner)
            continue
        ids = attribute(" ".join(mark.id for mark in covering))
        labels = " ".join(mark.label for mark in covering if mark.start == left)
        label = f' data-label="{attribute(labels)}" tabindex="-1"' if labels else ""
        pieces.append(f'<mark data-marks="{ids}"{label}>{inner}</mark>')
    return "".join(pieces)
