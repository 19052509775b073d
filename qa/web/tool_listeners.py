"""What the conversation's tools do: asking again, editing, starting anew, files.

This module imports Gradio, which takes seconds; import it where a page is built.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from qa.web.export import FORMATS
from qa.web.listeners import Listeners, as_text, detail
from qa.web.visit import Exchange, Visit

Shown = Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ToolListeners:
    """Listeners beside those that ask; outputs are question box, conversation, source, visit."""

    listeners: Listeners

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

    def start_anew(self) -> tuple[str, str, str, Visit]:
        """Return an empty conversation and an unmarked source."""
        return "", self.listeners.show(Visit()), self.listeners.first_source(), Visit()

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


def _exchange(visit: Visit, event: gr.EventData) -> Exchange | None:
    """Return the exchange that the event names; None where the visit has none."""
    number = detail(event).get("exchange")
    return visit.exchange(number) if isinstance(number, int) else None
