"""What the evaluation needs of an engine: ``qa.assistant.Assistant``, or the tests' small one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from qa.datatypes import Answer, Document, Hit, Passage, Turn
from qa.settings import Settings


class Engine(Protocol):
    """Something that answers questions from documents and cites them."""

    @property
    def settings(self) -> Settings:
        """Return how it works; ``answer_at`` is the confidence from which it answers."""
        ...

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        k: int = 5,
        answer_at: float | None = None,
    ) -> Answer:
        """Answer, with ``k`` hits; ``answer_at=0`` forces an answer where there is evidence."""
        ...

    def search(
        self, question: str, *, k: int, documents: Collection[str] | None = None
    ) -> Sequence[Hit]:
        """Return at most ``k`` passages, best first."""
        ...

    def document(self, document_id: str) -> Document:
        """Return a document; ``LookupError`` where there is none of that id."""
        ...

    def passages(self, document_id: str) -> Sequence[Passage]:
        """Return a document's passages in the order of the text."""
        ...
