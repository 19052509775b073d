"""The truth: one SQLite file with documents, passages, vectors and a log of operations.

A state is named by an operation number. A row belongs to state ``n`` when it was added by then
and not yet removed, so a reader keeps a whole old state while a writer makes the next one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Document
from qa.documents.passages import Slice
from qa.store.states import DOCUMENT, to_document

# Raised when the tables change; an index of another format is refused, never guessed at.
FORMAT = 3
FILE_NAME = "articles.sqlite3"
# For how long one writer of a row waits for another.
_WAIT_SECONDS = 30

_TABLES = """
CREATE TABLE manifest (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE documents (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, date TEXT,
    pages TEXT NOT NULL, root TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER
) STRICT;
CREATE UNIQUE INDEX living_documents ON documents (id) WHERE removed IS NULL;
CREATE INDEX removed_documents ON documents (removed) WHERE removed IS NOT NULL;
CREATE INDEX contents ON documents (sha256);
CREATE TABLE copies (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, sha256 TEXT NOT NULL,
    title TEXT NOT NULL, source TEXT NOT NULL, date TEXT, root TEXT NOT NULL,
    added INTEGER NOT NULL, removed INTEGER
) STRICT;
CREATE UNIQUE INDEX living_copies ON copies (id) WHERE removed IS NULL;
CREATE INDEX removed_copies ON copies (removed) WHERE removed IS NOT NULL;
CREATE INDEX copied_contents ON copies (sha256);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL, start INTEGER NOT NULL,
    stop INTEGER NOT NULL, section TEXT, vector BLOB NOT NULL
) STRICT;
CREATE INDEX passages_of_document ON passages (document);
CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('add', 'remove', 'add copy', 'remove copy')),
    document INTEGER NOT NULL, first_passage INTEGER NOT NULL, last_passage INTEGER NOT NULL
) STRICT;
"""


def create(path: Path, manifest: dict[str, object]) -> sqlite3.Connection:
    """Make an empty database; ``manifest`` says what its vectors were made with."""
    connection = _connect(f"{path.absolute().as_uri()}?mode=rwc")
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    connection.execute("PRAGMA journal_mode=WAL")
    with transaction(connection):
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        facts = {"format": FORMAT, "published": 0, "purged": 0, **manifest}
        connection.executemany(
            "INSERT INTO manifest VALUES (?, ?)",
            [(name, json.dumps(value)) for name, value in facts.items()],
        )
    return connection


def connect(path: Path) -> sqlite3.Connection:
    """Open a database for reading and, where the folder allows it, for writing.

    Raises:
        sqlite3.DatabaseError: the file is not a database, or shorter than its header says.
        FileNotFoundError: there is no file.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    address = path.absolute().as_uri()
    try:
        connection = _connect_and_look(f"{address}?mode=rw")
    except sqlite3.OperationalError as error:
        if "readonly" not in str(error) and "unable to open" not in str(error):
            raise
        # A folder that cannot be written cannot hold the shared-memory file of WAL mode either;
        # nobody changes such a database, so it may be read as it lies.
        mode = "mode=ro" if _has_log(path) else "mode=ro&immutable=1"
        try:
            connection = _connect_and_look(f"{address}?{mode}")
        except sqlite3.OperationalError as failure:
            if not _has_log(path):
                raise
            raise sqlite3.OperationalError(
                "a run was cut short, and its log can be read only in a folder that can be written"
            ) from failure
    with _closed_on_error(connection):
        page_size = connection.execute("PRAGMA page_size").fetchone()[0]
        # SQLite finds missing pages by itself, but not that the last one is cut. The file must
        # not be opened to look: closing it would drop the locks of all connections of this
        # process (https://sqlite.org/howtocorrupt.html, 2.2), and then another process would
        # delete the log that they are reading.
        if path.stat().st_size % page_size and not _has_log(path):
            raise sqlite3.DatabaseError("the file is shorter than it should be")
    return connection


def _connect_and_look(address: str) -> sqlite3.Connection:
    """Connect, and read once: only then does SQLite open its files."""
    connection = _connect(address)
    with _closed_on_error(connection):
        connection.execute("SELECT count(*) FROM manifest").fetchone()
    return connection


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _has_log(path: Path) -> bool:
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def _connect(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, timeout=_WAIT_SECONDS
    )
    connection.execute("PRAGMA synchronous=FULL")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, *, write: bool = True) -> Iterator[None]:
    """Commit what the block does, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def get_fact(connection: sqlite3.Connection, name: str) -> object:
    """Return one value of the manifest; None where it is not there."""
    row = connection.execute("SELECT value FROM manifest WHERE name = ?", (name,)).fetchone()
    return None if row is None else json.loads(row[0])


def set_fact(connection: sqlite3.Connection, name: str, value: object) -> None:
    """Write one value of the manifest."""
    connection.execute(
        "INSERT INTO manifest VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (name, json.dumps(value)),
    )


def last_operation(connection: sqlite3.Connection) -> int:
    """Return the number of the newest operation; 0 where nothing was ever done."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM operations").fetchone()[0])


def add_document(
    connection: sqlite3.Connection,
    document: Document,
    slices: Sequence[Slice],
    vectors: NDArray[np.float32],
    root: str,
) -> None:
    """Store one document in place of its older version; call inside a transaction."""
    row = _add_row(connection, document, root)
    connection.executemany(
        "INSERT INTO passages (document, start, stop, section, vector) VALUES (?, ?, ?, ?, ?)",
        [
            (row, piece.start, piece.end, piece.section, vector.astype("<f4").tobytes())
            for piece, vector in zip(slices, vectors, strict=True)
        ],
    )
    _log(connection, "add", row)


def add_document_again(connection: sqlite3.Connection, document: Document, root: str) -> bool:
    """Store a document whose text is here already, with the passages and vectors that it has.

    It may be here under any id, or removed and not yet purged. False where it is not. Call inside
    a transaction.
    """
    found = connection.execute(
        "SELECT row FROM documents WHERE sha256 = ? AND text = ? ORDER BY row DESC LIMIT 1",
        (document.sha256, document.text),
    ).fetchone()
    if found is None:
        return False
    row = _add_row(connection, document, root)
    connection.execute(
        "INSERT INTO passages (document, start, stop, section, vector)"
        " SELECT ?, start, stop, section, vector FROM passages WHERE document = ? ORDER BY id",
        (row, found[0]),
    )
    _log(connection, "add", row)
    return True


def _add_row(connection: sqlite3.Connection, document: Document, root: str) -> int | None:
    remove_document(connection, document.id)
    remove_copy(connection, document.id)
    cursor = connection.execute(
        "INSERT INTO documents (id, title, text, source, sha256, date, pages, root, added)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            document.title,
            document.text,
            document.source,
            document.sha256,
            document.date,
            json.dumps(document.pages),
            root,
            last_operation(connection) + 1,
        ),
    )
    return cursor.lastrowid


def remove_document(connection: sqlite3.Connection, document_id: str) -> bool:
    """Mark the living document of this id as removed; False where there is none."""
    found = connection.execute(
        "SELECT row FROM documents WHERE id = ? AND removed IS NULL", (document_id,)
    ).fetchone()
    if found is None:
        return False
    operation = _log(connection, "remove", found[0])
    connection.execute("UPDATE documents SET removed = ? WHERE row = ?", (operation, found[0]))
    return True


def add_copy(connection: sqlite3.Connection, document: Document, root: str) -> None:
    """Note one more place of a content that is stored; call inside a transaction."""
    remove_document(connection, document.id)
    remove_copy(connection, document.id)
    operation = _log(connection, "add copy", None)
    connection.execute(
        "INSERT INTO copies (id, sha256, title, source, date, root, added)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            document.sha256,
            document.title,
            document.source,
            document.date,
            root,
            operation,
        ),
    )


def remove_copy(connection: sqlite3.Connection, document_id: str) -> bool:
    """Mark the living copy of this id as removed; False where there is none."""
    found = connection.execute(
        "SELECT row FROM copies WHERE id = ? AND removed IS NULL", (document_id,)
    ).fetchone()
    if found is None:
        return False
    operation = _log(connection, "remove copy", None)
    connection.execute("UPDATE copies SET removed = ? WHERE row = ?", (operation, found[0]))
    return True


def promote_copy(connection: sqlite3.Connection, document_id: str) -> bool:
    """Make a copy the document that holds its content; call inside a transaction.

    False where the content is not here any more.
    """
    sha256, title, source, date, root = connection.execute(
        "SELECT sha256, title, source, date, root FROM copies WHERE id = ? AND removed IS NULL",
        (document_id,),
    ).fetchone()
    found = connection.execute(
        f"{DOCUMENT} WHERE sha256 = ? ORDER BY row DESC LIMIT 1", (sha256,)
    ).fetchone()
    if found is None:
        return False
    document = replace(
        to_document(found), id=document_id, title=str(title), source=str(source), date=date
    )
    return add_document_again(connection, document, str(root))


def _log(connection: sqlite3.Connection, kind: str, row: int | None) -> int:
    """Log an operation on the document in this row; copies have no passages, and need no row."""
    cursor = connection.execute(
        "INSERT INTO operations (kind, document, first_passage, last_passage)"
        " SELECT ?, ?, coalesce(min(id), 0), coalesce(max(id), -1) FROM passages"
        " WHERE document = ?",
        (kind, row or 0, row),
    )
    assert cursor.lastrowid is not None  # noqa: S101 - an insert always has one
    return cursor.lastrowid


def purge(connection: sqlite3.Connection, operation: int) -> None:
    """Drop the rows that no state from ``operation`` on shows; call inside a transaction."""
    connection.execute(
        "DELETE FROM passages WHERE document IN"
        " (SELECT row FROM documents WHERE removed IS NOT NULL AND removed <= ?)",
        (operation,),
    )
    for table in ("documents", "copies"):
        connection.execute(
            f"DELETE FROM {table} WHERE removed IS NOT NULL AND removed <= ?", (operation,)
        )
    set_fact(connection, "purged", operation)


def shrink(connection: sqlite3.Connection) -> None:
    """Give the room of what was purged back to the disk; what a reader still holds, later."""
    # Each step of it frees one page, and ``execute`` takes only the first.
    connection.executescript("PRAGMA incremental_vacuum")
    # The file is cut when its log is written back, which waits for the readers of older states.
    connection.execute("PRAGMA busy_timeout=200")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute(f"PRAGMA busy_timeout={_WAIT_SECONDS * 1000}")
