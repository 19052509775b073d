"""Which generation of an index folder is in use: ``CURRENT`` names it, switched in one step."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from qa.errors import IndexNotFoundError
from qa.store.files import replace_atomically

_CURRENT = "CURRENT"
_GENERATION = re.compile(r"g[0-9]{6,18}")


def current_generation(folder: Path) -> str:
    """Return the name of the generation in use.

    Raises:
        IndexNotFoundError: there is none.
    """
    name = read_current(folder)
    if name is None:
        raise IndexNotFoundError(folder)
    return name


def read_current(folder: Path) -> str | None:
    """Return the name of the generation in use; None where there is none."""
    name = None
    while True:
        before = name
        try:
            name = (folder / _CURRENT).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        if _GENERATION.fullmatch(name) is None:
            return None
        if (folder / name).is_dir():
            return name
        # A rebuild may have switched and cleared away between the two looks.
        if name == before:
            return None


def set_current(folder: Path, name: str) -> None:
    """Switch to a generation."""
    replace_atomically(
        folder / _CURRENT, lambda path: path.write_text(name + "\n", encoding="ascii")
    )


def generations(folder: Path) -> list[str]:
    """Return the names of all generations there are, the oldest first."""
    return sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.is_dir() and _GENERATION.fullmatch(entry.name)
    )


def next_generation(folder: Path) -> str:
    """Return the name for a new generation."""
    taken = generations(folder)
    return f"g{int(taken[-1][1:]) + 1 if taken else 1:06d}"


def drop_others(folder: Path, current: str) -> None:
    """Remove generations that were replaced, or begun and never finished."""
    gone = folder / "gone"
    for name in generations(folder):
        shutil.rmtree(gone, ignore_errors=True)
        if name != current:
            # Out of sight in one step: a reader finds all of it or nothing.
            os.replace(folder / name, gone)
            shutil.rmtree(gone, ignore_errors=True)
