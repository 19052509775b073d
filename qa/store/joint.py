"""Two stores read as one: a question is answered from the documents of both."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Document, DocumentFacts, Passage
from qa.store.interface import ReadStore, State

# No path has two slashes in a row, so no document of the first store has such an id.
_MARK = "://"
# Passages are numbered from 1 in each store; none has so many.
_SECOND = 1 << 48


class JointStore:
    """Reads a first store and a second one whose ids get ``name://`` before them.

    Both were made with the same encoder and passage sizes. What is written goes elsewhere:
    ``folder`` is the first store's. Closing it closes the second store alone, for others may
    still read the first.
    """

    def __init__(self, first: ReadStore, second: ReadStore, name: str) -> None:
        """Join two open stores.

        Raises:
            IndexMismatchError: they were made otherwise.
        """
        self.folder: Path = first.folder
        self._first, self._second, self._prefix = first, second, name + _MARK
        second.check(first.manifest())

    def manifest(self) -> dict[str, object]:
        """See ``ReadStore.manifest``."""
        return self._first.manifest()

    def check(self, wanted: dict[str, object]) -> None:
        """See ``ReadStore.check``."""
        self._first.check(wanted)
        self._second.check(wanted)

    @contextmanager
    def snapshot(self) -> Iterator[JointState]:
        """See ``ReadStore.snapshot``; each part is whole and unchanged."""
        with self._first.snapshot() as first, self._second.snapshot() as second:
            yield JointState(first, second, self._prefix)

    def close(self) -> None:
        """Let go of the second store."""
        self._second.close()


class JointState:
    """A state of both: see ``State``."""

    def __init__(self, first: State, second: State, prefix: str) -> None:
        self.first, self.second, self.prefix = first, second, prefix
        self.version: Hashable = (first.version, second.version)

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """See ``State.search_vectors``."""
        one, other = self._split(documents)
        return _best(
            self.first.search_vectors(vector, k, one),
            self.second.search_vectors(vector, k, other),
            k,
        )

    def search_words(
        self, question: str, k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """See ``State.search_words``.

        A word is rare in one store and common in the other, so that their scores cannot be
        compared: each list is scaled by its best, as retrieval does with the whole.
        """
        one, other = self._split(documents)
        return _best(
            _scaled(self.first.search_words(question, k, one)),
            _scaled(self.second.search_words(question, k, other)),
            k,
        )

    def search_slips(self, word: str, k: int) -> list[int]:
        """See ``State.search_slips``: empty where the word itself stands in either."""
        found = []
        for state, shift in ((self.first, 0), (self.second, _SECOND)):
            slips = state.search_slips(word, k)
            if not slips and state.search_words(word, 1):
                return []
            found += [passage + shift for passage in slips]
        return found[:k]

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """See ``State.vectors``."""
        if not ids:
            return self.first.vectors(ids)
        return np.concatenate(
            [
                self.second.vectors([each - _SECOND])
                if each >= _SECOND
                else self.first.vectors([each])
                for each in ids
            ]
        )

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """See ``State.passages``."""
        return [
            self._named(*self.second.passages([each - _SECOND]))
            if each >= _SECOND
            else self.first.passages([each])[0]
            for each in ids
        ]

    def document(self, document_id: str) -> Document | None:
        """See ``State.document``."""
        if not document_id.startswith(self.prefix):
            return self.first.document(document_id)
        found = self.second.document(document_id.removeprefix(self.prefix))
        return None if found is None else replace(found, id=self.prefix + found.id)

    def documents(self) -> Iterator[Document]:
        """See ``State.documents``; the first store's come first."""
        yield from self.first.documents()
        for each in self.second.documents():
            yield replace(each, id=self.prefix + each.id)

    def ids(self, document_id: str) -> list[str]:
        """See ``State.ids``."""
        if not document_id.startswith(self.prefix):
            return self.first.ids(document_id)
        return [self.prefix + each for each in self.second.ids(document_id[len(self.prefix) :])]

    def facts(self) -> Iterator[DocumentFacts]:
        """See ``State.facts``; the first store's come first."""
        yield from self.first.facts()
        for each in self.second.facts():
            yield replace(each, id=self.prefix + each.id)

    def passages_of(self, document_id: str) -> list[Passage]:
        """See ``State.passages_of``."""
        if not document_id.startswith(self.prefix):
            return self.first.passages_of(document_id)
        found = self.second.passages_of(document_id.removeprefix(self.prefix))
        return [self._named(each) for each in found]

    def passage_after(self, passage_id: int) -> Passage | None:
        """See ``State.passage_after``."""
        if passage_id < _SECOND:
            return self.first.passage_after(passage_id)
        found = self.second.passage_after(passage_id - _SECOND)
        return None if found is None else self._named(found)

    def counts(self) -> tuple[int, int]:
        """See ``State.counts``."""
        (documents, passages), (others, more) = self.first.counts(), self.second.counts()
        return documents + others, passages + more

    def _named(self, passage: Passage) -> Passage:
        return replace(
            passage, id=passage.id + _SECOND, document_id=self.prefix + passage.document_id
        )

    def _split(
        self, documents: Collection[str] | None
    ) -> tuple[Collection[str] | None, Collection[str] | None]:
        """Return which documents are asked of the first store, and which of the second."""
        if documents is None:
            return None, None
        other = [each for each in documents if each.startswith(self.prefix)]
        one = [each for each in documents if not each.startswith(self.prefix)]
        return one, [each.removeprefix(self.prefix) for each in other]


def _scaled(found: list[tuple[int, float]]) -> list[tuple[int, float]]:
    best = max((score for _, score in found), default=1.0) or 1.0
    return [(passage, score / best) for passage, score in found]


def _best(
    one: list[tuple[int, float]], other: list[tuple[int, float]], k: int
) -> list[tuple[int, float]]:
    """Return the best of two lists, ties by the lower id, the second store's ids shifted."""
    both = one + [(passage + _SECOND, score) for passage, score in other]
    return sorted(both, key=lambda pair: (-pair[1], pair[0]))[:k]
