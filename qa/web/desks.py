"""What each visitor has before him: the documents that he asks. Visitors never share a desk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from qa.datatypes import Answer, Document, DocumentFacts, Turn
from qa.web.engine import Engine

# As many sessions as Gradio itself remembers.
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Desk:
    """The ids of the documents that are asked; empty: all."""

    chosen: tuple[str, ...] = ()


class Desks:
    """One desk a session, those not used for the longest time forgotten. Thread-safe."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._desks: OrderedDict[str, Desk] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, session: str, desk: Desk) -> None:
        """Give a session this desk."""
        with self._lock:
            self._desks[session] = desk
            self._desks.move_to_end(session)
            while len(self._desks) > self._most:
                self._desks.popitem(last=False)

    def of(self, session: str | None) -> Desk:
        """Return a session's desk; an empty one where it has none."""
        with self._lock:
            if session is None or session not in self._desks:
                return Desk()
            self._desks.move_to_end(session)
            return self._desks[session]


@dataclass(frozen=True, slots=True)
class VisitorEngine:
    """An engine that asks, of all documents, those that the current visitor has chosen.

    ``session`` names the session whose event is being handled, or None where there is none.
    """

    engine: Engine
    desks: Desks
    session: Callable[[], str | None]

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        k: int = 5,
    ) -> Answer:
        """See ``Engine.ask``."""
        if documents is None:
            documents = self.desks.of(self.session()).chosen or None
        return self.engine.ask(question, history=history, documents=documents, k=k)

    def counts(self) -> tuple[int, int]:
        """See ``Engine.counts``."""
        return self.engine.counts()

    def facts(self) -> tuple[DocumentFacts, ...]:
        """See ``Engine.facts``."""
        return self.engine.facts()

    def documents(self) -> tuple[Document, ...]:
        """See ``Engine.documents``."""
        return self.engine.documents()

    def document(self, document_id: str) -> Document:
        """See ``Engine.document``."""
        return self.engine.document(document_id)

    def suggest(self, document_id: str, *, most: int = 3) -> tuple[str, ...]:
        """See ``Engine.suggest``."""
        return self.engine.suggest(document_id, most=most)
