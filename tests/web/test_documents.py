"""The documents panel: finding, opening and choosing what is asked, each visitor for himself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from qa.errors import UnknownDocumentError
from qa.web.desks import Desk, Desks, VisitorEngine
from qa.web.documents import AT_ONCE, find, render_asking, render_list
from qa.web.texts import read_texts

from .conftest import Open, Serve, Visitor
from .fake_engine import FakeEngine, make_document
from .test_page_browser import NARROW, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

TEXTS = read_texts("en")
LIONS = "Which lions sleep long?"
HOSTILE = '"><img src=x onerror="window.__pwned=1">${1}{{x}}.txt'


def animals() -> FakeEngine:
    others = [make_document("Herons fish.", f"birds/{n:04}.txt", f"Bird {n}") for n in range(1200)]
    return FakeEngine(
        [
            make_document("Lions sleep long in Africa.", "africa.txt", "Africa"),
            make_document("Lions sleep long in zoos.", "zoo.txt", "The zoo & <b>its</b> lions"),
            make_document("Tigers swim far.", HOSTILE, HOSTILE),
            *others,
        ]
    )


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return animals()


@pytest.fixture(scope="module")
def address(engine: FakeEngine, serve: Serve) -> str:
    return serve(engine)


def opened(visitor: Visitor, wanted: str = "") -> Visitor:
    visitor.page.get_by_role("tab", name="Documents").click()
    if wanted:
        visitor.page.get_by_role("searchbox", name="Find a document").fill(wanted)
    expect(visitor.page.locator(".list .count")).to_be_visible()
    return visitor


def rows(visitor: Visitor) -> Locator:
    return visitor.page.locator(".documents li")


def test_find_and_pages(engine: FakeEngine) -> None:
    facts = engine.facts()
    listing = find(facts, "")
    assert (len(listing.shown), listing.first, listing.found) == (AT_ONCE, 0, 1203)
    last = find(facts, "BIRD", 1150)
    assert (len(last.shown), last.found, last.shown[-1].title) == (50, 1200, "Bird 1199")
    assert find(facts, "bird", 99_999).first == find(facts, "bird", -1).first == 0
    assert [each.id for each in find(facts, "lions zoo").shown] == ["zoo.txt"]
    html = render_list(find(facts, "bird", 50), TEXTS)
    assert 'data-first="0"' in html
    assert 'data-first="100"' in html
    assert len(html) < 100_000
    assert render_list(find(facts, "whale"), TEXTS).count("<li>") == 0


def test_the_line_above_the_question_box_is_escaped() -> None:
    assert render_asking([], TEXTS) == ""
    assert "<img" not in render_asking([HOSTILE], TEXTS)
    assert "3 documents" in render_asking(["a", "b", "c"], TEXTS)


def test_each_session_has_its_desk_and_the_oldest_goes_first() -> None:
    desks = Desks(most=2)
    for session in ("a", "b"):
        desks.put(session, Desk((session,)))
    assert desks.of("a").chosen == ("a",)
    desks.put("c", Desk(("c",)))
    assert [desks.of(each).chosen for each in ("a", "b", "c", None)] == [("a",), (), ("c",), ()]
    engine = VisitorEngine(animals(), desks, lambda: "nobody")
    assert len(engine.ask(LIONS).hits) == 5
    assert {hit.passage.document_id for hit in engine.ask(LIONS, documents=["zoo.txt"]).hits} == {
        "zoo.txt"
    }


def test_a_ticked_document_that_is_gone_is_forgotten() -> None:
    desks = Desks()
    desks.put("a", Desk(("gone.txt", "zoo.txt")))
    engine = VisitorEngine(animals(), desks, lambda: "a")
    assert {hit.passage.document_id for hit in engine.ask(LIONS).hits} == {"zoo.txt"}
    assert desks.of("a").chosen == ("zoo.txt",)
    with pytest.raises(UnknownDocumentError):
        engine.ask(LIONS, documents=["gone.txt"])


def test_only_ticked_documents_are_asked_and_nobody_else_is_touched(
    address: str, visit: Open
) -> None:
    one, two = visit(address), visit(address)
    opened(one, "zoo")
    one.page.get_by_role("checkbox", name="Ask only this document: The zoo").check()
    asking = one.page.get_by_role("status").filter(has_text="Asking only")
    expect(asking).to_contain_text("The zoo & <b>its</b> lions")
    one.ask(LIONS)
    two.ask(LIONS)
    assert one.page.locator(".exchange .answer .text").inner_text().count("zoos") == 1
    expect(one.page.locator(".source mark").first).to_have_text("Lions sleep long in zoos.")
    expect(two.page.locator(".source mark").first).to_have_text("Lions sleep long in Africa.")
    one.page.get_by_role("button", name="Ask all").click()
    expect(asking).to_have_count(0)
    one.ask(LIONS)
    expect(one.page.locator(".source mark").first).to_have_text("Lions sleep long in Africa.")


def test_a_click_on_a_marker_leads_back_to_the_source(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    opened(visitor)
    expect(visitor.page.locator(".source")).to_be_hidden()
    visitor.page.locator(".marker").first.click()
    expect(visitor.page.locator(".source mark.chosen")).to_be_focused()
    expect(visitor.page.locator("#qa-panel")).to_be_hidden()


def test_thousands_of_documents_come_a_page_at_a_time(address: str, visit: Open) -> None:
    visitor = opened(visit(address))
    expect(rows(visitor)).to_have_count(AT_ONCE)
    visitor.page.get_by_role("button", name="Next").click()
    expect(visitor.page.locator(".list .count")).to_have_text("51 to 100 of 1,203")
    visitor.page.get_by_role("searchbox", name="Find a document").fill("bird 1199")
    expect(rows(visitor)).to_have_count(1)
    rows(visitor).get_by_role("button", name="Bird 1199").click()
    expect(visitor.page.locator(".source h2")).to_have_text("Bird 1199")
    expect(visitor.page.get_by_role("tab", name="Source")).to_be_focused()
    opened(visitor).page.get_by_role("searchbox").fill("no such thing")
    expect(visitor.page.locator(".none")).to_be_visible()


def test_hostile_names_are_shown_and_run_nothing(address: str, visit: Open) -> None:
    visitor = opened(visit(address), "onerror")
    expect(rows(visitor)).to_have_count(1)
    title = rows(visitor).locator(".title")
    expect(title).to_have_text(HOSTILE)
    rows(visitor).get_by_role("checkbox").check()
    expect(visitor.page.locator(".asking bdi")).to_have_text(HOSTILE)
    title.click()
    expect(visitor.page.locator(".source h2")).to_have_text(HOSTILE)
    assert visitor.page.evaluate("window.__pwned") is None
    assert visitor.page.locator("#qa-room").locator("script, img, iframe").count() == 0


def test_keyboard_alone_on_a_narrow_screen(address: str, visit: Open) -> None:
    visitor = visit(address, NARROW)
    page = visitor.page
    page.get_by_role("tab", name="Source").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Documents")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("africa")
    expect(rows(visitor)).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".asking")).to_contain_text("Africa")
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Escape")
    expect(page.get_by_role("tab", name="Source")).to_be_focused()
    expect(page.locator(".source")).to_be_visible()


def test_what_a_page_sends_may_be_anything(address: str, visit: Open) -> None:
    visitor = opened(visit(address))
    box = visitor.page.locator(".documents input[type=checkbox]").first
    box.evaluate("it => { it.dataset.document = 'no such document' }")
    box.check()
    visitor.ask(LIONS)
    expect(visitor.page.locator(".asking")).to_have_count(0)
    assert json.dumps(visitor.troubles) == "[]"
