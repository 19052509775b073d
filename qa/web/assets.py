"""The style sheet and scripts that ship with the package."""

from __future__ import annotations

from importlib.resources import files


def read_asset(name: str) -> str:
    """Return the text of a file in ``qa/web``."""
    return files("qa.web").joinpath(name).read_text(encoding="utf-8")
