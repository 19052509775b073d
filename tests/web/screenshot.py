"""Make docs/page.png anew: ``python tests/web/screenshot.py``. Real engine, real browser."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

QUESTION = "How wide is the hole in the Soyuz?"


def main() -> None:
    """Serve the page over a fresh index, ask, and save what is seen."""
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
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.goto(f"http://127.0.0.1:{listener.getsockname()[1]}")
                page.get_by_role("textbox").fill(QUESTION)
                page.keyboard.press("Enter")
                page.locator(".marker").first.click()
                page.mouse.move(640, 400)
                page.wait_for_timeout(1000)
                page.screenshot(path=ROOT / "docs" / "page.png")
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
