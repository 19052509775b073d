"""What the documents panel does: listing, choosing which documents are asked, showing one.

This module imports Gradio, which takes seconds; import it where a page is built.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from qa.errors import QAError
from qa.web.assets import read_asset
from qa.web.desks import Desk, VisitorEngine
from qa.web.documents import find, render_asking, render_list, render_panel
from qa.web.listeners import as_text, detail
from qa.web.own.panel import own_texts, render_own
from qa.web.own.reports import render_removed, render_sentence
from qa.web.own.shelves import ShelfError, Shelves
from qa.web.sessions import current_session
from qa.web.source import render_notice, render_source
from qa.web.texts import Texts

logger = logging.getLogger(__name__)

# More cannot be ticked by hand; a longer list comes from no page of ours.
_MOST_CHOSEN = 1_000


@dataclass(frozen=True, slots=True)
class DocumentListeners:
    """The panel's event listeners; Gradio reads their type hints to pass the event."""

    engine: VisitorEngine
    texts: Texts

    def list(self, event: gr.EventData) -> str:
        """Return a page of the list, as data for the panel's script, with what was asked for."""
        return self._listed(event)

    def remove(self, event: gr.EventData) -> str:
        """Remove one of the visitor's own documents; return the list without it."""
        session, id_ = current_session(), as_text(detail(event).get("document"))
        return self._change(
            event, lambda shelves: render_removed(shelves.remove(session, id_).title, self.texts)
        )

    def restore(self, event: gr.EventData) -> str:
        """Put back what the visitor removed last; return the list with it."""
        session = current_session()

        def act(shelves: Shelves) -> str:
            shelves.restore(session)
            return ""

        return self._change(event, act)

    def _change(self, event: gr.EventData, act: Callable[[Shelves], str]) -> str:
        if self.engine.shelves is None:
            return self._listed(event)
        try:
            return self._listed(event, undo=act(self.engine.shelves))
        except ShelfError as error:
            return self._listed(event, undo=render_sentence(self.texts(error.key)))
        except QAError:
            # The path in it is none of a visitor's business.
            logger.exception("a visitor's document could not be removed or restored")
            return self._listed(event, undo=render_sentence(self.texts("own_failed")))

    def _listed(self, event: gr.EventData, **more: str) -> str:
        wanted, first = as_text(detail(event).get("find")), detail(event).get("first")
        try:
            facts = self.engine.facts()
        except QAError as error:
            return _data(find=wanted, list=render_notice(str(error), self.texts))
        listing = find(facts, wanted, first if isinstance(first, int) else 0)
        return _data(find=wanted, list=render_list(listing, self.texts), key=self._key(), **more)

    def choose(self, event: gr.EventData) -> str:
        """Note which documents the visitor asks; return the line that says so."""
        wanted = detail(event).get("documents")
        ids = wanted if isinstance(wanted, list) else []
        # What has been removed meanwhile is no longer asked.
        titles = self._titles()
        known = {id_: titles[id_] for id_ in map(as_text, ids[:_MOST_CHOSEN]) if id_ in titles}
        session = current_session()
        if session is not None:
            self.engine.desks.put(session, Desk(tuple(known)))
        return render_asking(list(known.values()), self.texts)

    def open(self, event: gr.EventData) -> str:
        """Return the source pane's HTML with the document that was clicked."""
        try:
            document = self.engine.document(as_text(detail(event).get("document")))
        except (QAError, LookupError):
            return render_notice(self.texts("documents_gone"), self.texts)
        return render_source(document, self.texts)

    def _key(self) -> str:
        """Return what lets this page add documents; empty where it cannot."""
        shelves, session = self.engine.shelves, current_session()
        return "" if shelves is None or session is None else shelves.key_of(session)

    def leave(self) -> None:
        """Remove the visitor's own documents: he has closed the page, or reloads it."""
        if self.engine.shelves is not None:
            self.engine.shelves.drop(current_session())

    def _titles(self) -> dict[str, str]:
        try:
            return {each.id: each.title for each in self.engine.facts()}
        except QAError:
            return {}


def build_panel(texts: Texts, shelves: Shelves | None) -> gr.HTML:
    """Return the panel. Its value is data for its script."""
    own = "" if shelves is None else render_own(texts, shelves.settings)
    return gr.HTML(
        "",
        html_template=render_panel(texts, own),
        elem_id="qa-documents",
        js_on_load=read_asset("documents.js") + read_asset("uploads.js"),
        apply_default_css=False,
        texts={} if shelves is None else own_texts(texts, shelves.settings),
    )


def build_asking() -> gr.HTML:
    """Return the line that says which documents are asked."""
    script = (
        'element.addEventListener("click", (event) => { if (event.target.closest("button")) '
        'document.dispatchEvent(new CustomEvent("qa:ask-all")); });'
    )
    return gr.HTML("", elem_id="qa-asking", js_on_load=script, apply_default_css=False)


def connect_panel(
    listeners: DocumentListeners, panel: gr.HTML, asking: gr.HTML, source: gr.HTML
) -> None:
    """Connect the panel's events."""
    quietly: Mapping[str, Any] = {
        "show_progress": "hidden",
        "api_visibility": "private",
        # What is typed or ticked while an earlier event is on its way counts, too, and in turn.
        "trigger_mode": "multiple",
        "concurrency_limit": 1,
    }
    outputs: Sequence[tuple[Any, Any, Any]] = (
        (panel.listed, listeners.list, panel),
        (panel.chosen, listeners.choose, asking),
        (panel.opened, listeners.open, source),
        (panel.removed, listeners.remove, panel),
        (panel.restored, listeners.restore, panel),
    )
    for event, listener, output in outputs:
        event(listener, [], output, **quietly)


def _data(**facts: str) -> str:
    """Return facts as JSON, in which Gradio sees no tags to warn of."""
    return json.dumps(facts).replace("<", "\\u003c")
