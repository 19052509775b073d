"""What each visitor has before him: the documents that he asks. Visitors never share a desk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from qa.datatypes import Answer, Document, DocumentFacts, Turn
from qa.errors import QAError, UnknownDocumentError
from qa.web.engine import Engine
from qa.web.own.names import is_added

if TYPE_CHECKING:
    from qa.web.own.shelves import Shelves

Result = TypeVar("Result")

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

    Beside the documents of everyone these are his own, and no other visitor's. ``session`` names
    the session whose event is being handled, or None where there is none.
    """

    engine: Engine
    desks: Desks
    session: Callable[[], str | None]
    shelves: Shelves | None = None

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        k: int = 5,
    ) -> Answer:
        """See ``Engine.ask``."""
        session = self.session()
        chosen = self.desks.of(session).chosen if documents is None else ()
        among = documents if documents is not None else chosen or None
        try:
            return self._with(lambda e: e.ask(question, history=history, documents=among, k=k))
        except UnknownDocumentError as error:
            gone = error.document_id
            if session is None or gone not in chosen:
                raise
        # It was removed after he had chosen it.
        self.desks.put(session, Desk(tuple(each for each in chosen if each != gone)))
        return self.ask(question, history=history, k=k)

    def counts(self) -> tuple[int, int]:
        """See ``Engine.counts``."""
        return self._with(lambda engine: engine.counts())

    def facts(self) -> tuple[DocumentFacts, ...]:
        """See ``Engine.facts``; what visitors added comes first."""
        facts = self._with(lambda engine: engine.facts())
        return tuple(sorted(facts, key=lambda each: not is_added(each.id)))

    def first_document(self) -> Document | None:
        """See ``Engine.first_document``: one of everyone's, where there are any."""
        return self._with(lambda engine: engine.first_document())

    def document(self, document_id: str) -> Document:
        """See ``Engine.document``."""
        return self._with(lambda engine: engine.document(document_id))

    def suggest(self, document_id: str, *, most: int = 3) -> tuple[str, ...]:
        """See ``Engine.suggest``."""
        return self._with(lambda engine: engine.suggest(document_id, most=most))

    def _with(self, act: Callable[[Engine], Result]) -> Result:
        """Let the visitor's view act, if he has documents of his own, else the engine."""
        shelf = None if self.shelves is None else self.shelves.of(self.session())
        if shelf is None or shelf.view is None:
            return act(self.engine)
        try:
            return act(shelf.view)
        except QAError:
            if not shelf.is_gone:
                raise
            # His time was over while his documents were being read.
            return act(self.engine)
