"""The chat page's layout in Gradio; what happens on it is in listeners.py.

This module imports Gradio, which takes seconds; import it where a page is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.events import api

from qa.datatypes import Document
from qa.web.assets import read_asset
from qa.web.engine import Engine
from qa.web.listeners import Listeners
from qa.web.tool_events import build_menu, connect_tools
from qa.web.tool_texts import FOR_SCRIPTS
from qa.web.visit import Visit

# Answers take milliseconds of all cores; more at once would only wait for each other.
ANSWERS_AT_ONCE = 4
VISITORS_WAITING = 64


def build_page(engine: Engine, examples: Sequence[str] = ()) -> gr.Blocks:
    """Return the page: conversation on the left, source on the right."""
    documents = engine.documents()
    listeners = Listeners(engine, tuple(examples))
    page = gr.Blocks(title="qa", analytics_enabled=False, fill_width=True)
    with page:
        visit = gr.State(Visit())
        gr.HTML(_header(documents), elem_id="qa-header", js_on_load=None)
        menu = build_menu()
        with gr.Row(elem_id="qa-room"):
            with gr.Column(elem_id="qa-left"):
                conversation = gr.HTML(
                    listeners.show(Visit()),
                    elem_id="qa-conversation",
                    js_on_load=read_asset("conversation.js") + read_asset("tools.js"),
                    apply_default_css=False,
                    texts=FOR_SCRIPTS,
                )
                question = gr.Textbox(
                    label="Your question",
                    show_label=False,
                    placeholder="Ask a question…",
                    elem_id="qa-question",
                    lines=1,
                    max_lines=6,
                    autofocus=True,
                    submit_btn="Ask",
                    container=False,
                )
            with gr.Column(elem_id="qa-right"):
                source = gr.HTML(
                    listeners.first_source(),
                    elem_id="qa-source",
                    js_on_load=read_asset("source.js"),
                    apply_default_css=False,
                )
        quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        outputs = [question, conversation, source, visit]
        answering = quietly | {"concurrency_limit": ANSWERS_AT_ONCE, "concurrency_id": "ask"}
        question.submit(listeners.respond, [question, visit], outputs, **answering)
        conversation.example(listeners.respond_to_example, [visit], outputs, **answering)
        conversation.place(listeners.open_place, [visit], source, **quietly)
        connect_tools(listeners, menu, conversation, visit, outputs, answering)
        api(listeners.ask, api_name="ask", concurrency_limit=ANSWERS_AT_ONCE, concurrency_id="ask")
    page.queue(max_size=VISITORS_WAITING, default_concurrency_limit=ANSWERS_AT_ONCE)
    return page


def _header(documents: Sequence[Document]) -> str:
    subject = "the article" if len(documents) == 1 else f"{len(documents):,} articles"
    return f"<header><h1>Ask {subject}</h1><p>Answers from the text alone</p></header>"
