"""Vectors of a state in FAISS: a snapshot derived from the database, and what came after it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.store import database, growth, kinds, states, vector_file
from qa.store.kinds import EXACT, kind_for, lists_of, untrained_kind_for
from qa.store.vector_file import Base
from qa.store.vector_rows import Changes, Ids, changes_between, last_passage

if TYPE_CHECKING:
    import faiss

# The snapshot is written anew once more than one passage in so many changed. Until then readers
# replay what is missing, and search it beside: a small change must not cost writing all vectors.
_SHARE = 20


class DenseIndex:
    """Inner-product search over the passages of state ``operation``.

    A snapshot, which may be mapped from its file and is never changed, with the passages added
    and removed since then. Never changed once others can see it: ``advanced`` returns a new one.
    """

    def __init__(
        self,
        base: Base,
        operation: int,
        added: faiss.Index | None = None,
        gone: Ids = np.zeros(0, np.int64),  # noqa: B008 - nobody writes into it
    ) -> None:
        self._base = base
        self._added = added
        self._gone = gone
        self.operation = operation

    @classmethod
    def empty(cls, dimension: int) -> DenseIndex:
        """Return the index of state 0."""
        return cls(Base(growth.empty_index(EXACT, dimension), EXACT, 1, 0, 0), 0)

    @classmethod
    def load(cls, folder: Path, dimension: int) -> DenseIndex | None:
        """Return the snapshot in ``folder``; None where there is none or it is damaged."""
        base = vector_file.load(folder, dimension)
        return None if base is None else cls(base, base.operation)

    @property
    def is_exact(self) -> bool:
        """Whether the scores are exact, and nothing better was passed over."""
        return self._base.kind == EXACT

    def advanced(self, connection: sqlite3.Connection, operation: int) -> DenseIndex:
        """Return the index of a later state, by replaying the operations in between."""
        import faiss

        if operation == self.operation:
            return self
        dimension = self._base.index.d
        changes = changes_between(connection, self.operation, operation)
        if not changes.count:
            return DenseIndex(self._base, operation, self._added, self._gone)
        if changes.count > max(kinds.LIMITS.exact, len(self) // (_SHARE // 2)):
            # Lost, or far behind: whole vectors of so many passages would take too much memory.
            _, count = states.counts_at(connection, operation)
            kind = untrained_kind_for(count)
            return DenseIndex(growth.build(connection, operation, kind, dimension), operation)
        added = self._added
        added = growth.empty_index(EXACT, dimension) if added is None else faiss.clone_index(added)
        # No id is ever used again, so all removals can be done at once, and before the additions.
        in_base = changes.gone <= self._base.last_passage
        added.remove_ids(faiss.IDSelectorBatch(changes.gone[~in_base]))
        for ids, vectors in changes.added:
            added.add_with_ids(vectors, ids)
        gone = np.concatenate([self._gone, changes.gone[in_base]])
        return DenseIndex(self._base, operation, added, gone)

    def __len__(self) -> int:
        added = 0 if self._added is None else int(self._added.ntotal)
        return int(self._base.index.ntotal) + added - len(self._gone)

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to ``k`` (passage id, cosine) pairs, best first, ties by the lower id.

        ``vector`` is a unit vector of shape (d,). ``allowed`` limits the search to these ids.
        """
        import faiss

        if k < 1 or (allowed is not None and not allowed):
            return []
        # More threads than one cost more than they bring beside a busy neighbour.
        faiss.omp_set_num_threads(1)
        query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        selector: faiss.IDSelector | None = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.array(allowed, dtype=np.int64))
        found = [] if self._added is None else _search(self._added, query, k, selector)
        if selector is None and len(self._gone):
            gone = faiss.IDSelectorBatch(self._gone)
            selector = faiss.IDSelectorNot(gone)
        # Of a few documents the passages may lie in any of the lists.
        lists = lists_of(self._base.kind)
        probes = self._base.probes if allowed is None else lists
        found += _search(self._base.index, query, k, selector, probes if lists > 1 else None)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


def renew(folder: Path, connection: sqlite3.Connection, operation: int, *, large: bool) -> bool:
    """Bring the snapshot in ``folder`` up to a state of the database, where that is due.

    It is written anew when a twentieth of it has changed, and made anew when another kind is
    called for: until then the log is replayed. ``large`` says whether to do what takes long:
    while it is done, readers use the old snapshot, and the log. Return whether something
    is due that was left undone. Only the one writer does this.
    """
    dimension = int(str(database.get_fact(connection, "dimension")))
    base = vector_file.load(folder, dimension)
    if base is not None and base.operation > operation:
        base = None
    _, count = states.counts_at(connection, operation)
    kind = kind_for(count, None if base is None else base.kind)
    if base is None or base.kind != kind:
        if not (large or base is None or kind == EXACT):
            return True
        vector_file.save(growth.build(connection, operation, kind, dimension), folder)
        return False
    changes = changes_between(connection, base.operation, operation)
    if changes.count * _SHARE <= count:
        return False
    if not (large or kind == EXACT):
        return True
    held = vector_file.load(folder, dimension, to_change=True)
    if held is not None:
        _replay(held, changes)
        last = last_passage(connection, operation)
        vector_file.save(replace(held, operation=operation, last_passage=last), folder)
    return False


def _replay(base: Base, changes: Changes) -> None:
    import faiss

    base.index.remove_ids(faiss.IDSelectorBatch(changes.gone))
    for ids, vectors in changes.added:
        base.index.add_with_ids(vectors, ids)


def _search(
    index: faiss.Index,
    query: NDArray[np.float32],
    k: int,
    selector: faiss.IDSelector | None,
    probes: int | None = None,
) -> list[tuple[int, float]]:
    import faiss

    count = int(index.ntotal)
    if not count:
        return []
    parameters: Any = None
    if probes is not None:
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probes)  # type: ignore[call-arg]
    elif selector is not None:
        parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
    most = k + 1
    while True:
        most = min(most, count)
        scores, ids = index.search(query, most, params=parameters)
        # Of equal scores at its limit FAISS keeps any, so it is asked until none is cut off.
        if most == count or ids[0, -1] < 0 or scores[0, k - 1] > scores[0, -1]:
            break
        most *= 2
    return [
        (int(passage), float(score))
        for passage, score in zip(ids[0], scores[0], strict=True)
        if passage >= 0
    ]
