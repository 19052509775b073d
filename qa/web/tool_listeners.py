"""What the conversation's tools do: ask again, edit, start anew, keep, reopen, rate, export.

This module imports Gradio, which takes seconds; import it where a page is built.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from qa.errors import FeedbackError
from qa.feedback import FeedbackFile, Rating
from qa.web.escaping import shortened
from qa.web.export import FORMATS
from qa.web.history import HistoryError, from_browser, to_browser
from qa.web.listeners import Listeners, as_text, detail, source_after
from qa.web.visit import Exchange, Rated, Visit, cites_own

logger = logging.getLogger(__name__)

_TITLE = 100

Shown = Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ToolListeners:
    """Listeners beside those that ask; outputs are question box, conversation, source, visit."""

    listeners: Listeners
    feedback: FeedbackFile

    def ask_again(self, visit: Visit, event: gr.EventData) -> Shown:
        """Ask the question of an exchange once more, as if nothing had been asked since."""
        exchange = _exchange(visit, event)
        if exchange is not None:
            yield from self._ask(exchange.question, visit.before(exchange.number))

    def ask_edited(self, visit: Visit, event: gr.EventData) -> Shown:
        """Ask other words in the place of an exchange's question; what came after it goes."""
        exchange = _exchange(visit, event)
        if exchange is not None:
            question = as_text(detail(event).get("question"))
            yield from self._ask(question, visit.before(exchange.number))

    def ask_linked(self, event: gr.EventData) -> Shown:
        """Ask the question that the page's address brought, in a conversation of its own."""
        yield from self._ask(as_text(detail(event).get("question")), Visit())

    def start_anew(self) -> tuple[Any, ...]:
        """Return an empty conversation and an unmarked source."""
        return "", self.listeners.show(Visit()), self.listeners.first_source(), Visit()

    def keep(self, visit: Visit) -> str:
        """Return the conversation for the browser to keep; one that is being asked waits."""
        if not visit.exchanges:
            return as_script_data(kind="keep", key="")
        newest = visit.exchanges[-1]
        if newest.answer is None and newest.error is None:
            return ""
        title = shortened(visit.exchanges[0].question, _TITLE)
        return as_script_data(kind="keep", key=visit.key, title=title, data=to_browser(visit))

    def reopen(self, event: gr.EventData) -> tuple[Any, ...]:
        """Show a conversation that the browser kept, and say to the menu where it is none."""
        engine, texts = self.listeners.engine, self.listeners.texts
        try:
            visit = from_browser(detail(event).get("data"), engine)
        except HistoryError as error:
            logger.info("a kept conversation was refused: %s", error)
            gr.Warning(texts("unreadable"))
            return *self.start_anew(), as_script_data(kind="refused")
        source = source_after(engine, visit.exchanges[-1], texts)
        if source is None:
            source = self.listeners.first_source()
        return gr.skip(), self.listeners.show(visit), source, visit, gr.skip()

    def rate(self, visit: Visit, event: gr.EventData) -> tuple[str, Visit]:
        """Keep a thumb up or down, taken back or with a comment; say what came of it."""
        texts = self.listeners.texts
        exchange = _exchange(visit, event)
        wanted = detail(event).get("rating")
        if exchange is None or exchange.answer is None or not exchange.can_be_rated:
            return "", visit
        if cites_own(visit.before(exchange.number + 1)):
            # What was said of a visitor's own documents goes with them.
            return _rated(exchange, exchange.rating, texts("own_not_rated")), visit
        rating: Rated | None = wanted if wanted in ("up", "down") else None
        # The same question asked again in the same place is the same answer rated anew.
        name = f"{visit.key} {exchange.number} {exchange.question}"
        try:
            self.feedback.add(
                Rating.of(
                    exchange.answer,
                    rating or "none",
                    id=hashlib.sha256(name.encode()).hexdigest()[:16],
                    time=datetime.now(UTC).isoformat(timespec="seconds"),
                    comment=as_text(detail(event).get("comment")),
                    history=visit.before(exchange.number).turns(),
                )
            )
        except ValueError:
            return _rated(exchange, exchange.rating, texts("too_long")), visit
        except FeedbackError:
            # The path in it is none of a visitor's business.
            logger.exception("feedback could not be kept")
            return _rated(exchange, exchange.rating, texts("not_kept")), visit
        said = texts("thanks") if rating else texts("taken_back")
        return _rated(exchange, rating, said), visit.rated(exchange.number, rating)

    def export(self, visit: Visit, event: gr.EventData) -> str:
        """Return the conversation as a file of the wanted format, for the menu's script to save."""
        wanted = FORMATS.get(str(detail(event).get("format")))
        if wanted is None:
            return ""
        answers = [each.answer for each in visit.exchanges if each.answer is not None]
        return as_script_data(
            kind="file",
            name=f"conversation.{wanted.ending}",
            type=wanted.media_type,
            text=wanted.write(answers),
        )

    def _ask(self, question: str, visit: Visit) -> Shown:
        for _, *shown in self.listeners.respond(question, visit):
            # What is half typed in the question box stays there.
            yield gr.skip(), *shown


def as_script_data(**facts: object) -> str:
    """Return facts as JSON for the menu's script, different from all before so that it is seen."""
    # Gradio warns of what looks like a tag in the value of an HTML component, which this is not.
    return json.dumps(facts | {"nonce": secrets.token_hex(8)}).replace("<", "\\u003c")


def _rated(exchange: Exchange, rating: Rated | None, sentence: str) -> str:
    return as_script_data(kind="rated", exchange=exchange.number, rating=rating, said=sentence)


def _exchange(visit: Visit, event: gr.EventData) -> Exchange | None:
    """Return the exchange that the event names; None where the visit has none."""
    number = detail(event).get("exchange")
    return visit.exchange(number) if isinstance(number, int) else None
