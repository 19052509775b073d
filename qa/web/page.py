"""The chat page's layout in Gradio; what happens on it is in listeners.py.

This module imports Gradio, which takes seconds; import it where a page is built.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import gradio as gr
from gradio.events import api

from qa.feedback import FeedbackFile
from qa.web.assets import read_asset
from qa.web.desks import Desks, VisitorEngine
from qa.web.document_listeners import (
    DocumentListeners,
    build_asking,
    build_panel,
    connect_panel,
)
from qa.web.engine import Engine
from qa.web.escaping import escaped
from qa.web.listeners import Listeners
from qa.web.own.shelves import Shelves
from qa.web.sessions import current_session
from qa.web.texts import Texts
from qa.web.tool_events import build_menu, connect_tools
from qa.web.tool_texts import for_scripts
from qa.web.visit import Visit

# So soon a page that was left is noticed.
_LOOK_SECONDS = 20
SCRIPTS = ("conversation.js", "tools.js", "preview.js")


def build_page(
    engine: Engine,
    texts: Texts,
    examples: Sequence[str] = (),
    *,
    feedback: FeedbackFile,
    answers_at_once: int = 4,
    questions_waiting: int = 200,
    shelves: Shelves | None = None,
) -> gr.Blocks:
    """Return the page in one language: conversation on one side, source on the other.

    Of the questions that come at the same time ``answers_at_once`` are answered and
    ``questions_waiting`` wait for their turn; more are turned away. Visitors may add documents of
    their own where there are ``shelves`` for them.
    """
    visitors = VisitorEngine(engine, Desks(), current_session, shelves)
    listeners = Listeners(visitors, texts, tuple(examples))
    page = gr.Blocks(title="qa", analytics_enabled=False, fill_width=True)
    with page:
        visit = gr.State(Visit())
        gr.HTML(_header(texts), elem_id="qa-header", js_on_load=None)
        menu = build_menu(texts)
        with gr.Row(elem_id="qa-room"):
            with gr.Column(elem_id="qa-left"):
                conversation = gr.HTML(
                    listeners.show(Visit()),
                    elem_id="qa-conversation",
                    js_on_load="".join(map(read_asset, SCRIPTS)),
                    apply_default_css=False,
                    texts=for_scripts(texts),
                )
                asking = build_asking()
                question = gr.Textbox(
                    label=texts("question_label"),
                    show_label=False,
                    placeholder=texts("question_placeholder"),
                    elem_id="qa-question",
                    lines=1,
                    max_lines=6,
                    autofocus=True,
                    submit_btn=texts("ask"),
                    container=False,
                )
            with gr.Column(elem_id="qa-right"):
                panel = build_panel(texts, shelves)
                source = gr.HTML(
                    listeners.first_source(),
                    elem_id="qa-source",
                    js_on_load=read_asset("source.js"),
                    apply_default_css=False,
                )
        quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        outputs = [question, conversation, source, visit]
        answering = quietly | {"concurrency_limit": answers_at_once, "concurrency_id": "ask"}
        question.submit(listeners.respond, [question, visit], outputs, **answering)
        conversation.example(listeners.respond_to_example, [visit], outputs, **answering)
        # By default Gradio drops what is clicked while the click before is being served.
        at_once = quietly | {"trigger_mode": "multiple"}
        conversation.place(listeners.open_place, [visit], source, **at_once)
        connect_tools(listeners, menu, conversation, visit, outputs, answering, feedback)
        documents_of = DocumentListeners(visitors, texts)
        connect_panel(documents_of, panel, asking, source)
        # The clock starts it, again if it was cut off; while it runs, further ticks are dropped.
        gr.Timer(1).tick(_stay, [], [], concurrency_limit=None, **quietly)
        page.unload(documents_of.leave)
        api(listeners.ask, api_name="ask", concurrency_limit=answers_at_once, concurrency_id="ask")
    page.queue(max_size=questions_waiting, default_concurrency_limit=answers_at_once)
    return page


async def _stay() -> AsyncIterator[None]:
    """Never end, so that Gradio keeps the stream of answers open for as long as the page is.

    Else it closes it whenever nothing is pending, and what is asked in that moment gets no answer.
    """
    while True:
        yield
        await asyncio.sleep(_LOOK_SECONDS)


def _header(texts: Texts) -> str:
    title, subtitle = escaped(texts("title")), escaped(texts("subtitle"))
    return f"<header><h1>{title}</h1><p>{subtitle}</p></header>"
