"""Plain text and Markdown: the text is the file's own, character for character."""

from __future__ import annotations

import re

from qa.documents.formats.dates import iso_day
from qa.documents.formats.encoding import decode
from qa.documents.formats.parts import Extract, Limits, UnreadableError
from qa.documents.sentences import DATE_LINE

# The lines between two lines of dashes at the very start, as Jekyll, Hugo and pandoc have them.
_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*\r?(?:\n|$)", re.S
)
_FACT = re.compile(r"^(title|date)[ \t]*:[ \t]*(.*?)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)


def read_text(data: bytes, limits: Limits) -> Extract:
    """Read plain text; its date is that of a leading line such as "date 2022-12-22"."""
    text = _decoded(data, limits)
    stamp = DATE_LINE.match(text)
    return Extract(text, date=stamp[1] if stamp else None)


def read_markdown(data: bytes, limits: Limits) -> Extract:
    """Read Markdown; title and date are those of the front matter, else of the first line."""
    text = _decoded(data, limits)
    facts: dict[str, str] = {}
    body = text
    if front := _FRONT_MATTER.match(text):
        body = text[front.end() :]
        facts = {name.lower(): value.strip("\"' ") for name, value in _FACT.findall(front[1])}
    stamp = DATE_LINE.match(body)
    date = iso_day(facts.get("date", "")) or (stamp[1] if stamp else None)
    return Extract(text, title=facts.get("title") or _heading(body), date=date)


def _decoded(data: bytes, limits: Limits) -> str:
    # No encoding takes more than four bytes a character: what is longer need not be decoded.
    if len(data) > 4 * limits.characters + 4:
        raise UnreadableError(
            f"longer than {limits.characters:,} characters",
            "Split it, or raise QA_DOCUMENT_CHARACTERS.",
        )
    return decode(data)


def _heading(text: str) -> str | None:
    first = text.lstrip("\ufeff \t\r\n").split("\n", 1)[0]
    return first.strip("# \t\r") if first.startswith("#") else None
