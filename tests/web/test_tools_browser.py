"""The tools beneath an answer, and the menu, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from qa.web.export import FORMATS, to_html, to_text

from .conftest import Open, Serve, Visitor
from .fake_engine import FakeEngine, make_document
from .test_page_browser import NARROW, assert_nothing_ran, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

LIONS = "Which lions sleep?"
ZEBRAS = "Which zebras eat?"
TIGERS = "Which tigers swim?"
HOSTILE = 'Which lions sleep <img src=x onerror="window.__pwned = 1"> "& \u202e ${1} </textarea>?'


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine([make_document("Lions sleep long. Zebras eat grass. Tigers swim far.")])


@pytest.fixture(scope="module")
def address(engine: FakeEngine, serve: Serve) -> str:
    return serve(engine)


def tool(visitor: Visitor, name: str, exchange: int = 1) -> Locator:
    beneath = visitor.page.locator(f'[data-exchange="{exchange}"]')
    return beneath.get_by_role("button", name=name, exact=True)


def expect_questions(visitor: Visitor, *questions: str) -> None:
    # A busy machine takes its time for a page that is loaded anew.
    visitor.page.locator(".exchange").nth(len(questions) - 1).wait_for()
    expect(visitor.page.locator(".question")).to_have_text(list(questions))
    expect(visitor.page.locator(".pending")).to_have_count(0)


def copied(visitor: Visitor, button: Locator) -> str:
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    expect(visitor.page.locator(".said", has_text="Copied.")).to_have_count(1)
    return str(visitor.page.evaluate("navigator.clipboard.readText()"))


def test_an_answer_is_copied_with_quotes_and_sources(
    engine: FakeEngine, address: str, visit: Open
) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    text = copied(visitor, tool(visitor, "Copy the answer with its quotes and sources"))
    assert text == to_text(engine.ask(LIONS))
    assert "“Lions sleep long.”" in text
    assert "(article.txt, characters 0 to 17)" in text


def test_without_a_clipboard_object_copying_still_works(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        "window.kept = navigator.clipboard;"
        "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })"
    )
    tool(visitor, "Copy the answer with its quotes and sources").click()
    expect(page.locator(".said")).to_have_text("Copied.")
    assert "Lions sleep long." in page.evaluate("window.kept.readText()")


def test_a_copied_link_asks_its_question_in_a_new_page(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(HOSTILE)
    link = copied(visitor, tool(visitor, "Copy a link that asks this question"))
    assert link.startswith(f"{address}/?question=")
    other = visit(link)
    expect(other.page.locator(".marker").first).to_be_visible()
    assert other.page.locator(".question").evaluate("it => it.textContent") == HOSTILE
    assert_nothing_ran(other)
    assert other.page.url == f"{address}/"


@pytest.mark.parametrize(
    ("question", "sentence"), [("why " * 1000, "longer than 2,000 characters"), ("  ", None)]
)
def test_a_linked_question_has_the_limits_of_any(
    address: str, visit: Open, question: str, sentence: str | None
) -> None:
    visitor = visit(f"{address}/?question={quote(question)}")
    if sentence is None:
        visitor.page.wait_for_timeout(500)
        expect(visitor.page.locator(".exchange")).to_have_count(0)
    else:
        expect(visitor.page.locator("p.error")).to_contain_text(sentence)


def test_the_newest_question_is_asked_again(engine: FakeEngine, address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    visitor.ask(ZEBRAS)
    expect(tool(visitor, "Ask again", 1)).to_have_count(0)
    asked = len(engine.histories)
    tool(visitor, "Ask again", 2).click()
    visitor.page.wait_for_function("document.querySelector('.pending') === null")
    expect_questions(visitor, LIONS, ZEBRAS)
    assert [turn.question for turn in engine.histories[-1]] == [LIONS]
    assert len(engine.histories) == asked + 1


def test_an_edited_question_takes_the_place_of_it_and_of_what_came_after(
    engine: FakeEngine, address: str, visit: Open
) -> None:
    visitor = visit(address)
    for question in (LIONS, ZEBRAS, TIGERS):
        visitor.ask(question)
    page = visitor.page
    tool(visitor, "Edit the question", 2).click()
    box = page.get_by_role("textbox", name="Edit your question")
    expect(box).to_be_focused()
    expect(box).to_have_value(ZEBRAS)
    expect(page.locator(".editor small")).to_have_text("The questions after it will be removed.")
    box.press("Escape")
    expect(box).to_have_count(0)
    expect(tool(visitor, "Edit the question", 2)).to_be_focused()
    expect_questions(visitor, LIONS, ZEBRAS, TIGERS)
    page.keyboard.press("Enter")
    box.fill(HOSTILE)
    box.press("Enter")
    expect(page.locator('[data-exchange="2"] .question')).to_contain_text("Which lions sleep <img")
    expect(page.locator(".exchange")).to_have_count(2)
    expect(page.locator('[data-exchange="2"] .marker').first).to_be_visible()
    assert [turn.question for turn in engine.histories[-1]] == [LIONS]
    tool(visitor, "Edit the question", 2).click()
    expect(box).to_have_value(HOSTILE)
    assert_nothing_ran(visitor)


def test_a_refused_question_can_be_edited(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask("why " * 1000)
    expect(visitor.page.locator("p.error")).to_be_visible()
    tool(visitor, "Edit the question").click()
    visitor.page.get_by_role("textbox", name="Edit your question").fill(ZEBRAS)
    visitor.page.get_by_role("button", name="Ask", exact=True).first.click()
    expect_questions(visitor, ZEBRAS)


def test_a_new_conversation_forgets_the_old_one(
    engine: FakeEngine, address: str, visit: Open
) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    expect(visitor.page.locator(".source mark")).to_have_count(1)
    visitor.page.get_by_role("button", name="New conversation").click()
    expect(visitor.page.locator(".welcome")).to_be_visible()
    expect(visitor.page.locator(".source mark")).to_have_count(0)
    expect(visitor.page.get_by_role("textbox", name="Your question")).to_be_focused()
    visitor.ask(ZEBRAS)
    assert engine.histories[-1] == ()


@pytest.mark.parametrize(("name", "ending"), [("Markdown", "md"), ("HTML", "html")])
def test_a_conversation_is_saved_as_a_file(
    engine: FakeEngine, address: str, visit: Open, name: str, ending: str
) -> None:
    visitor = visit(address)
    page = visitor.page
    page.get_by_role("button", name="Export this conversation").click()
    expect(page.get_by_text("There is nothing to export yet.")).to_be_visible()
    expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    page.keyboard.press("Escape")
    for question in (HOSTILE, "why " * 1000, ZEBRAS):
        visitor.ask(question)
    answers = [engine.ask(HOSTILE), engine.ask(ZEBRAS)]
    for _ in range(2):
        page.get_by_role("button", name="Export this conversation").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename == f"conversation.{ending}"
        written = Path(download.value.path()).read_text(encoding="utf-8")
        assert written == FORMATS[name].write(answers)


def test_a_saved_page_runs_and_fetches_nothing(
    engine: FakeEngine, visit: Open, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "conversation.html"
    file.write_text(to_html([engine.ask(HOSTILE)]), encoding="utf-8")
    visitor = visit(address)
    visitor.page.unroute_all()
    requests: list[str] = []
    visitor.page.on("request", lambda request: requests.append(request.url))
    visitor.page.goto(file.as_uri())
    assert visitor.page.evaluate("window.__pwned") is None
    assert visitor.page.locator("script, img, link").count() == 0
    visitor.page.get_by_role("link", name="[1]").click()
    expect(visitor.page.locator("blockquote:target")).to_have_text("Lions sleep long.")
    assert requests == [file.as_uri()]


def test_the_tools_work_by_keyboard_and_fit_a_phone(address: str, visit: Open) -> None:
    visitor = visit(address, NARROW)
    visitor.ask(LIONS)
    page = visitor.page
    page.locator(".tool").first.focus()
    names = []
    while page.locator(".tool:focus").count():
        names.append(page.locator(".tool:focus").get_attribute("aria-label"))
        page.keyboard.press("Tab")
    assert names == [
        "Copy the answer with its quotes and sources",
        "Copy a link that asks this question",
        "Ask again",
        "Edit the question",
        "This answer is right",
        "This answer is not right",
    ]
    for button in page.locator(".tool, .entry").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
        assert 0 <= box["x"] <= NARROW[0] - box["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
