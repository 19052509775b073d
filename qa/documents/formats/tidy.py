"""Extracted text without what nobody sees: controls, soft hyphens, runs of white space."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Controls but for tab and line feed, soft hyphens, byte order marks, what is no character.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\ufeff\ufffe\uffff\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
# Typographic ligatures have no meaning of their own, and nobody can type them to search.
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
)


def seen(text: str) -> str:
    r"""Return ``text`` without what cannot be seen; line ends become line feeds.

    >>> seen("eﬃ\xadcient\x00\r\n")
    'efficient\n'
    """
    return _UNSEEN.sub("", _LINE_END.sub("\n", text)).translate(_LIGATURES)


def one_line(text: str) -> str:
    r"""Return ``text`` on one line, single spaces between its words.

    >>> one_line(" The\n  Rhine\t")
    'The Rhine'
    """
    return " ".join(seen(text).split())


def tidy_lines(text: str) -> str:
    r"""Return ``text`` with its line breaks, without spaces around them or runs of spaces.

    >>> tidy_lines("  a  b \n\n\n\n c ")
    'a b\n\nc'
    """
    lines = [_SPACES.sub(" ", line).strip() for line in seen(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def row_of(cells: Sequence[str]) -> str:
    """Return a table's row as one line; a lone cell stands as it is, a blank row is empty.

    >>> row_of(["River", "", "Length"]), row_of(["", "alone"]), row_of([""])
    ('| River | | Length |', 'alone', '')
    """
    filled = [cell for cell in map(one_line, cells) if cell]
    if len(filled) < 2:
        return "".join(filled)
    return f"| {' | '.join(map(one_line, cells))} |".replace("|  |", "| |")


def join_blocks(blocks: Iterable[tuple[str, str]]) -> str:
    r"""Return (kind, text) blocks with blank lines between; rows and list items stand closer.

    >>> join_blocks([("row", "| a |"), ("row", "| b |"), ("text", "c")])
    '| a |\n| b |\n\nc'
    """
    parts: list[str] = []
    before = ""
    for kind, text in blocks:
        if parts:
            parts.append("\n" if kind == before and kind in ("row", "item") else "\n\n")
        parts.append(text)
        before = kind
    return "".join(parts)
