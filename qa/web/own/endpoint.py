"""Where a visitor's files arrive: one a request, as it is, never more than may come.

Gradio's own endpoint for files stays closed: it takes any number, keeps them under their own names
and gives them to whoever knows the path.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from qa.errors import QAError
from qa.indexing import IndexReport
from qa.web.own.names import file_name
from qa.web.own.reports import render_report, render_sentence
from qa.web.own.shelves import Shelf, ShelfError, Shelves, new_path
from qa.web.texts import Texts

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

logger = logging.getLogger(__name__)

OWN_DOCUMENTS = "/own-documents"
# Seconds between two looks whether it is a file's turn.
_LOOK = 0.1
# All other refusals are of one file too many at this time.
_STATUSES = {"own_gone": 403, "own_too_large": 413}


def endpoint_of(shelves: Shelves, texts: Texts) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint, which answers in the words of one language.

    The body is the file; the headers ``X-QA-Key`` and ``X-QA-Name`` say whose it is and what it
    is called (percent-encoded UTF-8). The answer is JSON, a line for each step: ``done``, a share
    from 0 to 1, and how many ``documents`` of a ``total`` that is; in the end ``html``, what became
    of the file.
    """

    async def receive(request: Request) -> Response:
        from starlette.responses import StreamingResponse

        session = shelves.session_of(request.headers.get("x-qa-key", ""))
        if session is None or not _is_same_origin(request):
            return _refusal("own_gone", texts)
        name = file_name(unquote(request.headers.get("x-qa-name", ""), errors="replace"))
        if _announced(request) > shelves.settings.upload_bytes:
            return _refusal("own_too_large", texts)
        try:
            shelf = await _begin(shelves, session, name)
            path = new_path(shelf, name)
            try:
                await _write(request, path, shelf, shelves.settings.upload_bytes)
            except BaseException:
                _end(shelves, shelf, path)
                raise
        except ShelfError as error:
            return _refusal(error.key, texts)
        steps = _index(shelves, shelf, path, name, texts)
        return StreamingResponse(steps, media_type="application/x-ndjson")

    return receive


async def _begin(shelves: Shelves, session: str, name: str) -> Shelf:
    """Begin as soon as it is this file's turn.

    Raises:
        ShelfError: it may not come, or has waited long enough.
    """
    until = time.monotonic() + shelves.patience
    while True:
        try:
            return shelves.begin(session, name)
        except ShelfError as error:
            if error.key != "own_busy" or time.monotonic() >= until:
                raise
        await asyncio.sleep(_LOOK)


async def _write(request: Request, path: Path, shelf: Shelf, most: int) -> None:
    """Write the body to a file.

    Raises:
        ShelfError: it is too large, or its visitor left meanwhile; the rest is not read.
    """
    size = 0
    with path.open("xb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if shelf.is_gone:
                raise ShelfError("own_gone")
            if size > most:
                raise ShelfError("own_too_large")
            file.write(chunk)


def _index(
    shelves: Shelves, shelf: Shelf, path: Path, name: str, texts: Texts
) -> AsyncIterator[str]:
    """Index the file in a thread, whether or not somebody listens; yield the lines about it."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[dict[str, object]] = asyncio.Queue()

    def tell(**line: object) -> None:
        loop.call_soon_threadsafe(lines.put_nowait, line)

    def work() -> None:
        try:
            report: IndexReport | str = shelves.add(
                shelf,
                path,
                name,
                lambda done, total: tell(
                    done=done / max(1, total), documents=int(done), total=total
                ),
            )
        except ShelfError as error:
            report = error.key
        except QAError:
            # The path in it is none of a visitor's business.
            logger.exception("a visitor's file could not be indexed")
            report = "own_failed"
        except Exception:
            logger.exception("a visitor's file could not be indexed")
            report = "broken"
        finally:
            _end(shelves, shelf, path)
        if isinstance(report, IndexReport):
            tell(html=render_report(report, texts))
        else:
            tell(html=render_sentence(texts(report)))

    shelves.pool.submit(work)

    async def listen() -> AsyncIterator[str]:
        while True:
            line = await lines.get()
            yield json.dumps(line) + "\n"
            if "html" in line:
                return

    return listen()


def _end(shelves: Shelves, shelf: Shelf, path: Path) -> None:
    path.unlink(missing_ok=True)
    shelves.end(shelf)


def _refusal(key: str, texts: Texts) -> Response:
    from starlette.responses import PlainTextResponse

    line = json.dumps({"html": render_sentence(texts(key))}) + "\n"
    status = _STATUSES.get(key, 429)
    return PlainTextResponse(line, status, media_type="application/x-ndjson")


def _is_same_origin(request: Request) -> bool:
    """Return whether the request comes from a page of this server, as far as a browser tells."""
    told = request.headers.get("sec-fetch-site")
    if told is not None:
        return told == "same-origin"
    # Over plain HTTP from another machine browsers do not tell.
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0
