"""The server: the page inside a FastAPI application, on an address of this machine."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from qa.errors import QAError
from qa.feedback import FeedbackFile
from qa.settings import Settings, read_settings
from qa.web.accounts import Accounts, RequireAccount, read_accounts
from qa.web.assets import read_asset
from qa.web.engine import Engine
from qa.web.examples import example_questions
from qa.web.health import HEALTH, health_of
from qa.web.memory import give_back_freed_memory
from qa.web.texts import LANGUAGES, read_texts

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

_log = logging.getLogger(__name__)

# Gradio's convention, and where README sends the reader.
HOST = "127.0.0.1"
PORT = 7860
# The last one has rules for narrow screens, which win over the others.
STYLES = (
    "controls.css",
    "conversation.css",
    "tools.css",
    "source.css",
    "preview.css",
    "documents.css",
    "uploads.css",
    "room.css",
)
# What is done on the way to the first answer, or to the first refusal, is done before they come.
_WARM_UP = ("What is this about?", "Who painted the Mona Lisa?")


class AddressError(QAError):
    """The page cannot be served at the wanted address."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        """Keep the facts."""
        super().__init__(
            f"cannot serve at {host} port {port}: {reason}. "
            "Choose another port, for instance: QA_PORT=7861 python app.py"
        )
        self.host, self.port, self.reason = host, port, reason


def serve(
    index_dir: Path | str = "index",
    host: str = HOST,
    port: int = PORT,
    settings: Settings | None = None,
    *,
    refresh: bool = False,
) -> None:
    """Serve the page until the process is told to stop.

    The index is made first where there is none, with progress on standard error; with
    ``refresh`` it is brought up to date with ``settings.corpus_dir`` in any case.

    Raises:
        AddressError: the address is in use, not this machine's, or not permitted.
        AuthFileError: the file of names and passwords cannot be used.
        QAError: whatever opening the index raises.
    """
    settings = settings or read_settings()
    give_back_freed_memory()
    # First of all: what is amiss should be said at once, not after a minute of indexing.
    accounts = read_accounts(settings.auth_file) if settings.auth_file else None
    with listen(host, port) as listener:
        engine = open_engine(Path(index_dir), settings, refresh=refresh)
        application = build_app(engine, settings, accounts)
        run(application, listener)


def address_from_environment() -> tuple[str, int]:
    """Return host and port as QA_HOST and QA_PORT give them, else Gradio's names, else defaults.

    Raises:
        AddressError: the port is not a number from 0 to 65535.
    """
    host = os.environ.get("QA_HOST") or os.environ.get("GRADIO_SERVER_NAME") or HOST
    port = os.environ.get("QA_PORT") or os.environ.get("GRADIO_SERVER_PORT") or str(PORT)
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise AddressError(host, 0, f"{port!r} is not a port number")
    return host, int(port)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; port 0 takes any free one.

    Raises:
        AddressError: the address is in use, not this machine's, or not permitted.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise AddressError(host, port, (error.strerror or str(error)).lower()) from error


def open_engine(index_dir: Path, settings: Settings, *, refresh: bool = False) -> Engine:
    """Open the engine, indexing first where needed, and ask it so that it is warm."""
    from qa.assistant import Assistant, report_progress
    from qa.indexing import index_files
    from qa.models.encoder import open_encoder

    if refresh:
        encoder, folder = open_encoder(settings), settings.corpus_dir
        index_files([folder], index_dir, encoder, settings, wait=True, progress=report_progress)
    engine = Assistant.open(index_dir, settings=settings, progress=report_progress)
    for question in _WARM_UP:
        engine.ask(question)
    return engine


def build_app(engine: Engine, settings: Settings, accounts: Accounts | None = None) -> FastAPI:
    """Return the application: a page a language, the first at ``/``, endpoints at ``/gradio_api``.

    Whoever opens ``/`` in a browser gets the page in his own language. ``/healthz`` is for
    monitors, who need no account.
    """
    # Without a running loop Gradio opens one for every lock, and closes none of them. The thread
    # is for callers that have a loop running already.
    with ThreadPoolExecutor(max_workers=1) as builder:
        return builder.submit(lambda: asyncio.run(_build_app(engine, settings, accounts))).result()


async def _build_app(engine: Engine, settings: Settings, accounts: Accounts | None) -> FastAPI:
    import gradio as gr
    from fastapi import FastAPI

    from qa.assistant import Assistant
    from qa.web.language import OwnLanguage, address_of, head
    from qa.web.own.endpoint import OWN_DOCUMENTS, endpoint_of
    from qa.web.own.shared import SharedShelf
    from qa.web.own.shelves import Shelves
    from qa.web.page import build_page
    from qa.web.proxy import UnderRoot
    from qa.web.security import SecurityHeaders
    from qa.web.theme import reading_room

    questions = settings.corpus_dir.parent / "questions"
    examples = example_questions(questions, engine)
    feedback = FeedbackFile(settings.feedback_dir, settings.feedback_bytes)
    shelves: Shelves | None = None
    if isinstance(engine, Assistant) and settings.upload_files > 0:
        shelves = (SharedShelf if settings.share_uploads else Shelves)(engine, settings)

    @asynccontextmanager
    async def serving(_: FastAPI) -> AsyncIterator[None]:
        if shelves is not None:
            shelves.start()
        yield
        if shelves is not None:
            await asyncio.to_thread(shelves.close)

    application = FastAPI(
        title="qa", docs_url=None, redoc_url=None, openapi_url=None, lifespan=serving
    )
    application.add_route(HEALTH, health_of(engine), methods=["GET"])
    # The first language last: what is mounted at the root takes every path that is left.
    for language in reversed(LANGUAGES):
        texts = read_texts(language)
        address = address_of(language, LANGUAGES)
        if shelves is not None:
            path = address.rstrip("/") + OWN_DOCUMENTS
            application.add_route(path, endpoint_of(shelves, texts), methods=["POST"])
        page = build_page(
            engine,
            texts,
            examples,
            feedback=feedback,
            answers_at_once=settings.answers_at_once,
            questions_waiting=settings.questions_waiting,
            shelves=shelves,
        )
        gr.mount_gradio_app(
            application,
            page,
            path=address,
            theme=reading_room(),
            css="\n".join(read_asset(name) for name in STYLES),
            head=head(texts),
            footer_links=[],
            run_history=False,
            # An exception's message may quote an article, and Gradio shows it as HTML.
            show_error=False,
            ssr_mode=False,
            mcp_server=False,
            enable_monitoring=False,
            max_file_size="1kb",
            root_path=(settings.root_path + address).rstrip("/") if settings.root_path else None,
        )
    application.add_middleware(OwnLanguage, languages=LANGUAGES)
    if accounts is not None:
        health = urlsplit(settings.root_path).path + HEALTH
        application.add_middleware(RequireAccount, accounts=accounts, open_to_all=health)
    application.add_middleware(UnderRoot, root_path=settings.root_path)
    application.add_middleware(SecurityHeaders)
    return application


def make_server(application: FastAPI) -> uvicorn.Server:
    """Return the server, not yet running."""
    import uvicorn

    # Open pages hold a connection each; they get two seconds when the server stops.
    return uvicorn.Server(
        uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=2, lifespan="on")
    )


def run(application: FastAPI, listener: socket.socket) -> None:
    """Run until interrupted, then close open connections and return."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"The page is at http://{shown}:{port} (Ctrl+C stops it).\n")
    sys.stderr.flush()
    try:
        make_server(application).run(sockets=[listener])
    except KeyboardInterrupt:
        _log.info("stopped")
