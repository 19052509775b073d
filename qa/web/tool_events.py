"""The conversation's menu in Gradio, and which event of the page calls which tool.

This module imports Gradio, which takes seconds; import it where a page is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from qa.feedback import FeedbackFile
from qa.web.assets import read_asset
from qa.web.listeners import Listeners
from qa.web.texts import Texts
from qa.web.tool_listeners import ToolListeners
from qa.web.tool_texts import for_scripts
from qa.web.tools import render_menu


def build_menu(texts: Texts) -> gr.HTML:
    """Return the menu. Its value is data for its script and never becomes HTML."""
    return gr.HTML(
        "",
        html_template=render_menu(texts),
        elem_id="qa-menu",
        js_on_load=read_asset("history.js") + read_asset("menu.js"),
        apply_default_css=False,
        texts=for_scripts(texts),
    )


def connect_tools(
    listeners: Listeners,
    menu: gr.HTML,
    conversation: gr.HTML,
    visit: gr.State,
    outputs: Sequence[Any],
    answering: Mapping[str, Any],
    feedback: FeedbackFile,
) -> None:
    """Connect the tools. ``answering`` are the options of events that ask a question."""
    tools = ToolListeners(listeners, feedback)
    conversation.again(tools.ask_again, [visit], outputs, **answering)
    conversation.edited(tools.ask_edited, [visit], outputs, **answering)
    menu.linked(tools.ask_linked, [], outputs, **answering)
    quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    menu.fresh(tools.start_anew, [], outputs, **quietly)
    # By default Gradio drops what is clicked while the click before is being served.
    at_once = quietly | {"trigger_mode": "multiple"}
    conversation.rated(tools.rate, [visit], [menu, visit], **at_once)
    menu.reopened(tools.reopen, [], [*outputs, menu], **at_once)
    visit.change(tools.keep, [visit], menu, **quietly)
    menu.exported(tools.export, [visit], menu, **at_once)
