"""Answers as text that stands on its own, with quotes, sources and offsets, outside the page."""

from __future__ import annotations

from qa.export.text import to_text

__all__ = ["to_text"]
