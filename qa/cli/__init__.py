"""The command ``qa``: ``commands`` asks, serves and checks, ``documents`` changes the index."""

from __future__ import annotations

from qa.cli.commands import main

__all__ = ["main"]
