"""Make the pictures in docs/ anew: ``python tests/web/screenshot.py``. Real engine and browser."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOLE = "How wide is the hole in the Soyuz?"
LISA = "Who painted the Mona Lisa?"
UNSURE = "Would the replacement ship have anybody inside when it launches?"
WIDE, NARROW = (1280, 800), (390, 844)


@dataclass(frozen=True, slots=True)
class Picture:
    """A file below docs/, and what is done before it is taken."""

    name: str
    size: tuple[int, int]
    question: str | None = None
    then: str = ""  # "click" or "hover" the first marker
    dark: bool = False
    locale: str = "en"


PICTURES = (
    Picture("page.png", WIDE, HOLE, "click"),
    Picture("page/welcome.png", WIDE),
    Picture("page/welcome-narrow-dark.png", NARROW, dark=True),
    Picture("page/answer-narrow.png", NARROW, HOLE, "click"),
    Picture("page/preview-dark.png", WIDE, HOLE, "hover", dark=True),
    Picture("page/refusal.png", WIDE, LISA),
    Picture("page/refusal-narrow.png", NARROW, LISA),
    Picture("page/closest.png", WIDE, UNSURE),
    Picture("page/closest-narrow.png", NARROW, UNSURE, dark=True),
    Picture("page/arabic.png", WIDE, HOLE, "click", locale="ar"),
)


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Open the page anew, do what the picture shows, and save it."""
    width, height = picture.size
    options: dict[str, Any] = {"viewport": {"width": width, "height": height}}
    options |= {"locale": picture.locale, "color_scheme": "dark" if picture.dark else "light"}
    with browser.new_context(**options) as context:
        page = context.new_page()
        page.goto(address)
        page.locator(".welcome").wait_for()
        if picture.question is not None:
            _ask(page, picture.question)
        marker = page.locator(".marker").first
        if picture.then == "hover":
            marker.hover()
            page.get_by_role("tooltip").wait_for()
        elif picture.then == "click":
            marker.click()
            page.mouse.move(0, 0)
        page.wait_for_timeout(1000)
        file = ROOT / "docs" / picture.name
        file.parent.mkdir(exist_ok=True)
        # A palette is a third of the bytes, and the page has few colours.
        image = Image.open(BytesIO(page.screenshot()))
        image.quantize(128).save(file, optimize=True)


def _ask(page: Page, question: str) -> None:
    page.locator("#qa-question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator(".answer .text").wait_for()


def main() -> None:
    """Serve the page over a fresh index, and take every picture."""
    from playwright.sync_api import sync_playwright

    from qa.settings import Settings
    from qa.web.server import build_app, listen, make_server, open_engine

    settings = Settings(corpus_dir=ROOT / "corpus" / "articles")
    with tempfile.TemporaryDirectory() as folder, listen("127.0.0.1", 0) as listener:
        server = make_server(build_app(open_engine(Path(folder), settings), settings))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with sync_playwright() as playwright:
                path = os.environ.get("QA_CHROMIUM", "/usr/bin/chromium")
                browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
                for picture in PICTURES:
                    take(browser, f"http://127.0.0.1:{listener.getsockname()[1]}", picture)
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
