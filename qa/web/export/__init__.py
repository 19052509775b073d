"""Conversations as files: Markdown, HTML, JSON, with quotes, sources and offsets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qa.datatypes import Answer
from qa.web.export.data import from_json, to_json
from qa.web.export.html import to_html
from qa.web.export.markdown import to_markdown
from qa.web.export.text import to_text

__all__ = ["FORMATS", "Format", "from_json", "to_html", "to_json", "to_markdown", "to_text"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its ending, its media type, and what writes it."""

    ending: str
    media_type: str
    write: Callable[[Sequence[Answer]], str]


FORMATS: Mapping[str, Format] = {
    "Markdown": Format("md", "text/markdown", to_markdown),
    "HTML": Format("html", "text/html", to_html),
    "JSON": Format("json", "application/json", to_json),
}
