"""Beside a marker its passage, beside a refusal questions, and Escape, in a real browser."""

from __future__ import annotations

import dataclasses

import pytest

from qa.datatypes import Answer

from .conftest import Open, Serve
from .fake_engine import FakeEngine, make_document
from .test_page_browser import assert_nothing_ran, expect

LIONS = "Which lions sleep?"
TEXT = 'Lions sleep <img src=x onerror="window.__pwned = 1"> long. Zebras eat grass.'
QUOTE = TEXT.partition(" Zebras")[0]


class Noticing(FakeEngine):
    """Says how it made its answers."""

    def ask(self, question: str, **options: object) -> Answer:
        answer = super().ask(question, **options)  # type: ignore[arg-type]
        return dataclasses.replace(answer, notices=("Made by <b>hand</b>.",))


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(Noticing([make_document(TEXT, title="Animals")]))


def test_hovering_a_marker_shows_its_passage_until_escape(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    preview = visitor.page.get_by_role("tooltip")
    expect(preview).to_be_hidden()
    marker = visitor.page.locator(".marker").first
    marker.hover()
    expect(preview).to_be_visible()
    expect(preview.locator("mark")).to_have_text(QUOTE)
    expect(preview.locator("small")).to_have_text("Animals · 22 December 2022")
    assert marker.get_attribute("aria-describedby") == preview.get_attribute("id")
    assert_nothing_ran(visitor)
    preview.hover()  # it stays while the pointer is on it
    visitor.page.wait_for_timeout(500)
    expect(preview).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    assert marker.get_attribute("aria-describedby") is None


def test_by_keyboard_the_preview_comes_with_the_focus(address: str, visit: Open) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.ask(LIONS)
    preview = page.get_by_role("tooltip")
    page.locator(".talk").focus()
    page.keyboard.press("Tab")
    marker = page.locator(".marker").first
    expect(marker).to_be_focused()
    expect(preview).to_contain_text("Lions sleep")
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(marker).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".confidence")).to_be_focused()
    expect(preview).to_have_text(
        "Estimated probability that this answers the question: 90%. "
        "On the texts it was measured with, about that share of such answers was right."
    )
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("mark.chosen")).to_be_focused()
    expect(preview).to_be_hidden()


def test_escape_leads_back_though_the_conversation_was_drawn_anew(
    address: str, visit: Open
) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    visitor.page.locator(".marker").first.click()
    mark = visitor.page.locator("mark.chosen")
    expect(mark).to_be_focused()
    visitor.ask("Which zebras eat?")
    visitor.page.locator(".source").focus()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator('.marker[data-mark="e1c1"]').first).to_be_focused()


def test_a_refusal_suggests_questions_that_are_asked_by_a_click(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask("Who painted the Mona Lisa?")
    suggestion = visitor.page.locator(".exchange .examples button")
    expect(suggestion).to_have_text("What of Lions sleep?")
    suggestion.click()
    expect(visitor.page.locator(".question").last).to_have_text("What of Lions sleep?")
    expect(visitor.page.locator(".marker").first).to_be_visible()


def test_notices_are_shown_and_the_end_is_announced(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    expect(visitor.page.locator(".notices li")).to_have_text("Made by <b>hand</b>.")
    expect(visitor.page.locator(".qa-status")).to_have_text(f"{QUOTE}[1]. Quite sure")
    visitor.ask("Who painted the Mona Lisa?")
    expect(visitor.page.locator(".qa-status")).to_have_text("The text does not say.")
