"""Vectors of a state in FAISS: derived from the database, kept as a checked snapshot."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.store.files import replace_atomically

if TYPE_CHECKING:
    import faiss

logger = logging.getLogger(__name__)

FILE_NAME = "vectors.faiss"

# Of the log, what is after one operation and not after another.
_LOG = "operations.id > ? AND operations.id <= ?"
_ROWS_AT_ONCE = 10_000


class DenseIndex:
    """Exact inner-product search over the passages of state ``operation``.

    Never changed once others can see it: ``advanced`` returns a new one.
    """

    def __init__(self, index: faiss.Index, operation: int) -> None:
        self._index = index
        self.operation = operation

    @classmethod
    def empty(cls, dimension: int) -> DenseIndex:
        """Return the index of state 0."""
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)), 0)

    @classmethod
    def load(cls, folder: Path, dimension: int) -> DenseIndex | None:
        """Return the snapshot in ``folder``; None where there is none or it is damaged."""
        import faiss

        path = folder / FILE_NAME
        try:
            head, _, body = path.read_bytes().partition(b"\n")
            facts = json.loads(head)
            if facts["sha256"] != _digest(facts["operation"], body):
                raise ValueError("it does not have its checksum")
            index = faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            logger.warning(
                "%s is damaged; its vectors are taken from the database anew (%s)", path, error
            )
            return None
        return cls(index, int(facts["operation"])) if index.d == dimension else None

    def save(self, folder: Path) -> None:
        """Write the snapshot: a line of JSON with its operation and hash, then FAISS's bytes."""
        import faiss

        body = faiss.serialize_index(self._index).tobytes()
        facts = {"operation": self.operation, "sha256": _digest(self.operation, body)}
        head = json.dumps(facts).encode() + b"\n"
        replace_atomically(folder / FILE_NAME, lambda path: _write(path, head, body))

    def advanced(self, connection: sqlite3.Connection, operation: int) -> DenseIndex:
        """Return the index of a later state, by replaying the operations in between."""
        import faiss

        if self.lag(connection, operation) == 0:
            return self if operation == self.operation else DenseIndex(self._index, operation)
        later = DenseIndex(faiss.clone_index(self._index), self.operation)
        later.catch_up(connection, operation)
        return later

    def lag(self, connection: sqlite3.Connection, operation: int) -> int:
        """Return how many passages were added or removed between this state and a later one."""
        (count,) = connection.execute(
            "SELECT coalesce(sum(last_passage - first_passage + 1), 0)"
            f" FROM operations WHERE {_LOG}",
            (self.operation, operation),
        ).fetchone()
        return int(count)

    def catch_up(self, connection: sqlite3.Connection, operation: int) -> None:
        """Replay the operations up to a later state in place, while nobody else sees this.

        No id is ever used again, so all removals can be done at once, and before the additions.
        """
        import faiss

        log = "SELECT first_passage, last_passage FROM operations WHERE kind = 'remove' AND"
        gone = [
            np.arange(first, last + 1)
            for first, last in connection.execute(f"{log} {_LOG}", (self.operation, operation))
        ]
        if gone:
            self._index.remove_ids(faiss.IDSelectorBatch(np.concatenate(gone).astype(np.int64)))
        added = connection.execute(
            "SELECT passages.id, vector FROM operations"
            " JOIN documents ON documents.row = operations.document"
            " JOIN passages ON passages.document = documents.row"
            f" WHERE kind = 'add' AND (removed IS NULL OR removed > ?) AND {_LOG}",
            (operation, self.operation, operation),
        )
        while rows := added.fetchmany(_ROWS_AT_ONCE):
            vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
            self._index.add_with_ids(
                vectors.reshape(len(rows), -1), np.array([row[0] for row in rows], np.int64)
            )
        self.operation = operation

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to ``k`` (passage id, cosine) pairs, best first, ties by the lower id.

        ``vector`` is a unit vector of shape (d,). ``allowed`` limits the search to these ids.
        """
        import faiss

        if len(self) == 0 or k < 1 or (allowed is not None and not allowed):
            return []
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.array(allowed, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        most = k + 1
        while True:
            most = min(most, len(self))
            scores, ids = self._index.search(query, most, params=parameters)
            # Of equal scores at its limit FAISS keeps any, so it is asked until none is cut off.
            if most == len(self) or ids[0, -1] < 0 or scores[0, k - 1] > scores[0, -1]:
                break
            most *= 2
        found = [
            (int(passage), float(score))
            for passage, score in zip(ids[0], scores[0], strict=True)
            if passage >= 0
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


def _digest(operation: int, body: bytes) -> str:
    digest = hashlib.sha256(b"%d\n" % operation)
    digest.update(body)
    return digest.hexdigest()


def _write(path: Path, head: bytes, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(head)
        file.write(body)
