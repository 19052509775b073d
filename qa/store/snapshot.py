"""One consistent state of the store: what a question is answered from."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Document, DocumentFacts, Passage
from qa.store import database, states
from qa.store.dense import DenseIndex
from qa.store.lexical import LexicalIndex

# What an index of shortened vectors finds is put in order by the whole ones. So many more are
# looked at than are asked for.
_MORE = 10


@dataclass(frozen=True, slots=True)
class View:
    """The derived indexes at one operation."""

    dense: DenseIndex
    lexical: LexicalIndex

    @property
    def operation(self) -> int:
        """The operation that both indexes stand at."""
        return self.lexical.operation


class Snapshot:
    """The embedded engine's state: a view, and a read transaction that holds its rows."""

    def __init__(
        self, connection: sqlite3.Connection, view: View, cache: DocumentCache, generation: str
    ) -> None:
        self._connection = connection
        self._view = view
        self._cache = cache
        self._operation = view.operation
        self.version: Hashable = (generation, view.operation)

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """See ``State.search_vectors``."""
        allowed = None
        if documents is not None:
            allowed = [
                passage
                for row in self._rows(documents)
                for (passage,) in self._connection.execute(
                    "SELECT id FROM passages WHERE document = ?", (row,)
                )
            ]
        dense = self._view.dense
        if dense.is_exact or k < 1:
            return dense.search(vector, k, allowed)
        ids = sorted(i for i, _ in dense.search(vector, 2 * k + _MORE, allowed))
        if not ids:
            return []
        # In double precision, so that equal passages get equal scores wherever they stand.
        exact = self.vectors(ids).astype(np.float64) @ vector.astype(np.float64)
        scores = zip(ids, exact.astype(np.float32).tolist(), strict=True)
        return sorted(scores, key=lambda pair: (-pair[1], pair[0]))[:k]

    def search_words(
        self, question: str, k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """See ``State.search_words``."""
        rows = None if documents is None else self._rows(documents)
        return [] if rows == [] else self._view.lexical.search(question, k, rows)

    def search_slips(self, word: str, k: int) -> list[int]:
        """See ``State.search_slips``."""
        return self._view.lexical.search_slips(word, k)

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """See ``State.vectors``."""
        rows = [
            self._passage_row("SELECT vector FROM passages WHERE id = ?", passage_id)
            for passage_id in ids
        ]
        if not rows:
            return np.zeros((0, 0), dtype=np.float32)
        joined = np.frombuffer(b"".join(row[0] for row in rows), dtype="<f4")
        return joined.reshape(len(rows), -1).astype(np.float32)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """See ``State.passages``."""
        found = []
        for passage_id in ids:
            row, start, stop, section = self._passage_row(
                "SELECT document, start, stop, section FROM passages WHERE id = ?", passage_id
            )
            document = self._cache.get(self._connection, row)
            text = document.text[start:stop]
            try:
                found.append(Passage(passage_id, document.id, start, stop, text, section))
            except ValueError as error:
                raise sqlite3.DatabaseError(str(error)) from error
        return found

    def _passage_row(self, query: str, passage_id: int) -> tuple[Any, ...]:
        """Return a passage's row. What the searches found is there, unless a page was damaged."""
        row: tuple[Any, ...] | None = self._connection.execute(query, (passage_id,)).fetchone()
        if row is None:
            raise sqlite3.DatabaseError(f"passage {passage_id} is missing")
        return row

    def document(self, document_id: str) -> Document | None:
        """See ``State.document``."""
        row = self._row(document_id)
        return None if row is None else self._cache.get(self._connection, row)

    def documents(self) -> Iterator[Document]:
        """See ``State.documents``."""
        return states.documents_at(self._connection, self._operation)

    def facts(self) -> Iterator[DocumentFacts]:
        """See ``State.facts``."""
        return states.facts_at(self._connection, self._operation)

    def passages_of(self, document_id: str) -> list[Passage]:
        """See ``State.passages_of``."""
        row = self._row(document_id)
        if row is None:
            return []
        ids = self._connection.execute(
            "SELECT id FROM passages WHERE document = ? ORDER BY id", (row,)
        ).fetchall()
        return self.passages([passage_id for (passage_id,) in ids])

    def passage_after(self, passage_id: int) -> Passage | None:
        """See ``State.passage_after``."""
        (row,) = self._passage_row("SELECT document FROM passages WHERE id = ?", passage_id)
        found = self._connection.execute(
            "SELECT id FROM passages WHERE document = ? AND id > ? ORDER BY id LIMIT 1",
            (row, passage_id),
        ).fetchone()
        return None if found is None else self.passages(found)[0]

    def fact(self, name: str) -> object:
        """Return a value of the manifest, which says what the vectors were made with."""
        return database.get_fact(self._connection, name)

    def counts(self) -> tuple[int, int]:
        """Return the numbers of documents and of passages of this state."""
        return states.counts_at(self._connection, self._operation)

    def ids(self, document_id: str) -> list[str]:
        """See ``State.ids``."""
        return list(states.rows_of(self._connection, document_id, self._operation).values())

    def _row(self, document_id: str) -> int | None:
        """Return the row of one document; what holds documents is none itself."""
        rows = states.rows_of(self._connection, document_id, self._operation)
        row, id_ = next(iter(rows.items()), (None, ""))
        return None if id_.startswith(f"{document_id}/") else row

    def _rows(self, documents: Collection[str]) -> list[int]:
        found: dict[int, str] = {}
        for document_id in sorted(set(documents)):
            found |= states.rows_of(self._connection, document_id, self._operation)
        return list(found)


class DocumentCache:
    """The texts used last: a row never changes, so what was read once stays right.

    At most ``most`` of them, of ``characters`` together; the last is kept, however long it is.
    Thread-safe.
    """

    def __init__(self, most: int = 64, characters: int = 20_000_000) -> None:
        self._most = most
        self._characters = characters
        self._kept: dict[int, Document] = {}
        self._lock = threading.Lock()

    def get(self, connection: sqlite3.Connection, row: int) -> Document:
        """Return the document of a row, from memory where it is there."""
        with self._lock:
            document = self._kept.pop(row, None)
            if document is not None:
                self._kept[row] = document  # the last one again
                return document
        document = states.document_of_row(connection, row)
        with self._lock:
            self._kept[row] = document
            while len(self._kept) > 1 and self._is_full():
                del self._kept[next(iter(self._kept))]
        return document

    def _is_full(self) -> bool:
        characters = sum(len(document.text) for document in self._kept.values())
        return len(self._kept) > self._most or characters > self._characters
