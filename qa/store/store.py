"""The folder that holds an index: who may write it, and which state a reader sees.

``CURRENT`` names the generation, a subfolder. Most changes happen inside a generation; a rebuild
makes a new one beside the old and switches in one step.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Document
from qa.documents.passages import Slice
from qa.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexNotWritableError,
)
from qa.store import database
from qa.store.dense import renew
from qa.store.generation import Generation
from qa.store.lexical import LexicalIndex
from qa.store.pointer import (
    current_generation,
    drop_others,
    generations,
    next_generation,
    read_current,
    set_current,
)
from qa.store.snapshot import Snapshot

logger = logging.getLogger(__name__)

_DOCUMENTS = "SELECT id, sha256, root FROM documents WHERE removed IS NULL"
_COPIES = "SELECT id, sha256, root FROM copies WHERE removed IS NULL"
MANIFEST_KEYS = ("encoder", "fingerprint", "dimension", "passage_tokens")


def engine_version() -> str:
    """Return what the truth is kept in, and its version, for people."""
    return f"SQLite {sqlite3.sqlite_version}"


class Store:
    """The embedded engine's ``ReadStore``: reads one index folder."""

    def __init__(self, folder: Path) -> None:
        """Open ``folder``.

        Raises:
            IndexNotFoundError: nothing complete is stored there.
            IndexMismatchError: it was written in another format.
            IndexDamagedError: the database cannot be read.
        """
        self.folder = folder
        self._lock = threading.Lock()
        self._generation = Generation(folder, current_generation(folder))
        self._wanted: dict[str, object] = {}
        self._checked: Generation | None = None
        with self.snapshot():
            pass

    def manifest(self) -> dict[str, object]:
        """Return what the vectors were made with: encoder, fingerprint, dimension, sizes."""
        with self.snapshot() as state:
            return {key: state.fact(key) for key in MANIFEST_KEYS}

    def check(self, wanted: dict[str, object]) -> None:
        """Compare the manifest with what this run wants, now and after every later rebuild.

        Raises:
            IndexMismatchError: they differ.
        """
        self._wanted, self._checked = dict(wanted), None
        with self.snapshot():
            pass

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give one consistent state for the length of the block.

        Raises:
            IndexMismatchError: another process rebuilt the index with another manifest.
            QAError: as when the store was opened.
        """
        with ExitStack() as stack:
            while True:
                generation = self._newest()
                try:
                    state = stack.enter_context(generation.snapshot())
                    break
                except IndexDamagedError:
                    # A rebuild removes what it replaced, maybe before it was opened here.
                    if current_generation(self.folder) == generation.name:
                        raise
            if self._checked is not generation:
                for key, value in self._wanted.items():
                    if (stored := state.fact(key)) != value:
                        raise IndexMismatchError(self.folder, key, stored=stored, wanted=value)
                self._checked = generation
            yield state

    def _newest(self) -> Generation:
        name = current_generation(self.folder)
        with self._lock:
            if name != self._generation.name:
                self._generation.close()
                self._generation = Generation(self.folder, name)
            return self._generation

    def close(self) -> None:
        """Let go of the files; what is being read is read to its end."""
        self._generation.close()


class Writer:
    """The embedded engine's ``WriteStore``: changes one index folder."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        generation: str,
        replaced: dict[str, tuple[str, str]],
    ) -> None:
        self.folder = folder
        self.replaced = replaced
        """What ``known`` and ``copies`` would say of the generation to be replaced, if any."""
        self._connection = connection
        self._generation = generation

    @property
    def is_current(self) -> bool:
        """Whether readers see this generation already."""
        return read_current(self.folder) == self._generation

    def known(self) -> dict[str, tuple[str, str]]:
        """Return each document's (sha256, root) by its id."""
        return _places(self.folder, self._connection, _DOCUMENTS)

    def copies(self) -> dict[str, tuple[str, str]]:
        """Return each copy's (sha256, root) by its id; no id is a document's and a copy's."""
        return _places(self.folder, self._connection, _COPIES)

    def add(
        self,
        document: Document,
        slices: Sequence[Slice],
        vectors: NDArray[np.float32],
        root: str,
    ) -> None:
        """Store one document in place of its older version, in one transaction.

        ``vectors`` has shape (len(slices), d).
        """
        with self._errors(), database.transaction(self._connection):
            database.add_document(self._connection, document, slices, vectors, root)

    def add_again(self, document: Document, root: str) -> bool:
        """Store one document with the vectors that its text has already, in one transaction.

        False, and nothing is stored, where no document with its hash and text is or was here since
        the last ``publish``.
        """
        with self._errors(), database.transaction(self._connection):
            return database.add_document_again(self._connection, document, root)

    def add_copy(self, document: Document, root: str) -> None:
        """Note that another document has the same content, in place of this one, if it is here.

        Readers that ask for the copy's id get the other document.
        """
        with self._errors(), database.transaction(self._connection):
            database.add_copy(self._connection, document, root)

    def promote(self, document_id: str) -> bool:
        """Make the copy of this id a document, with the vectors of what it is a copy of.

        That one may be removed, but since the last ``publish``: else it is False.
        """
        with self._errors(), database.transaction(self._connection):
            return database.promote_copy(self._connection, document_id)

    def remove(self, document_id: str) -> bool:
        """Remove a document or copy, in one transaction; False where none has this id."""
        with self._errors(), database.transaction(self._connection):
            return database.remove_document(self._connection, document_id) or database.remove_copy(
                self._connection, document_id
            )

    def publish(self) -> None:
        """Make all that was stored visible to readers, old state to new in one step."""
        path = self.folder / self._generation
        with self._errors():
            operation = database.last_operation(self._connection)
            if operation == 0:
                return
            LexicalIndex.advance(path, self._connection, operation)
            is_behind = renew(path, self._connection, operation, large=False)
            with database.transaction(self._connection):
                database.set_fact(self._connection, "published", operation)
                database.purge(self._connection, operation)
            database.shrink(self._connection)
            if not self.is_current:
                set_current(self.folder, self._generation)
            # Everybody sees the new state by now: this makes the next questions faster.
            if is_behind:
                renew(path, self._connection, operation, large=True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise IndexNotWritableError(self.folder, str(error)) from error
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(self.folder, str(error)) from error
        except (ValueError, RuntimeError) as error:
            # Tantivy and FAISS tell of a full disk in these.
            raise IndexNotWritableError(self.folder, str(error)) from error


@contextmanager
def open_writer(
    folder: Path, manifest: dict[str, object], *, rebuild: bool = False, wait: bool = False
) -> Iterator[Writer]:
    """Lock ``folder`` for writing, making an empty index where there is none.

    ``manifest`` is what the index must have been made with; an empty one takes any. ``rebuild``
    starts a new generation that replaces the old one when it is published. ``wait`` waits for
    another writer instead of refusing.

    Raises:
        IndexBusyError: another process is writing.
        IndexMismatchError: the index was made with another manifest, and this is no rebuild.
        IndexDamagedError: the database cannot be read, and this is no rebuild.
        IndexNotWritableError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=-1 if wait else 0)
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(folder) from error
    except OSError as error:
        raise IndexNotWritableError(folder, error.strerror or str(error)) from error
    try:
        generation = read_current(folder) or _unfinished(folder, manifest)
        if generation is None or rebuild:
            replaced = {} if generation is None else _replaced(folder, generation)
            generation = next_generation(folder)
            connection = _make(folder / generation, folder, manifest)
        else:
            replaced = {}
            connection = _open(folder / generation, folder)
        try:
            _check_manifest(folder, connection, manifest)
            yield Writer(folder, connection, generation, replaced)
        finally:
            connection.close()
        current = read_current(folder)
        if current is not None:
            drop_others(folder, current)
    finally:
        lock.release()


def _unfinished(folder: Path, manifest: dict[str, object]) -> str | None:
    """Return what an earlier first run left half-way, if this run can go on with it."""
    for name in generations(folder)[-1:]:
        try:
            connection = _open(folder / name, folder)
        except IndexDamagedError:
            return None
        try:
            _check_manifest(folder, connection, manifest)
        except IndexMismatchError:
            return None
        finally:
            connection.close()
        return name
    return None


def _replaced(folder: Path, generation: str) -> dict[str, tuple[str, str]]:
    """Return the documents of a generation that is to be replaced, as far as it can be read."""
    try:
        connection = _open(folder / generation, folder)
        try:
            return {
                **_places(folder, connection, _DOCUMENTS),
                **_places(folder, connection, _COPIES),
            }
        finally:
            connection.close()
    except IndexDamagedError as error:
        logger.warning(
            "%s: what it held of other folders cannot be told (%s); index those again.",
            folder,
            error.reason,
        )
        return {}


def _places(folder: Path, connection: sqlite3.Connection, query: str) -> dict[str, tuple[str, str]]:
    with _damage_told(folder):
        return {str(row[0]): (str(row[1]), str(row[2])) for row in connection.execute(query)}


def _make(path: Path, folder: Path, manifest: dict[str, object]) -> sqlite3.Connection:
    try:
        path.mkdir()
        return database.create(path / database.FILE_NAME, manifest)
    except (OSError, sqlite3.OperationalError) as error:
        shutil.rmtree(path, ignore_errors=True)
        raise IndexNotWritableError(folder, str(error)) from error


def _open(path: Path, folder: Path) -> sqlite3.Connection:
    try:
        with _damage_told(folder):
            connection = database.connect(path / database.FILE_NAME)
    except FileNotFoundError as error:
        raise IndexDamagedError(folder, f"{database.FILE_NAME} is missing") from error
    if not os.access(path, os.W_OK):
        connection.close()
        raise IndexNotWritableError(folder, "read-only")
    return connection


def _check_manifest(
    folder: Path, connection: sqlite3.Connection, manifest: dict[str, object]
) -> None:
    for key, value in {"format": database.FORMAT, **manifest}.items():
        with _damage_told(folder):
            stored = database.get_fact(connection, key)
        if stored != value:
            raise IndexMismatchError(folder, key, stored=stored, wanted=value)


@contextmanager
def _damage_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, ValueError) as error:
        raise IndexDamagedError(folder, str(error)) from error
