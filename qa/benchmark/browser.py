"""``python -m qa.benchmark.browser``: what a visitor waits for, measured in Chromium.

First paint and the page's own content from the opening of the address, the answer's text from
the click on an example question, and how much the layout jumped meanwhile (0 is nothing).
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.benchmark.ending import ending_well
from qa.benchmark.page_server import chat_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Runs in the page before its own scripts.
_WATCH = """
    window.seen = { shift: 0 };
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            if (!entry.hadRecentInput) window.seen.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    addEventListener("click", () => { window.seen.click ??= performance.now(); }, true);
    new MutationObserver(() => {
        if (document.querySelector(".welcome")) window.seen.welcome ??= performance.now();
        if (document.querySelector(".answer .text")) window.seen.answer ??= performance.now();
    }).observe(document, { childList: true, subtree: true });
"""
_READ = """() => {
    const { click, welcome, answer, shift } = window.seen;
    const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
    return [paint, welcome, answer - click, shift];
}"""
_NAMES = (
    "first contentful paint, ms",
    "the page's content, ms",
    "an answer's text after the click, ms",
    "layout shift",
)


def _visit(browser: Browser, address: str) -> list[float]:
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.goto(address)
        page.locator(".examples button").first.click()
        page.locator(".answer .text").wait_for()
        page.wait_for_timeout(500)
        found: list[float] = page.evaluate(_READ)
        return found


def main(
    visits: Annotated[int, typer.Option(min=1, help="How often the page is opened.")] = 10,
    corpus: Annotated[Path, typer.Option(help="The articles.")] = Path("corpus/articles"),
    chromium: Annotated[str, typer.Option(help="The browser.")] = os.environ.get(
        "QA_CHROMIUM", "/usr/bin/chromium"
    ),
) -> None:
    """Open the page anew, ask an example question, and print median and longest of each time."""
    from playwright.sync_api import sync_playwright

    with (
        ending_well(),
        tempfile.TemporaryDirectory() as work,
        chat_page(corpus, Path(work)) as (address, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        rows = [_visit(browser, address) for _ in range(visits)]
        browser.close()
    for name, values in zip(_NAMES, zip(*rows, strict=True), strict=True):
        digits = 3 if max(values) < 1 else 0
        median, most = (f"{each:.{digits}f}" for each in (statistics.median(values), max(values)))
        print(f"{name}: median {median}, at most {most}")


if __name__ == "__main__":
    typer.run(main)
