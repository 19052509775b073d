"""How a command ends: its exit status, and an error in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from qa.cli.notices import say
from qa.errors import QAError
from qa.evaluate import FAILED, INTERRUPTED

__all__ = [
    "ABSTAINED",
    "FAILED",
    "FILE_REFUSED",
    "INTERRUPTED",
    "PROBLEM_FOUND",
    "ending_well",
]

FILE_REFUSED = 1  # or empty; the others are indexed
PROBLEM_FOUND = 1
ABSTAINED = 3


@contextmanager
def ending_well() -> Iterator[None]:
    """Turn what may be expected into one sentence and an exit status; a bug keeps its traceback."""
    try:
        yield
    except QAError as error:
        say(str(error))
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt as error:
        say("interrupted.")
        raise typer.Exit(INTERRUPTED) from error
