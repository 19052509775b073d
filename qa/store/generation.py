"""One generation of an index: its files, and the view of them that this process holds."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import IndexDamagedError, IndexMismatchError
from qa.store import database, vector_file
from qa.store.dense import DenseIndex
from qa.store.lexical import LexicalIndex
from qa.store.snapshot import DocumentCache, Snapshot, View

# A writer is between two of its steps for milliseconds; a second of trying is ample.
_TRIES, _PAUSE_SECONDS = 100, 0.01


class Generation:
    """Gives snapshots of the files in ``folder / name``. Thread-safe."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder
        self._path = folder / name
        self._lock = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._view: View | None = None
        self._stamp = vector_file.stamp_of(self._path)
        self._looking = threading.Lock()
        self._cache = DocumentCache()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give one consistent state for the length of the block.

        Raises:
            IndexMismatchError: the generation was written in another format.
            IndexDamagedError: the database cannot be read.
        """
        for _ in range(_TRIES):
            with self._reading() as connection:
                try:
                    view = self._view_for(connection)
                except (ValueError, TypeError) as error:
                    # Values that no writer wrote.
                    raise IndexDamagedError(self._folder, str(error)) from error
                if view is not None:
                    yield Snapshot(connection, view, self._cache, self.name)
                    return
            time.sleep(_PAUSE_SECONDS)
        raise IndexDamagedError(self._folder, "its parts do not come to one state")

    def close(self) -> None:
        """Close the connections that nobody uses, and the others when they are given back."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    def _view_for(self, connection: sqlite3.Connection) -> View | None:
        """Return a view whose rows this transaction still holds; None to try again."""
        oldest = max(_number(connection, "published"), _number(connection, "purged"))
        newest = database.last_operation(connection)
        view = self._view
        if view is not None and oldest <= view.operation <= newest:
            return self._renewed(view, connection)
        with self._lock:
            view = self._view
            if view is not None and oldest <= view.operation <= newest:
                return view  # another thread was first
            before = view.lexical if view is not None else None
            lexical = LexicalIndex.load(self._path, connection, before)
            lost = lexical is None or lexical.operation < oldest
            if lexical is None or lost:
                # Lost or damaged: the next run of `qa index` mends it on the disk.
                lexical = LexicalIndex.build(connection, oldest)
            if lexical.operation > newest:
                return None
            dimension = _number(connection, "dimension")
            dense = self._dense_for(dimension, lexical.operation)
            if dense.operation > lexical.operation:
                if not lost:
                    return None
                dense = DenseIndex.empty(dimension)
            self._view = View(dense.advanced(connection, lexical.operation), lexical)
            return self._view

    def _dense_for(self, dimension: int, operation: int) -> DenseIndex:
        """Return vectors to go on from: what is on the disk, unless what is here will do."""
        here = self._view.dense if self._view is not None else None
        stamp = vector_file.stamp_of(self._path)
        if here is not None and here.operation <= operation and stamp == self._stamp:
            return here
        found = DenseIndex.load(self._path, dimension)
        if found is not None and found.operation <= operation:
            self._stamp = stamp
        elif here is not None and here.operation <= operation:
            return here
        return found or DenseIndex.empty(dimension)

    def _renewed(self, view: View, connection: sqlite3.Connection) -> View:
        """Return the view on the newest snapshot of vectors; who comes meanwhile uses the old."""
        stamp = vector_file.stamp_of(self._path)
        if stamp == self._stamp or not self._looking.acquire(blocking=False):
            return view
        try:
            dense = DenseIndex.load(self._path, _number(connection, "dimension"))
            if dense is not None and dense.operation > view.operation:
                return view  # the next question sees its state, and takes it
            self._stamp = stamp
            if dense is None:
                return view
            found = View(dense.advanced(connection, view.operation), view.lexical)
            with self._lock:
                if self._view is view:
                    self._view = found
            return found
        finally:
            self._looking.release()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        try:
            with database.transaction(connection, write=False):
                yield connection
        except sqlite3.DatabaseError as error:
            connection.close()
            raise IndexDamagedError(self._folder, str(error)) from error
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def _connection(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            connection = database.connect(self._path / database.FILE_NAME)
            stored = database.get_fact(connection, "format")
        except FileNotFoundError as error:
            raise IndexDamagedError(self._folder, f"{database.FILE_NAME} is missing") from error
        except (sqlite3.DatabaseError, ValueError) as error:
            # SQLite's own message may quote damaged bytes, and fail to be text.
            raise IndexDamagedError(self._folder, str(error)) from error
        if stored != database.FORMAT:
            connection.close()
            raise IndexMismatchError(self._folder, "format", stored=stored, wanted=database.FORMAT)
        return connection


def _number(connection: sqlite3.Connection, fact: str) -> int:
    return int(str(database.get_fact(connection, fact)))
