"""What the page needs of the engine; ``qa.assistant.Assistant`` is one, the tests' fake another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from qa.datatypes import Answer, Document, DocumentFacts, Turn


class Engine(Protocol):
    """Questions in, answers out, and the documents that the answers cite."""

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        k: int = 5,
    ) -> Answer:
        """Answer from the documents, or abstain. Raises ``QAError`` for what cannot be asked."""
        ...

    def counts(self) -> tuple[int, int]:
        """Return the numbers of documents and of passages."""
        ...

    def facts(self) -> tuple[DocumentFacts, ...]:
        """Return what is known of each document beside its text, in the order of their ids."""
        ...

    def first_document(self) -> Document | None:
        """Return the first document in the order of the ids; None where there is none."""
        ...

    def suggest(self, document_id: str, *, most: int = 3) -> tuple[str, ...]:
        """Return up to ``most`` questions that a document answers."""
        ...

    def document(self, document_id: str) -> Document:
        """Return one document. Raises ``LookupError`` where there is none of that id."""
        ...
