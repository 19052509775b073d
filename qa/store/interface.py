"""What the program needs of a store; any engine can stand behind it.

``ReadStore`` gives states, ``WriteStore`` makes the next one. ``qa.store.store`` has the embedded
engine, ``Store`` and ``open_writer``: it keeps all in one folder.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Document, DocumentFacts, Passage
from qa.documents.passages import Slice


class State(Protocol):
    """One consistent state: what retrieval and answering need of a store.

    Searches give (passage id, score) pairs, best first, ties by the lower id; ``documents``
    limits them to what these ids stand for (see ``ids``), None to all; an empty collection finds
    nothing.
    """

    @property
    def version(self) -> Hashable:
        """What tells this state from all others of the store."""
        ...

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return the passages nearest by inner product to a unit vector of shape (d,)."""
        ...

    def search_words(
        self, question: str, k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return the passages that are best by BM25."""
        ...

    def search_slips(self, word: str, k: int) -> list[int]:
        """Return up to ``k`` passages that hold a word one slip from this one, in any order.

        Empty where the word itself, in any form of it, stands in a passage.
        """
        ...

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of these passages, shape (n, d)."""
        ...

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the passages of these ids in the order asked for."""
        ...

    def document(self, document_id: str) -> Document | None:
        """Return a document; None where this state has none of this id.

        The id of a copy gives the document that it is a copy of.
        """
        ...

    def documents(self) -> Iterator[Document]:
        """Yield all documents in the order of their ids."""
        ...

    def ids(self, document_id: str) -> list[str]:
        """Return the ids of the documents that an id stands for; empty where there is none.

        A document's id stands for it, a copy's for what it is a copy of, that of a file or folder
        of documents for all that lie in it, in the order of their ids.
        """
        ...

    def facts(self) -> Iterator[DocumentFacts]:
        """Yield what is known of each document, without its text, in the order of their ids."""
        ...

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return a document's passages in the text's order; empty where there is none."""
        ...

    def passage_after(self, passage_id: int) -> Passage | None:
        """Return the passage that follows this one in its document; None after the last."""
        ...

    def counts(self) -> tuple[int, int]:
        """Return the numbers of documents and of passages of this state."""
        ...


class ReadStore(Protocol):
    """Gives states to read. Thread-safe; sees what others publish, without a restart."""

    folder: Path

    def manifest(self) -> dict[str, object]:
        """Return what the vectors were made with: encoder, fingerprint, dimension, sizes."""
        ...

    def check(self, wanted: dict[str, object]) -> None:
        """Compare the manifest with what this run wants, now and after every later rebuild.

        Raises:
            IndexMismatchError: they differ.
        """
        ...

    def snapshot(self) -> AbstractContextManager[State]:
        """Give the newest state, whole and unchanged for the length of the block.

        Raises:
            QAError: it cannot be read, or was made otherwise than ``check`` wanted.
        """
        ...

    def close(self) -> None:
        """Let go of what is open; what is being read is read to its end."""
        ...


class WriteStore(Protocol):
    """Makes the next state; there is at most one over all processes.

    Each method is one step, whole or not at all, and survives a crash. Readers see none of them
    before ``publish``. An id stands for a document or a copy, never for both.
    """

    replaced: dict[str, tuple[str, str]]
    """What ``known`` and ``copies`` would say of the index that a rebuild is to replace."""

    @property
    def is_current(self) -> bool:
        """Whether readers see this index already: not a first one, or a rebuild, before its end."""
        ...

    def known(self) -> dict[str, tuple[str, str]]:
        """Return each document's (sha256, root) by its id."""
        ...

    def copies(self) -> dict[str, tuple[str, str]]:
        """Return each copy's (sha256, root) by its id."""
        ...

    def add(
        self,
        document: Document,
        slices: Sequence[Slice],
        vectors: NDArray[np.float32],
        root: str,
    ) -> None:
        """Store one document in place of its older version; vectors have shape (len(slices), d)."""
        ...

    def add_again(self, document: Document, root: str) -> bool:
        """Store one document with the passages and vectors that its text has already.

        False, and nothing is stored, where no document with its hash and text is or was here since
        the last ``publish``.
        """
        ...

    def add_copy(self, document: Document, root: str) -> None:
        """Note that another document has the same content; its id leads readers to that one."""
        ...

    def promote(self, document_id: str) -> bool:
        """Make a copy a document, with the vectors of what it is a copy of.

        That one may be removed, but since the last ``publish``: else it is False.
        """
        ...

    def remove(self, document_id: str) -> bool:
        """Remove a document or copy; False where none has this id."""
        ...

    def publish(self) -> None:
        """Make all that was stored visible to readers, old state to new in one step."""
        ...


def documents_of(state: State, ids: Iterable[str]) -> dict[str, Document]:
    """Return the documents of those ids that are there, each once, in the order of the ids."""
    found = ((id, state.document(id)) for id in dict.fromkeys(ids))
    return {id: document for id, document in found if document is not None}


def ids_of(state: State, documents: Iterable[str]) -> set[str]:
    """Return the ids that stand for one document each, of ids of files and folders, too."""
    return {id for each in documents for id in state.ids(each)}
