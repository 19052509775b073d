"""For everyone: axe-core in every state, tab order, zoom, reduced motion, no jumps."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Open, Serve, Visitor
from .fake_engine import FakeEngine, make_document
from .test_page_browser import NARROW, expect

axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

TEXT = "Lions sleep long. " + "It is warm there. " * 300 + "\n\nZebras eat grass. Lions sleep much."
LIONS = "Which lions sleep?"
WAYS: dict[str, dict[str, Any]] = {
    "wide": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"size": NARROW},
    "narrow dark": {"size": NARROW, "color_scheme": "dark"},
    "right to left": {"locale": "ar"},
}
SHIFTS = """() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 200);
})"""


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(FakeEngine([make_document(TEXT)]))


def findings(visitor: Visitor, state: str) -> list[str]:
    """Return what axe-core finds that is serious or critical."""
    response = axe_playwright.Axe().run(visitor.page).response
    assert response["passes"]  # it did look
    return [
        f"{state}: {found['id']}: {found['nodes'][0]['html'][:200]}"
        for found in response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_serious_in_any_state(address: str, visit: Open, way: str) -> None:
    visitor = visit(address, **WAYS[way])
    found = findings(visitor, "welcome")
    visitor.ask(LIONS)
    found += findings(visitor, "answered")
    visitor.page.locator(".marker").first.click()
    expect(visitor.page.locator("mark.chosen")).to_be_focused()
    found += findings(visitor, "chosen")
    visitor.page.locator(".confidence").click()
    expect(visitor.page.get_by_role("tooltip")).to_be_visible()
    found += findings(visitor, "tooltip open")
    visitor.page.keyboard.press("Escape")
    for tool in ("down", "edit", "earlier", "export"):
        visitor.page.locator(f'[data-tool="{tool}"]').first.click()
        visitor.page.wait_for_timeout(200)
        found += findings(visitor, f"{tool} open")
        visitor.page.keyboard.press("Escape")
    visitor.ask("Who painted the Mona Lisa?")
    visitor.ask("why " * 1000)
    found += findings(visitor, "refused, and an error")
    assert found == []


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_serious_among_the_documents(address: str, visit: Open, way: str) -> None:
    visitor = visit(address, **WAYS[way])
    visitor.page.locator("#qa-tab-documents").click()
    visitor.page.locator(".documents li input").first.check()
    expect(visitor.page.locator(".asking")).to_be_visible(timeout=20_000)
    found = findings(visitor, "documents, one ticked")
    visitor.page.locator(".find").fill("no such thing")
    expect(visitor.page.locator(".none")).to_be_visible(timeout=20_000)
    assert found + findings(visitor, "nothing found") == []


def test_tab_goes_through_the_page_as_it_is_read(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(LIONS)
    page = visitor.page
    order: list[str] = []
    page.locator("#qa-menu button").first.focus()
    for _ in range(30):
        order.append(
            page.evaluate("""() => {
            const it = document.activeElement;
            return it.dataset.tool || it.classList[0] || it.tagName.toLowerCase();
        }""")
        )
        if order[-1] == "source":
            break
        page.keyboard.press("Tab")
    kinds = [kind for kind in order if not kind.startswith("svelte")]
    wanted = ["fresh", "export", "talk", "marker", "confidence", "copy", "again", "edit", "source"]
    assert [kind for kind in dict.fromkeys(kinds) if kind in wanted] == wanted


def test_at_twice_the_size_nothing_is_cut_off(address: str, visit: Open) -> None:
    visitor = visit(address, (640, 400), device_scale_factor=2)
    visitor.ask(LIONS)
    page = visitor.page
    assert page.evaluate("document.documentElement.scrollWidth") == 640
    box = page.locator("#qa-question textarea")
    box.scroll_into_view_if_needed()
    expect(box).to_be_in_viewport()
    page.locator(".marker").first.click()
    expect(page.locator("mark.chosen").first).to_be_in_viewport()


@pytest.mark.parametrize(
    ("motion", "behavior"), [("reduce", "instant"), ("no-preference", "smooth")]
)
def test_motion_is_reduced_for_those_who_ask(
    address: str, visit: Open, motion: str, behavior: str
) -> None:
    visitor = visit(address, reduced_motion=motion)
    visitor.ask(LIONS)
    page = visitor.page
    page.evaluate("""() => {
        window.scrolled = [];
        const scroll = Element.prototype.scrollTo;
        Element.prototype.scrollTo = function (options) {
            window.scrolled.push(options.behavior);
            return scroll.call(this, options);
        };
    }""")
    page.locator(".marker").first.click()
    expect(page.locator("mark.chosen").first).to_be_focused()
    assert page.evaluate("window.scrolled") == [behavior]


@pytest.mark.parametrize("size", [(1280, 800), NARROW])
def test_nothing_jumps(address: str, visit: Open, size: tuple[int, int]) -> None:
    visitor = visit(address, size)
    visitor.page.wait_for_timeout(500)
    assert visitor.page.evaluate(SHIFTS) < 0.05
