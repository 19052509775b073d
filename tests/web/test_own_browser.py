"""Visitors' own documents in a real browser: files, pasted text, and what nobody else sees."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa.assistant import Assistant

from .conftest import Open, Serve, Visitor
from .fake_engine import FakeEngine, make_document
from .reverse_proxy import behind_proxy
from .test_accessibility import WAYS, findings
from .test_history_browser import wait_until_kept
from .test_page_browser import NARROW, expect

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator

SECRET = "The zeppelin Marigold was built in 1931 by Ottilie Brandt in Lindau."
QUESTION = "Who built the zeppelin Marigold?"
HOSTILE = '"><img src=x onerror="window.__pwned=1">${1}{{x}}.txt'
DROP = """([name, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name));
    const there = document.querySelector(".talk");
    for (const kind of ["dragover", "drop"])
        there.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true }));
}"""

NOTE_WHAT_IS_SAID = """() => {
    window.noted = [];
    new MutationObserver(() => {
        const said = document.querySelector(".arrivals .said");
        if (said) window.noted.push(said.textContent);
    }).observe(document.querySelector(".arrivals"), { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("visitors")


@pytest.fixture(scope="module")
def address(assistant: Assistant, serve: Serve, home: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(home))
        yield serve(assistant, upload_bytes=100_000)


def file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def opened(visitor: Visitor) -> Visitor:
    visitor.page.locator("#qa-tab-documents").click()
    expect(visitor.page.locator(".list .count")).to_be_visible()
    return visitor


def listed(visitor: Visitor, count: int) -> None:
    """Wait until the list has so many of the visitor's own documents."""
    expect(visitor.page.locator(".documents .list .yours")).to_have_count(count)


def arrivals(visitor: Visitor) -> Locator:
    return visitor.page.locator(".arrivals > li:not(:has(progress)) .said")


def test_own_files_are_asked_and_nobody_else_sees_them(address: str, visit: Open) -> None:
    ann, bob = opened(visit(address)), opened(visit(address))
    ann.page.get_by_label("Add files").set_input_files(
        [file("airships.txt", SECRET), file("empty.txt", " "), file(HOSTILE, "Nothing much.")]
    )
    expect(arrivals(ann)).to_have_count(3)
    expect(ann.page.locator(".arrivals .added").last).to_have_text("Added: airships.txt")
    expect(ann.page.locator(".arrivals .empty")).to_contain_text("empty.txt: holds no text")
    row = ann.page.locator(".documents .list li").filter(has_text="airships.txt")
    expect(row.locator(".yours")).to_have_text("yours")
    expect(row).not_to_contain_text("own://")
    assert ann.page.evaluate("window.__pwned") is None
    ann.ask(QUESTION)
    expect(ann.page.locator(".answer .text")).to_contain_text("Ottilie Brandt")
    expect(ann.page.locator(".source mark").first).to_contain_text("Marigold")
    expect(ann.page.locator(".source .file")).to_have_text("airships.txt")
    bob.ask(QUESTION)
    opened(bob)
    bob.page.get_by_role("searchbox", name="Find a document").fill("airships")
    expect(bob.page.locator(".list .none")).to_be_visible()
    content = bob.page.content()
    assert "Ottilie" not in content
    assert "airships.txt" not in content
    # A mark, or a document, that bob's page names is looked for among what he may see.
    box = bob.page.get_by_role("searchbox", name="Find a document")
    box.fill("")
    title = bob.page.locator(".documents .title").first
    title.evaluate("it => { it.dataset.open = 'own://airships.txt' }")
    title.click()
    expect(bob.page.locator(".source")).to_contain_text("no longer there")
    assert "Ottilie" not in bob.page.content()


def test_pasted_text_and_a_dropped_file(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.page.evaluate(DROP, ["dropped.txt", SECRET])
    expect(arrivals(visitor)).to_contain_text("Added: dropped.txt")
    expect(visitor.page.locator("#qa-panel")).to_be_visible()
    visitor.page.get_by_text("Paste text").click()
    visitor.page.get_by_label("Title (optional)").fill("AC/DC <b>")
    visitor.page.get_by_label("Text", exact=True).fill("The okapi Zuri weighs 251 kilograms.")
    visitor.page.get_by_role("button", name="Add this text").click()
    expect(arrivals(visitor)).to_have_count(2)
    expect(arrivals(visitor).first).to_have_text("Added: AC-DC <b>.txt")
    expect(visitor.page.locator(".arrived")).to_contain_text("Added: AC-DC <b>.txt")
    listed(visitor, 2)
    visitor.ask("How much does the okapi Zuri weigh?")
    expect(visitor.page.locator(".answer .text")).to_contain_text("251 kilograms")


def test_how_long_it_takes_is_said_meanwhile(address: str, visit: Open) -> None:
    visitor = opened(visit(address))
    rows = "\n".join(f"Number {n} of the okapis weighs {n} kilograms." for n in range(1_800))
    visitor.page.evaluate(NOTE_WHAT_IS_SAID)
    visitor.page.get_by_label("Add files").set_input_files([file("okapis.csv", f"text\n{rows}")])
    expect(arrivals(visitor)).to_contain_text("Added:", timeout=60_000)
    said = "\n".join(visitor.page.evaluate("window.noted"))
    assert re.search(r"\d+ of 1800 documents, [\d.,]+ a second\. About \d+ s left\.", said)


def test_too_large_a_file_is_said_at_once(address: str, visit: Open) -> None:
    visitor = opened(visit(address))
    visitor.page.get_by_label("Add files").set_input_files([file("big.txt", "a" * 100_001)])
    expect(arrivals(visitor)).to_have_text("This file is too large.")


def test_they_go_with_the_page(address: str, visit: Open, home: Path) -> None:
    visitor = opened(visit(address))
    before = len(list(home.glob("qa-own-*/*")))
    visitor.page.get_by_label("Add files").set_input_files([file("airships.txt", SECRET)])
    expect(arrivals(visitor)).to_have_count(1)
    assert len(list(home.glob("qa-own-*/*"))) == before + 1
    listed(visitor, 1)
    visitor.ask(QUESTION)
    expect(visitor.page.locator(".answer .text")).to_contain_text("Ottilie Brandt")
    wait_until_kept(visitor, QUESTION)
    visitor.page.reload()
    visitor.page.locator(".talk").wait_for()
    for _ in range(100):
        if len(list(home.glob("qa-own-*/*"))) <= before:
            break
        visitor.page.wait_for_timeout(100)
    assert len(list(home.glob("qa-own-*/*"))) <= before
    # The conversation is still this browser's, but the quote stands nowhere any more.
    expect(visitor.page.locator(".changed")).to_be_visible()
    opened(visitor)
    assert "airships.txt" not in visitor.page.locator(".list").inner_text()


def test_remove_and_undo_with_the_keyboard(address: str, visit: Open) -> None:
    visitor = opened(visit(address))
    page = visitor.page
    page.get_by_label("Add files").set_input_files([file("airships.txt", SECRET)])
    rows = page.locator(".documents .list li").filter(has_text="airships.txt")
    rows.get_by_role("checkbox").check()
    expect(page.locator(".asking")).to_contain_text("Airships")
    rows.get_by_role("button", name="Remove: Airships").focus()
    page.keyboard.press("Enter")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    expect(page.locator(".undo")).to_contain_text("Removed: Airships")
    expect(rows).to_have_count(0)
    expect(page.locator(".asking")).to_have_count(0)
    assert findings(visitor, "removed") == []
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("searchbox", name="Find a document")).to_be_focused()
    visitor.ask(QUESTION)
    expect(page.locator(".answer .text")).to_contain_text("Ottilie Brandt")


def test_thumbs_keep_nothing_of_own_documents(address: str, visit: Open) -> None:
    visitor = opened(visit(address))
    visitor.page.get_by_label("Add files").set_input_files([file("airships.txt", SECRET)])
    expect(arrivals(visitor)).to_have_count(1)
    listed(visitor, 1)
    visitor.ask(QUESTION)
    wait_until_kept(visitor, QUESTION)
    visitor.page.locator('[data-tool="up"]').click()
    expect(visitor.page.locator(".tools .said")).to_contain_text("Not noted")


def test_keyboard_alone_on_a_narrow_screen(address: str, visit: Open) -> None:
    visitor = opened(visit(address, NARROW))
    page = visitor.page
    page.locator("#qa-tab-documents").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Add files")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Okapi")
    page.keyboard.press("Tab")
    page.keyboard.type("The okapi Zuri weighs 251 kilograms.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(arrivals(visitor)).to_have_text("Added: Okapi.txt")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW[0]


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_serious(address: str, visit: Open, way: str) -> None:
    visitor = opened(visit(address, **WAYS[way]))
    visitor.page.locator(".own summary").click()
    visitor.page.locator("#qa-own-files").set_input_files(
        [file("airships.txt", SECRET), file("empty.txt", " ")]
    )
    expect(arrivals(visitor)).to_have_count(2)
    expect(visitor.page.locator(".documents .yours").first).to_be_visible()
    assert findings(visitor, "own documents") == []


def test_pages_whose_server_takes_no_files_offer_none(serve: Serve, visit: Open) -> None:
    visitor = opened(visit(serve(FakeEngine([make_document("Lions sleep long.")]))))
    expect(visitor.page.locator(".own")).to_have_count(0)


def test_below_another_path(assistant: Assistant, serve: Serve, visit: Open) -> None:
    below = serve(assistant, root_path="/qa")
    with behind_proxy(below, "/qa", takes_off=True) as proxy:
        visitor = opened(visit(f"{proxy}/qa/"))
        visitor.page.get_by_label("Add files").set_input_files([file("airships.txt", SECRET)])
        expect(arrivals(visitor)).to_have_text("Added: airships.txt")


def test_in_another_language(address: str, visit: Open) -> None:
    visitor = opened(visit(address, locale="de"))
    visitor.page.get_by_label("Dateien hinzufügen").set_input_files([file("airships.txt", SECRET)])
    expect(arrivals(visitor)).to_have_text("Hinzugefügt: airships.txt")
