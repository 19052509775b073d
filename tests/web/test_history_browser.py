"""Earlier conversations in a real browser: reload, restart, reopen, delete, clear."""

from __future__ import annotations

import json

import pytest

from qa.web.server import listen

from .conftest import Open, Serve, Visitor, served
from .fake_engine import FakeEngine, make_document
from .test_page_browser import NARROW, assert_nothing_ran, expect
from .test_tools_browser import HOSTILE, LIONS, TIGERS, ZEBRAS, expect_questions

# Takes all the room that the browser has for the page.
FILL = """name => {
    for (let size = 2 ** 20; size >= 1; size /= 2) {
        try {
            for (let n = 0; ; n++) localStorage.setItem(`${name}-${size}-${n}`, "x".repeat(size));
        } catch {}
    }
}"""
TEXT = "Lions sleep long. Zebras eat grass. Tigers swim far."


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine([make_document(TEXT)])


@pytest.fixture(scope="module")
def address(engine: FakeEngine, serve: Serve) -> str:
    return serve(engine)


def wait_until_kept(visitor: Visitor, question: str) -> None:
    visitor.page.wait_for_function(
        """question => Object.keys(localStorage).some((key) => {
            if (!key.includes(":talk:") || key.endsWith(":old")) return false;
            const kept = JSON.parse(JSON.parse(localStorage[key]).data);
            return kept.exchanges.at(-1).question === question;
        })""",
        arg=question,
    )


def ask(visitor: Visitor, *questions: str) -> None:
    for question in questions:
        visitor.ask(question)
        wait_until_kept(visitor, question)


def open_earlier(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Earlier conversations").click()


def test_a_reload_keeps_the_conversation_and_goes_on(
    engine: FakeEngine, address: str, visit: Open
) -> None:
    visitor = visit(address)
    ask(visitor, LIONS, ZEBRAS)
    visitor.page.reload()
    expect_questions(visitor, LIONS, ZEBRAS)
    expect(visitor.page.locator(".source mark")).to_have_text("Zebras eat grass.")
    visitor.page.locator('[data-exchange="1"] .marker').first.click()
    expect(visitor.page.locator("mark.chosen")).to_have_text("Lions sleep long.")
    ask(visitor, TIGERS)
    assert [turn.question for turn in engine.histories[-1]] == [LIONS, ZEBRAS]
    visitor.page.reload()
    expect_questions(visitor, LIONS, ZEBRAS, TIGERS)


def test_a_restart_of_the_server_keeps_the_conversation_and_changes_are_said(visit: Open) -> None:
    with listen("127.0.0.1", 0) as listener:
        port = int(listener.getsockname()[1])
    with served(FakeEngine([make_document(TEXT)]), port=port) as address:
        visitor = visit(address)
        ask(visitor, LIONS, ZEBRAS)
    changed = make_document("Lions doze. " + TEXT.partition(". ")[2])
    with served(FakeEngine([changed]), port=port):
        visitor.page.goto(address)
        expect_questions(visitor, LIONS, ZEBRAS)
        said = visitor.page.locator(".changed")
        expect(said).to_have_count(2)
        expect(said.first).to_contain_text("The text has changed since")
        visitor.page.locator('[data-exchange="1"] .marker').first.click()
        expect(visitor.page.locator(".note")).to_contain_text("has changed")
        visitor.page.close()


def test_earlier_conversations_are_reopened_deleted_and_cleared(address: str, visit: Open) -> None:
    visitor = visit(address)
    page = visitor.page
    open_earlier(visitor)
    expect(page.locator("#qa-earlier")).to_contain_text("No conversation yet.")
    page.keyboard.press("Escape")
    for question in (LIONS, ZEBRAS, TIGERS):
        ask(visitor, question)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".welcome")).to_be_visible()
    open_earlier(visitor)
    titles = page.locator(".talk-title bdi")
    expect(titles).to_have_text([TIGERS, ZEBRAS, LIONS])
    page.locator(".talk-title", has_text=LIONS).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#qa-earlier")).to_be_hidden()
    expect_questions(visitor, LIONS)
    open_earlier(visitor)
    expect(page.locator(".talk-title[aria-current]")).to_contain_text(LIONS)
    page.get_by_role("button", name=f"Delete: {ZEBRAS}").click()
    expect(titles).to_have_text([LIONS, TIGERS])
    page.get_by_role("button", name=f"Delete: {LIONS}").focus()
    page.keyboard.press("Enter")
    expect(titles).to_have_text([TIGERS])
    expect(page.get_by_role("button", name=f"Delete: {TIGERS}")).to_be_focused()
    expect(page.locator(".welcome")).to_be_visible()
    page.get_by_role("button", name="Clear all").click()
    expect(titles).to_have_count(1)
    page.get_by_role("button", name="Really clear all?").click()
    expect(page.locator("#qa-earlier")).to_contain_text("No conversation yet.")
    assert page.evaluate("Object.keys(localStorage).filter(it => it.startsWith('qa:'))") == []
    page.reload()
    page.locator(".welcome").wait_for()


def test_two_visitors_see_their_own_conversations_alone(address: str, visit: Open) -> None:
    one, two = visit(address), visit(address)
    ask(one, LIONS)
    two.page.reload()
    two.page.locator(".welcome").wait_for()
    open_earlier(two)
    expect(two.page.locator("#qa-earlier")).to_contain_text("No conversation yet.")
    tab = one.page.context.new_page()
    tab.goto(address)
    tab.locator(".welcome").wait_for()
    tab.get_by_role("button", name="Earlier conversations").click()
    expect(tab.locator(".talk-title bdi")).to_have_text([LIONS])


def test_hostile_questions_come_back_as_text(address: str, visit: Open) -> None:
    visitor = visit(address, NARROW)
    ask(visitor, HOSTILE)
    visitor.page.reload()
    question = visitor.page.locator(".question")
    question.wait_for()
    expect(question).to_have_count(1)
    assert question.evaluate("it => it.textContent") == HOSTILE
    open_earlier(visitor)
    expect(visitor.page.locator(".talk-title bdi")).to_contain_text("<img src=x")
    panel = visitor.page.locator("#qa-earlier").bounding_box()
    assert panel
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= NARROW[0]
    remove = visitor.page.locator(".talks .tool").bounding_box()
    assert remove
    assert remove["x"] + remove["width"] < panel["x"] + panel["width"]
    assert min(remove["width"], remove["height"]) >= 24
    assert_nothing_ran(visitor)
    assert visitor.page.locator("#qa-menu img").count() == 0


@pytest.mark.parametrize("data", ["{}", "[[[[", '{"version": 1}', "x" * 500_000])
def test_a_forged_conversation_is_refused_in_one_sentence(
    address: str, visit: Open, data: str
) -> None:
    visitor = visit(address)
    ask(visitor, LIONS)
    page = visitor.page
    page.evaluate(
        """entry => {
            const key = Object.keys(localStorage).find((it) => it.includes("talk:"));
            localStorage.setItem(key, entry);
        }""",
        json.dumps({"title": "<img src=x onerror='window.__pwned = 1'>", "time": 1, "data": data}),
    )
    page.reload()
    page.get_by_text("could not be read").wait_for()
    expect(page.locator(".welcome")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(it => it.includes('talk:'))") == []
    ask(visitor, ZEBRAS)
    assert_nothing_ran(visitor)


def test_a_full_browser_gives_up_the_oldest_and_says_when_nothing_fits(
    address: str, visit: Open
) -> None:
    visitor = visit(address)
    page = visitor.page
    ask(visitor, LIONS)
    page.evaluate(
        """() => {
            const key = Object.keys(localStorage).find((it) => it.includes("talk:"));
            const old = { title: "old", time: 1, data: "x".repeat(100_000) };
            localStorage.setItem(key.replace(/talk:.*/, "talk:old"), JSON.stringify(old));
        }"""
    )
    page.evaluate(FILL, "first")
    ask(visitor, ZEBRAS)
    open_earlier(visitor)
    expect(page.locator(".talk-title bdi")).to_have_text([LIONS])
    page.keyboard.press("Escape")
    page.evaluate(FILL, "second")
    visitor.ask(TIGERS)
    page.wait_for_timeout(500)
    open_earlier(visitor)
    expect(page.locator("#qa-earlier")).to_contain_text("no room")
