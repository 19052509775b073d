"""Reads files as indexing does, each test with limits of its own."""

from __future__ import annotations

import atexit
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.datatypes import Document
from qa.documents.corpus import CorpusFile, CorpusReader
from qa.documents.formats.parts import Limits
from qa.documents.outcomes import Outcome, Refusal


@functools.cache
def reader_of(limits: Limits) -> CorpusReader:
    """Return a reader that many tests use, so that not each of them starts a process."""
    reader = CorpusReader(limits)
    atexit.register(reader.__exit__, None, None, None)
    return reader


def outcomes(
    path: Path, data: bytes | None = None, known: Mapping[str, str] | None = None, **limits: Any
) -> list[Outcome]:
    """Read a file, after writing ``data`` into it if there is any."""
    if data is not None:
        path.write_bytes(data)
    reader = reader_of(Limits(**limits))
    return list(reader.read(CorpusFile(path, path.name, path.parent), known or {}))


def documents(path: Path, data: bytes | None = None, **limits: Any) -> dict[str, Document]:
    """Read a file of which nothing is refused; its documents by their ids."""
    found = outcomes(path, data, **limits)
    assert [outcome for outcome in found if not isinstance(outcome, Document)] == []
    return {outcome.id: outcome for outcome in found if isinstance(outcome, Document)}


def document(path: Path, data: bytes | None = None, **limits: Any) -> Document:
    """Read a file that is one document."""
    (found,) = documents(path, data, **limits).values()
    return found


def refusal(path: Path, data: bytes | None = None, **limits: Any) -> Refusal:
    """Read a file that is refused whole."""
    (found,) = outcomes(path, data, **limits)
    assert isinstance(found, Refusal)
    assert found.id == path.name
    assert found.remedy.endswith(".") or ": " in found.remedy
    return found
