"""A document as the source pane shows it: whole, in its own words, with the marks on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.datatypes import Document
from qa.web.escaping import attribute, escaped, shortened
from qa.web.marks import Mark, marked
from qa.web.own.names import shown_id
from qa.web.texts import Texts

# More than a long book chapter. Beyond it a browser takes seconds to lay the text out.
WINDOW = 300_000
_TITLE = 300

_PARAGRAPH_END = re.compile(r"\n(?:[^\S\n]*\n)+")


def render_source(
    document: Document,
    texts: Texts,
    marks: Sequence[Mark] = (),
    *,
    reveal: str | None = None,
    choose: bool = False,
    note: str | None = None,
    window: int = WINDOW,
) -> str:
    """Return the pane's HTML; the text content of its ``.text`` element is the document's text.

    ``reveal`` names the mark to scroll to; with ``choose`` that mark is also shown as the chosen
    one and takes the focus. Of a text longer than ``window`` characters, that many around the
    revealed mark (else the first mark, else the beginning) are shown, and a note says so.
    """
    start, end = _window(document, marks, reveal, window)
    notes = [note] if note else []
    if (start, end) != (0, len(document.text)):
        notes.append(texts("cut", count=len(document.text), first=start + 1, last=end))
    paragraphs = "".join(
        f'<p dir="auto">{marked(document.text, left, right, marks)}</p>'
        for left, right in paragraphs_between(document.text, start, end)
    )
    revealed = f' data-reveal="{attribute(reveal)}"' if reveal else ""
    chosen = ' data-choose="true"' if reveal and choose else ""
    return (
        f'{_opening(texts)} data-document="{attribute(document.id)}"{revealed}{chosen}>'
        "<article><header>"
        f'<h2 dir="auto">{escaped(shortened(document.title, _TITLE))}</h2>'
        f"{_byline(document, texts)}</header>"
        + "".join(f'<p class="note" role="note">{escaped(each)}</p>' for each in notes)
        + f'<div class="text">{paragraphs}</div></article></section>'
    )


def render_notice(sentence: str, texts: Texts) -> str:
    """Return the pane's HTML where there is no document to show."""
    return f'{_opening(texts)}><p class="note" role="alert">{escaped(sentence)}</p></section>'


def paragraphs_between(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    r"""Cut ``[start, end)`` behind each run of blank lines; the pieces join to the whole.

    >>> list(paragraphs_between("ab\n\ncd", 0, 6))
    [(0, 4), (4, 6)]
    """
    for match in _PARAGRAPH_END.finditer(text, start, end):
        yield start, match.end()
        start = match.end()
    if start < end:
        yield start, end


def _opening(texts: Texts) -> str:
    return (
        '<section class="source" role="region" '
        f'aria-label="{attribute(texts("source"))}" tabindex="0"'
    )


def _byline(document: Document, texts: Texts) -> str:
    parts = []
    if document.date:
        parts.append(
            f'<time datetime="{attribute(document.date)}">{escaped(texts.date(document.date))}'
            "</time>"
        )
    parts.append(f'<bdi class="file">{escaped(shortened(shown_id(document.id), _TITLE))}</bdi>')
    return f'<p class="byline">{"".join(parts)}</p>'


def _window(
    document: Document, marks: Sequence[Mark], reveal: str | None, window: int
) -> tuple[int, int]:
    length = len(document.text)
    if length <= window:
        return 0, length
    wanted = [mark for mark in marks if mark.id == reveal] or list(marks)
    middle = wanted[0].start if wanted else 0
    start = min(max(0, middle - window // 2), length - window)
    return start, start + window
