"""A running page and a Chromium that may talk to this machine only."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qa.settings import Settings
from qa.web.accounts import read_accounts
from qa.web.engine import Engine
from qa.web.server import build_app, listen, make_server

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser, Page, Route

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE = (1280, 800)
# Requests to this machine are not even seen here: a page makes a hundred.
_ELSEWHERE = re.compile(r"^(?!(https?|wss?)://(127\.0\.0\.1|localhost)(:\d+)?/)(?!(data|blob):)")
ARTICLES = Path(__file__).parents[2] / "corpus" / "articles"

Serve = Callable[..., str]
Open = Callable[..., "Visitor"]


@contextmanager
def served(engine: Engine, port: int = 0, **settings: Any) -> Iterator[str]:  # noqa: ANN401
    """Serve the page, on a free port where none is named, in a thread, and give its address."""
    chosen = Settings(**{"corpus_dir": ARTICLES, **settings})
    accounts = read_accounts(chosen.auth_file) if chosen.auth_file else None
    with running(build_app(engine, chosen, accounts), port) as address:
        yield address


@contextmanager
def running(application: FastAPI, port: int = 0) -> Iterator[str]:
    """Run an application in a thread, and give its address."""
    with listen("127.0.0.1", port) as listener:
        server = make_server(application)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Serve pages until the module's tests are over."""
    with ExitStack() as stack:
        yield lambda engine, **settings: stack.enter_context(served(engine, **settings))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; tests that need it are skipped where there is none."""
    path = os.environ.get("QA_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).is_file():
        pytest.skip(f"no Chromium at {path}: install it, or set QA_CHROMIUM to its path")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A page in the browser, what it tried to reach elsewhere, and what it ran or said."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.outside: list[str] = []
        self.troubles: list[str] = []
        page.route(_ELSEWHERE, self._stop)
        page.on("dialog", self._dismiss)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _stop(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _dismiss(self, dialog: object) -> None:
        self.troubles.append(f"dialog: {dialog}")
        dialog.dismiss()  # type: ignore[attr-defined]

    def ask(self, question: str) -> None:
        """Type a question, send it and wait for what comes of it."""
        ended = self.page.locator(".exchange:not(:has(.pending))")
        before = ended.count()
        box = self.page.locator("#qa-question textarea")
        box.fill(question)
        box.press("Enter")
        ended.nth(before).wait_for()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Open a page as a new visitor; afterwards nothing may have gone out or gone wrong."""
    visitors: list[Visitor] = []
    with ExitStack() as stack:

        def open_page(address: str, size: tuple[int, int] = WIDE, **options: Any) -> Visitor:
            """``options`` are those of a browser context: locale, color_scheme and so on."""
            width, height = size
            context = stack.enter_context(
                chromium.new_context(viewport={"width": width, "height": height}, **options)
            )
            visitor = Visitor(context.new_page())
            visitors.append(visitor)
            visitor.page.goto(address)
            visitor.page.locator(".talk").wait_for()
            return visitor

        yield open_page
        for visitor in visitors:
            assert visitor.outside == []
            assert visitor.troubles == []


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])
