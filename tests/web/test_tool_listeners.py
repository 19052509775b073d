"""The conversation's tools without a browser: what a page that is not ours may send."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from qa.datatypes import Answer
from qa.feedback import FeedbackFile
from qa.small_talk import HELLO
from qa.web.listeners import Listeners
from qa.web.texts import read_texts
from qa.web.tool_listeners import ToolListeners
from qa.web.visit import Visit

from .fake_engine import FakeEngine, make_document


def test_a_greeting_cannot_be_rated(tmp_path: Path) -> None:
    engine, file = FakeEngine([make_document("Lions sleep long.")]), FeedbackFile(tmp_path)
    tools = ToolListeners(Listeners(engine, read_texts("en"), ()), file)
    greeted = Answer("hello", HELLO, (), False, 0.0, (), "hello")
    visit = Visit().asking("hello").answered(greeted)
    visit = visit.asking("Which lions sleep?").answered(engine.ask("Which lions sleep?"))
    for number in (1, 2):
        event = gr.EventData(None, {"exchange": number, "rating": "up"})
        visit = tools.rate(visit, event)[1]
    assert [each.rating for each in visit.exchanges] == [None, "up"]
    assert [each.question for each in file.read().ratings] == ["Which lions sleep?"]
