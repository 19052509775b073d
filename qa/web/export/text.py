"""An answer as plain text, and the parts that the other formats share."""

from __future__ import annotations

from collections.abc import Iterator

from qa.datatypes import Answer, Citation

CLOSEST = "The closest it comes:"


def to_text(answer: Answer) -> str:
    """Return an answer as one copies it: its text with markers, then each quote and its place."""
    text = "".join(
        piece + "".join(f" [{marker}]" for marker in markers) for piece, markers in pieces(answer)
    )
    quotes = [f"[{c.marker}] “{c.quote}”\n    {place(c)}" for c in answer.shown]
    if answer.closest is not None:
        quotes.insert(0, CLOSEST)
    return "\n\n".join((text, *quotes))


def pieces(answer: Answer) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Cut the answer's text behind what each citation supports; give the markers that go there.

    The pieces join to the text.
    """
    length = len(answer.text)
    ends = [(min(max(c.answer_end, 0), length), c.marker) for c in answer.citations]
    left = 0
    for right in sorted({length, *(end for end, _ in ends)}):
        markers = tuple(marker for end, marker in ends if end == right)
        if right > left or markers:
            yield answer.text[left:right], markers
        left = right


def place(citation: Citation) -> str:
    """Return in one line where a quote stands; offsets are characters, the end not included."""
    parts = [citation.title]
    if citation.page is not None:
        parts.append(f"page {citation.page}")
    if citation.date:
        parts.append(citation.date)
    where = f"({citation.source}, characters {citation.start} to {citation.end})"
    return " ".join(f"{', '.join(parts)} {where}".split())
