"""Folders and files -> the documents they hold, and an honest word on each that is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.datatypes import Document
from qa.documents.text import read_document
from qa.errors import DocumentError


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file to be read, its id within the corpus and the folder that it belongs to."""

    path: Path
    document_id: str
    root: Path

    def read(self, max_characters: int) -> Document:
        """Read it; see ``read_document`` for what may be raised."""
        return read_document(
            self.path,
            document_id=self.document_id,
            source=_shown(self.path),
            max_characters=max_characters,
        )


def find_files(paths: Sequence[Path]) -> Iterator[CorpusFile]:
    """Yield the files under ``paths`` in the order of their ids; hidden ones are left out.

    A document's id is its path below the folder that was given, with POSIX separators; a file
    given by itself has its name as id.

    Raises:
        DocumentError: a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield CorpusFile(path, path.name, path.parent)
        else:
            raise DocumentError(path, "no such file or folder", "Check the path.")


def _walk(folder: Path) -> Iterator[CorpusFile]:
    found = []
    for where, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(where) / name
            if not name.startswith(".") and path.is_file():
                found.append(CorpusFile(path, path.relative_to(folder).as_posix(), folder))
    yield from sorted(found, key=lambda file: file.document_id)


def _shown(path: Path) -> str:
    """Return the path as a person would name it from here."""
    absolute = path.absolute()
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()


def _unreadable(error: OSError) -> None:
    """Stop: what lies in a folder that cannot be read must not be taken for gone."""
    raise DocumentError(
        Path(error.filename), f"cannot be read ({error.strerror})", "Check its permissions."
    )
