"""How a measurement ends that could not be made: one sentence, and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from qa.errors import QAError


@contextmanager
def ending_well() -> Iterator[None]:
    """Turn what may be expected into one sentence and an exit status; a bug keeps its traceback."""
    try:
        yield
    except QAError as error:
        sys.stderr.write(f"Error: {error}\n")
        raise typer.Exit(2) from error
