"""For everyone, the tools too: axe-core wherever they are open, and panels by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Open, Serve
from .fake_engine import FakeEngine, make_document
from .test_accessibility import LIONS, WAYS, findings
from .test_page_browser import expect


@pytest.fixture(scope="module")
def address(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    engine = FakeEngine([make_document("Lions sleep long. Zebras eat grass.")])
    folder: Path = tmp_path_factory.mktemp("feedback")
    return serve(engine, feedback_dir=folder)


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_serious_where_tools_are_open(
    address: str, visit: Open, way: str
) -> None:
    visitor = visit(address, **WAYS[way])
    page = visitor.page
    found = []
    for panel in ("earlier", "export"):
        page.locator(f'[data-tool="{panel}"]').click()
        found += findings(visitor, f"{panel}, empty")
        page.keyboard.press("Escape")
    visitor.ask(LIONS)
    page.locator('[data-tool="down"]').click()
    expect(page.locator(".said")).not_to_be_empty()
    found += findings(visitor, "rated")
    page.locator('[data-tool="edit"]').click()
    found += findings(visitor, "editing")
    page.keyboard.press("Escape")
    page.wait_for_function("Object.keys(localStorage).some((key) => key.includes(':talk:'))")
    for panel in ("earlier", "export"):
        page.locator(f'[data-tool="{panel}"]').click()
        expect(page.locator(f"#qa-{panel} button").first).to_be_visible()
        found += findings(visitor, panel)
        page.keyboard.press("Escape")
    assert found == []


def test_panels_open_and_close_by_keyboard_and_give_the_focus_back(
    address: str, visit: Open
) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.ask(LIONS)
    page.wait_for_function("Object.keys(localStorage).some((key) => key.includes(':talk:'))")
    for panel, first in (("earlier", ".talk-title"), ("export", "[data-format]")):
        opener = page.locator(f'[data-tool="{panel}"]')
        opener.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator(f"#qa-{panel} {first}").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(f"#qa-{panel}")).to_be_hidden()
        expect(opener).to_be_focused()
