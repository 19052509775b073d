"""One visitor's conversation, and what a click in it shows. No HTML and no Gradio here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qa.datatypes import Answer, Hit, Turn
from qa.web.marks import Mark
from qa.web.own.names import is_own

Rated = Literal["up", "down"]

# What a page shows, and a session holds, at most.
LONGEST = 100
# Nearest passages offered beneath a refusal.
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with what came of it: an answer, an error, or neither while it is being asked.

    ``number`` counts from 1 and stays the exchange's own when older ones are dropped. ``rating``
    is what the visitor thought of the answer. ``changed`` are the markers whose quotes the
    documents do not hold any more, as far as that is known: of conversations that are reopened.
    """

    number: int
    question: str
    answer: Answer | None = None
    error: str | None = None
    rating: Rated | None = None
    changed: tuple[int, ...] = ()

    @property
    def can_be_rated(self) -> bool:
        """Tell whether there is an answer or a refusal; the reply to a greeting is neither."""
        return self.answer is not None and bool(self.answer.citations or self.answer.hits)


@dataclass(frozen=True, slots=True)
class Visit:
    """The conversation so far, oldest first.

    ``key`` is random and names the conversation from its first question on.
    """

    exchanges: tuple[Exchange, ...] = ()
    key: str = ""

    def asking(self, question: str) -> Visit:
        """Return the visit with a new exchange that waits for its answer."""
        number = self.exchanges[-1].number + 1 if self.exchanges else 1
        exchanges = (*self.exchanges, Exchange(number, question))[-LONGEST:]
        return Visit(exchanges, self.key or secrets.token_hex(8))

    def answered(self, answer: Answer) -> Visit:
        """Return the visit with the answer to its last question."""
        *earlier, last = self.exchanges
        return replace(self, exchanges=(*earlier, replace(last, answer=answer)))

    def failed(self, sentence: str) -> Visit:
        """Return the visit with an error in place of the answer to its last question."""
        *earlier, last = self.exchanges
        return replace(self, exchanges=(*earlier, replace(last, error=sentence)))

    def rated(self, number: int, rating: Rated | None) -> Visit:
        """Return the visit with a rating of that exchange; None takes it back."""
        return replace(
            self,
            exchanges=tuple(
                replace(e, rating=rating) if e.number == number else e for e in self.exchanges
            ),
        )

    def turns(self) -> tuple[Turn, ...]:
        """Return the exchanges that came to an answer, as the engine wants to know them."""
        return tuple(Turn(e.question, e.answer.text) for e in self.exchanges if e.answer)

    def before(self, number: int) -> Visit:
        """Return the visit as it was before the exchange of that number."""
        return replace(self, exchanges=tuple(e for e in self.exchanges if e.number < number))

    def exchange(self, number: int) -> Exchange | None:
        """Return the exchange of that number, or None where it is unknown."""
        return next((e for e in self.exchanges if e.number == number), None)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document that the conversation leads to.

    ``quote`` is what stood there when the answer was given.
    """

    document_id: str
    mark: Mark
    quote: str


def citation_id(exchange: int, marker: int) -> str:
    """Return the id that ties a marker in the conversation to its mark in the source."""
    return f"e{exchange}c{marker}"


def hit_id(exchange: int, rank: int) -> str:
    """Return the id that ties a nearest passage, ranks from 1, to its mark in the source."""
    return f"e{exchange}h{rank}"


def nearest(answer: Answer) -> Sequence[Hit]:
    """Return the passages offered beneath a refusal."""
    return answer.nearest[:NEAREST]


def places(exchange: Exchange) -> tuple[Place, ...]:
    """Return every place that the exchange's answer leads to, those of its quotes first.

    >>> places(Exchange(1, "Who?"))
    ()
    """
    answer = exchange.answer
    if answer is None:
        return ()
    cited = (
        Place(
            c.document_id,
            Mark(citation_id(exchange.number, c.marker), c.start, c.end, str(c.marker)),
            c.quote,
        )
        for c in answer.shown
    )
    near = (
        Place(
            hit.passage.document_id,
            Mark(hit_id(exchange.number, rank), hit.passage.start, hit.passage.end, ""),
            hit.passage.text,
        )
        for rank, hit in enumerate(nearest(answer), start=1)
    )
    return (*cited, *near)


def find_place(visit: Visit, mark_id: str) -> tuple[Exchange, Place] | None:
    """Return the place with that mark and its exchange, or None where the visit has none."""
    for exchange in visit.exchanges:
        for place in places(exchange):
            if place.mark.id == mark_id:
                return exchange, place
    return None


def cites_own(visit: Visit) -> bool:
    """Tell whether an answer of the visit was read from a visitor's own documents."""
    answers = [each.answer for each in visit.exchanges if each.answer is not None]
    read = (hit.passage.document_id for answer in answers for hit in answer.hits)
    cited = (c.document_id for answer in answers for c in answer.shown)
    return any(map(is_own, (*read, *cited)))
