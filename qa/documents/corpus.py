"""Folders and files -> the documents they hold, and an honest word on each that is refused."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from qa.documents.formats.parts import Limits, UnreadableError
from qa.documents.formats.registry import format_of
from qa.documents.names import can_be_shown
from qa.documents.outcomes import (
    Notice,
    Outcome,
    Refusal,
    Source,
    Unchanged,
    outcomes_of,
    refusal_of,
)
from qa.documents.parser import Parser
from qa.errors import DocumentError


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file to be read, its id within the corpus and the folder that it belongs to.

    A file ``is_named`` where it was given by itself: then it may lead anywhere. ``shown`` takes
    the place of its path in all that people see, where it is not empty.
    """

    path: Path
    document_id: str
    root: Path
    is_named: bool = False
    shown: str = ""

    @property
    def source(self) -> Source:
        """The file's id, and its path as a person would name it from here."""
        return Source(self.document_id, self.shown or _shown(self.path))

    def error(self, refusal: Refusal | Notice) -> DocumentError:
        """Return what is said of this file, or of a document in it, in words that can be shown."""
        inner = refusal.id[len(self.document_id) :].lstrip("/")
        named = Path(self.shown) if self.shown else self.path
        path = named / inner if inner else named
        if not can_be_shown(str(path)):
            path = Path(ascii(str(path))[1:-1])
        return DocumentError(path, refusal.reason, refusal.remedy)


class CorpusReader:
    """Reads files of all formats; to be closed, for it may have started a process."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parser = Parser(limits)

    def __enter__(self) -> CorpusReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._parser.close()

    def read(self, file: CorpusFile, known: Mapping[str, str]) -> Iterator[Outcome]:
        """Yield what becomes of each document of a file; nothing is raised.

        ``known`` maps the ids of its documents to the hashes that need not be read again.
        """
        if file.path.is_symlink() and not file.path.exists():
            # What it led to is gone, as if it had been deleted here.
            yield Notice(file.document_id, "is a link that leads nowhere", "Remove it, or mend it.")
            return
        try:
            form = format_of(self._checked(file).name)
            data = _bytes(file, self._limits)
        except UnreadableError as error:
            yield refusal_of(file.document_id, error)
            return
        # A file of documents has no hash of its own: each of them has.
        digest = hashlib.sha256(data).hexdigest() if form.split is None else None
        if digest is not None and known.get(file.document_id) == digest:
            yield Unchanged(file.document_id, digest)
        elif form.is_plain:
            yield from outcomes_of(file.source, data, self._limits, known)
        else:
            yield from self._parser.parse(file.path.absolute(), file.source, known)

    def _checked(self, file: CorpusFile) -> Path:
        if not can_be_shown(file.document_id) or not can_be_shown(file.source.name):
            raise UnreadableError("is no name that can be shown", "Rename the file or its folder.")
        leads_to = file.path.resolve()
        if not file.is_named and not leads_to.is_relative_to(file.root.resolve()):
            raise UnreadableError(
                "is a link that leads out of its folder", "Index what it leads to by its own path."
            )
        # Merely opening a pipe would wait for somebody to write into it.
        if (kind := _kind_of(file.path)) is not None:
            raise UnreadableError(f"is {kind}, not a file", "Remove it, or leave it out.")
        return file.path


def find_files(paths: Sequence[Path]) -> Iterator[CorpusFile]:
    """Yield the files under ``paths`` in the order of their ids; hidden ones are left out.

    What is neither file nor folder is among them, so that it can be told of.
    A file's id is its path below the folder that was given, with POSIX separators; a file
    given by itself has its name as id. The ids of the documents in it begin with its own.

    Raises:
        DocumentError: a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from _walk(path)
        elif path.exists():
            yield CorpusFile(path, path.name, path.parent, is_named=True)
        else:
            raise DocumentError(path, "no such file or folder", "Check the path.")


def find_owner(root: Path, document_id: str) -> Path | None:
    """Return the file below ``root`` that a document is or lies in; None where it is gone."""
    path = root
    for part in document_id.split("/"):
        if part in ("", ".", ".."):
            return None
        path /= part
        if path.is_file():
            return path
    return None


def _walk(folder: Path) -> Iterator[CorpusFile]:
    found = []
    home = folder.resolve()
    for where, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*names, *folders):
            path = Path(where) / name
            # Links to folders are never followed: one that leads out is to be told of. A link in
            # a circle leads to no folder, and could not be resolved.
            is_listed = not path.is_dir() or not path.resolve().is_relative_to(home)
            if is_listed and not name.startswith("."):
                found.append(CorpusFile(path, path.relative_to(folder).as_posix(), folder))
    yield from sorted(found, key=lambda file: file.document_id)


def _kind_of(path: Path) -> str | None:
    """Return what it is that is no file; None for a file, and for what cannot be looked at."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if stat.S_ISREG(mode):
        return None
    kinds = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFDIR: "a folder"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def _bytes(file: CorpusFile, limits: Limits) -> bytes:
    try:
        if file.path.stat().st_size > limits.bytes:
            raise UnreadableError(
                f"larger than {limits.bytes:,} bytes", "Split it, or raise QA_DOCUMENT_BYTES."
            )
        return file.path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"cannot be read ({error.strerror})", "Check that it exists and its permissions."
        ) from error


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
