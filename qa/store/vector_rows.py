"""The vectors in the database, a few thousand at a time, and what changed of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BLOCK = 8192

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
# Of the log, what is after one operation and not after another.
_LOG = "operations.id > :since AND operations.id <= :to"


@dataclass(frozen=True, slots=True)
class Changes:
    """What a later state has more and less: how many passages, which are gone, what came.

    ``gone`` may hold ids that came in between; ``added``, to be read once, does not.
    """

    count: int
    gone: Ids
    added: Iterator[tuple[Ids, Vectors]]


def changes_between(connection: sqlite3.Connection, since: int, to: int) -> Changes:
    """Return what changed after operation ``since``, up to and with ``to``."""
    between = {"since": since, "to": to}
    (count,) = connection.execute(
        f"SELECT coalesce(sum(last_passage - first_passage + 1), 0) FROM operations WHERE {_LOG}",
        between,
    ).fetchone()
    removals = connection.execute(
        "SELECT first_passage, last_passage FROM operations"
        f" WHERE kind = 'remove' AND first_passage > 0 AND {_LOG}",
        between,
    )
    gone = [np.arange(first, last + 1, dtype=np.int64) for first, last in removals]
    added = connection.execute(
        "SELECT passages.id, vector FROM operations"
        " JOIN documents ON documents.row = operations.document"
        " JOIN passages ON passages.document = documents.row"
        f" WHERE kind = 'add' AND (removed IS NULL OR removed > :to) AND {_LOG}",
        between,
    )
    return Changes(int(count), np.concatenate([*gone, np.zeros(0, np.int64)]), _blocks(added))


def last_passage(connection: sqlite3.Connection, operation: int) -> int:
    """Return the highest passage id that was given out by this operation; 0 for none."""
    row = connection.execute(
        "SELECT coalesce(max(last_passage), 0) FROM operations WHERE id <= ?", (operation,)
    ).fetchone()
    return max(0, int(row[0]))


def vectors_at(connection: sqlite3.Connection, operation: int) -> Iterator[tuple[Ids, Vectors]]:
    """Yield all ids and vectors of a state, in the order of the ids."""
    rows = connection.execute(
        "SELECT passages.id, vector FROM passages JOIN documents ON document = row"
        " WHERE added <= :at AND (removed IS NULL OR removed > :at) ORDER BY passages.id",
        {"at": operation},
    )
    return _blocks(rows)


def _blocks(rows: sqlite3.Cursor) -> Iterator[tuple[Ids, Vectors]]:
    while block := rows.fetchmany(_BLOCK):
        joined = np.frombuffer(b"".join(row[1] for row in block), dtype="<f4")
        ids = np.array([row[0] for row in block], dtype=np.int64)
        yield ids, joined.reshape(len(block), -1).astype(np.float32, copy=False)
