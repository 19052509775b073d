"""What the page does when something is asked or clicked: visits and clicks in, HTML out.

This module imports Gradio, which takes seconds; import it where a page is built.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from qa.datatypes import Turn
from qa.errors import QAError
from qa.web.conversation import render_conversation
from qa.web.engine import Engine
from qa.web.sessions import forget_leftovers
from qa.web.source import render_notice, render_source
from qa.web.texts import Texts
from qa.web.visit import Exchange, Place, Visit, find_place, places

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listeners:
    """The page's event listeners; Gradio reads their type hints to pass the event."""

    engine: Engine
    texts: Texts
    examples: Sequence[str]

    def show(self, visit: Visit) -> str:
        """Return the conversation's HTML."""
        return render_conversation(visit, self.texts, self.examples)

    def first_source(self) -> str:
        """Return the source pane's HTML as it is before anything is asked."""
        document = self.engine.first_document()
        return "" if document is None else render_source(document, self.texts)

    def respond(self, question: str | None, visit: Visit) -> Iterator[tuple[Any, ...]]:
        """Yield question box, conversation, source and visit: at once, and when answered."""
        forget_leftovers()
        asked = as_text(question)
        history = visit.turns()
        visit = visit.asking(asked)
        yield "", self.show(visit), gr.skip(), visit
        try:
            visit = visit.answered(self.engine.ask(asked, history=history))
        except QAError as error:
            visit = visit.failed(str(error))
        except Exception:
            # Left to Gradio, a bug would cover both panes and leave the question waiting.
            logger.exception("a question could not be answered")
            visit = visit.failed(self.texts("broken"))
        shown = source_after(self.engine, visit.exchanges[-1], self.texts)
        yield gr.skip(), self.show(visit), gr.skip() if shown is None else shown, visit

    def respond_to_example(self, visit: Visit, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Ask the question that was clicked: an example, or one that a refusal suggests."""
        for _, *shown in self.respond(as_text(detail(event).get("question")), visit):
            # What is half typed in the question box stays there.
            yield gr.skip(), *shown

    def open_place(self, visit: Visit, event: gr.EventData) -> str:
        """Return the source at the citation or nearest passage that was clicked."""
        found = find_place(visit, str(detail(event).get("mark")))
        if not found:
            return render_notice(self.texts("gone"), self.texts)
        return source_at(self.engine, *found, self.texts)

    def ask(self, question: str, history: list[list[str]] | None = None) -> dict[str, Any]:
        """Answer a question; ``history`` holds earlier [question, answer] pairs, oldest first."""
        return ask_as_json(self.engine, question, history or [])


def source_after(engine: Engine, exchange: Exchange, texts: Texts) -> str | None:
    """Return the source that goes with an exchange that has just ended.

    That is the document of the first quote with its mark in view; after a refusal without one
    the document of the nearest passage without any mark; after an error there is none.
    """
    found = places(exchange)
    if not found:
        return None
    if exchange.answer is not None and exchange.answer.shown:
        return source_at(engine, exchange, found[0], texts, choose=False)
    return _source(engine, found[0].document_id, (), None, texts, choose=False)


def source_at(
    engine: Engine, exchange: Exchange, place: Place, texts: Texts, *, choose: bool = True
) -> str:
    """Return the source with one place of an exchange in view and its other citations marked.

    A nearest passage is no evidence: it is marked alone, and only when it was chosen.
    """
    answered = exchange.answer is not None and exchange.answer.answered
    shown = places(exchange) if answered else (place,)
    return _source(engine, place.document_id, shown, place, texts, choose=choose)


def ask_as_json(engine: Engine, question: object, history: Sequence[object]) -> dict[str, Any]:
    """Return the answer as JSON has it. The arguments come from outside and may be anything.

    Raises:
        gr.Error: the engine refuses the question, or the history holds no pairs.
    """
    pairs = [tuple(pair) for pair in history if isinstance(pair, list)]
    if len(pairs) < len(history) or any(len(pair) != 2 for pair in pairs):
        raise gr.Error("history must be a list of [question, answer] pairs")
    turns = [Turn(as_text(asked), as_text(answered)) for asked, answered in pairs]
    try:
        answer = engine.ask(as_text(question), history=turns)
    except QAError as error:
        raise gr.Error(str(error)) from error
    return asdict(answer)


def _source(
    engine: Engine,
    document_id: str,
    shown: Sequence[Place],
    place: Place | None,
    texts: Texts,
    *,
    choose: bool,
) -> str:
    try:
        document = engine.document(document_id)
    except (QAError, LookupError):
        return render_notice(texts("changed"), texts)
    here = [each for each in shown if each.document_id == document_id]
    current = [p for p in here if document.text[p.mark.start : p.mark.end] == p.quote]
    return render_source(
        document,
        texts,
        [p.mark for p in current],
        reveal=place.mark.id if place and place in current else None,
        choose=choose,
        note=texts("changed") if len(current) < len(here) else None,
    )


def as_text(value: object) -> str:
    """Return what a request holds as text that can be encoded: no lone surrogates."""
    return ("" if value is None else str(value)).encode(errors="replace").decode()


def detail(event: gr.EventData) -> Mapping[str, object]:
    """Return what the page's script sent; anything else than an object counts as nothing."""
    return event._data if isinstance(event._data, dict) else {}
