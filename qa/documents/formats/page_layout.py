"""Lines on pages -> running text: columns in order, paragraphs joined, frames left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from qa.documents.formats.page_columns import Line, in_reading_order
from qa.documents.formats.tidy import row_of

# How much of a page's height at its top and bottom may hold running heads and page numbers.
_MARGIN = 0.12
# Page numbers, and what browsers print at the edges: addresses, date and time.
_FRAME_ONLY = re.compile(
    r"[-–—\[(|\s]*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—\])|\s]*"
    r"|(?:https?|file)://\S+"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s\d{1,2}:\d\d(?:\s?[AP]M)?",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[-–•●▪◦*·]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+\S")
# A line of a table of contents, once its leading dots are one sign.
_ENTRY = re.compile(r"… ?\w{1,5}$")
_CAPTION = re.compile(
    r"(?:(?:figure|fig\.|table|abbildung|abb\.|plate|map|chart|box)\s+\w{1,5}\s*[.:|–—-]"
    r"|(?:photo(?:graph)?s?|image|picture|credit|source|illustration)(?:\s+(?:by|credit))?\s*:"
    r"|(?:photo(?:graph)?s?|image|illustration)\s+(?:by|courtesy)\b|©)",
    re.IGNORECASE,
)
# As in "pre- and post-war": the hyphen stands for the rest of a word.
_JOINING = frozenset({"and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o", "e"})
# So many lines tell where a column ends; more would only take time.
_EDGES = 500
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the size of most letters; 0 where there are none."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


Row = list[Line]
"""The pieces of text that stand on one line: one in prose, the cells in a table."""


def without_frames(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Return the pages without running heads and feet, and without page numbers.

    A head or foot stands at the same height at the edge of several pages, whatever its digits,
    or is what only heads and feet hold; and white space parts it from the text.
    """
    places: Counter[tuple[str, int]] = Counter()
    for lines in pages:
        places.update({_place(line) for line in lines if _in_margin(line)})
    # Left and right pages may have heads of their own, chapters too.
    often = max(2, min(5, -(-len(pages) // 2)))
    repeated = {place for place, times in places.items() if times >= often}
    normal = body_size(pages)
    kept = []
    for lines in pages:
        frame = _frame(lines, repeated, normal, top=True) | _frame(
            lines, repeated, normal, top=False
        )
        kept.append([line for line in lines if id(line) not in frame])
    emptied = sum(bool(lines) and not rest for lines, rest in zip(pages, kept, strict=True))
    # Slides may hold one line each: what frames nothing is the text itself.
    return kept if 2 * emptied < len(pages) else list(pages)


def _frame(
    lines: list[Line], repeated: set[tuple[str, int]], normal: float, *, top: bool
) -> set[int]:
    """Return the ids of the lines that frame a page at its top or bottom."""
    rows = _rows_of_page(lines, top=top)
    taken = 0
    for row in rows:
        if not all(map(_in_margin, row)):
            break
        is_outermost_number = taken == 0 and _holds_number(row, normal)
        if not is_outermost_number and not all(_place(line) in repeated for line in row):
            break
        taken += 1
    while taken and taken < len(rows) and not _are_apart(rows[taken - 1], rows[taken]):
        taken -= 1
    return {id(line) for row in rows[:taken] for line in row}


def _holds_number(row: Row, normal: float) -> bool:
    """Return whether a row holds a page's number, alone or beside two other pieces at most.

    Words of a stretched line are pieces, too, and "I" or "mix" among them is no number.
    """
    return len(row) <= 3 and any(
        _FRAME_ONLY.fullmatch(line.text)
        and line.size < 1.15 * normal
        and (len(row) == 1 or not line.text.isalpha())
        for line in row
    )


def _rows_of_page(lines: list[Line], *, top: bool) -> list[Row]:
    """Return a page's rows from its top, or from its bottom."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: -line.middle if top else line.middle):
        if rows and rows[-1][0].bottom < line.middle < rows[-1][0].top:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _are_apart(row: Row, other: Row) -> bool:
    distance = abs(row[0].middle - other[0].middle)
    return distance > 1.5 * max(row[0].size, other[0].size)


def _in_margin(line: Line) -> bool:
    return not _MARGIN * line.height < line.middle < (1 - _MARGIN) * line.height


def _place(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.middle / 4)


def compose(pages: Sequence[list[Line]]) -> tuple[str, tuple[int, ...]]:
    """Return the text of pages, and the offset at which each page starts, ascending.

    A paragraph that goes on over the end of a column or a page is not broken there. A page
    without text starts where the next one does.
    """
    text = _Text(pages)
    starts: list[int | None] = []
    for lines in pages:
        start: int | None = None
        for region in in_reading_order(lines):
            for offset in _add_region(text, region):
                start = offset if start is None else start
        starts.append(start)
    filled = []
    following = text.length
    for start in reversed(starts):
        following = following if start is None else start
        filled.append(following)
    return text.whole(), tuple(reversed(filled))


def _add_region(text: _Text, region: list[Line]) -> Iterator[int]:
    """Add a column's lines; yield the offset at which each starts."""
    rows = _rows(region)
    pitch = _pitch(rows)
    normal = median(line.size for line in region)
    left = min(line.left for line in region)
    # A table wider than its column says nothing of where the column's lines end.
    edges = [(row[0].left, row[0].right) for row in rows if len(row) == 1]
    above: Row | None = None
    for row in rows:
        separator = _separator(text.last, row)
        if above is not None and separator in " \n" and _are_spaced(above, row, pitch, normal):
            separator = "\n\n" if len(row) == 1 else separator
        elif above is not None and separator == " ":
            beside = [edge for start, edge in edges[:_EDGES] if start < above[0].right]
            right = max(beside, default=above[0].right)
            separator = _separator_within(above, row, left, right)
        yield text.add(row, separator)
        above = row


def _rows(region: list[Line]) -> list[Row]:
    rows: list[Row] = []
    for line in region:
        before = rows[-1][-1] if rows else None
        same = before is not None and before.bottom < line.middle < before.top
        if before is not None and same and line.left >= before.right:
            rows[-1].append(line)
        else:
            rows.append([line])
    neighbours = zip([[], *rows[:-1]], rows, [*rows[1:], []], strict=True)
    return [
        [replace(cell, text=cell.shown, is_hyphenated=False) for cell in row]
        if _are_aligned(row, above) or _are_aligned(row, below)
        else [_merged(row)]
        for above, row, below in neighbours
    ]


def _are_aligned(row: Row, other: Row) -> bool:
    """Return whether a cell behind the first stands above one of another row, as in a table."""
    return any(
        abs(a.left - b.left) < 3 or abs(a.right - b.right) < 3 for a in row[1:] for b in other[1:]
    )


def _merged(row: Row) -> Line:
    """Return the pieces as one line: gaps between words that were only stretched to fill it."""
    return replace(
        row[-1],
        text=" ".join([*(line.shown for line in row[:-1]), row[-1].text]),
        left=row[0].left,
        bottom=min(line.bottom for line in row),
        top=max(line.top for line in row),
        size=max(line.size for line in row),
    )


def _pitch(rows: list[Row]) -> float:
    """Return how far apart the lines of a column usually are; 0 where there is but one."""
    steps = [a[0].middle - b[0].middle for a, b in pairwise(rows) if a[0].middle > b[0].middle]
    return median(steps) if steps else 0.0


def _separator(before: Row | None, row: Row) -> str:
    """Return what parts two rows wherever they stand; a space where they may be one sentence."""
    if before is None:
        return ""
    if len(before) > 1 or len(row) > 1:
        return "\n" if len(before) > 1 and len(row) > 1 else "\n\n"
    last, line = before[0], row[0]
    if _CAPTION.match(line.text):
        return "\n\n"
    is_resized = abs(last.size - line.size) > 0.12 * max(last.size, line.size)
    # A sign before an item may be of another size; a number is so where it begins a heading.
    if _BULLET.match(line.text) and not (is_resized and line.text[0].isalnum()):
        return "\n"
    if is_resized:
        return "\n\n"
    if _ENTRY.search(last.text):
        return "\n"
    is_elsewhere = line.middle >= last.middle or line.left > last.right or line.right < last.left
    if is_elsewhere and not last.is_hyphenated and _ENDED.search(last.text):
        return "\n\n"
    return " "


def _are_spaced(above: Row, row: Row, pitch: float, normal: float) -> bool:
    """Return whether two rows of one column stand further apart than lines of a paragraph do."""
    step = above[0].middle - row[0].middle
    return step > 1.35 * pitch * max(1.0, row[0].size / normal)


def _separator_within(above: Row, row: Row, left: float, right: float) -> str:
    """Return what parts two rows of one column: indentation and short lines tell."""
    last, line = above[0], row[0]
    if last.is_hyphenated:
        return " "
    has_ended = _ENDED.search(last.text) is not None or _CAPTION.match(last.text) is not None
    if has_ended and last.left < left + 0.8 * line.size < line.left:
        return "\n\n"
    letter = (line.right - line.left) / len(line.text)
    would_fit = last.right + letter * (2 + 1.2 * len(line.text.split(" ", 1)[0])) < right
    # A line broken though the next word had room was broken on purpose.
    if would_fit and last.right < right - 0.1 * (right - left):
        return "\n\n" if has_ended else "\n"
    return " "


class _Text:
    """Text that grows row by row."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        self.length = 0
        self.last: Row | None = None
        self._parts: list[str] = []
        self._words = Counter(
            word.lower()
            for lines in pages
            for line in lines
            for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text)
        )

    def add(self, row: Row, separator: str) -> int:
        """Add a row behind ``separator``; return the offset at which it starts."""
        text = row[0].text if len(row) == 1 else row_of([line.text for line in row])
        last = self.last[-1] if self.last else None
        if last is not None and last.is_hyphenated:
            if separator == " ":
                separator = self._joint(last.text, text)
            else:
                separator = "-" + separator
        self._put(separator)
        start = self.length
        self._put(text)
        self.last = row
        return start

    def whole(self) -> str:
        """Return all of it."""
        if self.last is not None and self.last[-1].is_hyphenated:
            self._put("-")
        return "".join(self._parts)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)

    def _joint(self, before: str, after: str) -> str:
        """Return what stands between the halves of a word, or of a compound as "long-legged".

        How the word is written elsewhere in the document tells; else the word was only broken.
        """
        first = re.search(r"[^\W\d_]*$", before[-100:])
        second = re.match(r"[^\W\d_]*", after)
        assert first is not None  # noqa: S101 - both patterns match anything
        assert second is not None  # noqa: S101
        if second[0] in _JOINING:
            return "- "
        if not first[0] or not second[0] or not second[0][0].islower():
            return "-"
        compound = self._words[f"{first[0]}-{second[0]}".lower()]
        return "-" if compound > self._words[f"{first[0]}{second[0]}".lower()] else ""
