"""One page a language, at ``/de/`` and so on; ``/`` is the page in the visitor's own language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.web.texts import Texts, best_language

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def address_of(language: str, languages: Sequence[str]) -> str:
    """Return the path of the page in that language; the first language's is the root.

    >>> address_of("en", ["en", "de"]), address_of("de", ["en", "de"])
    ('/', '/de')
    """
    return "/" if language == languages[0] else f"/{language}"


def head(texts: Texts) -> str:
    """Return the script that tells the browser which language the page is in; Gradio says English.

    >>> from qa.web.texts import read_texts
    >>> head(read_texts("ar"))
    '<script>Object.assign(document.documentElement, {lang: "ar", dir: "rtl"})</script>'
    """
    names = f'{{lang: "{texts.language}", dir: "{texts.direction}"}}'
    return f"<script>Object.assign(document.documentElement, {names})</script>"


class OwnLanguage:
    """ASGI middleware: whoever opens ``/`` gets the page in the language the browser asks for.

    Nothing else is touched: the page says where its own endpoints are.
    """

    def __init__(self, app: ASGIApp, languages: Sequence[str]) -> None:
        """Stand before ``app``, which has a page for each of ``languages``."""
        self._app, self._languages = app, languages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http" or scope["path"] != scope.get("root_path", "") + "/":
            await self._app(scope, receive, send)
        else:
            accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
            language = best_language(accepted, self._languages)
            if language != self._languages[0]:
                scope = {**scope, "path": scope["path"] + f"{language}/"}
            await self._app(scope, receive, _varying(send))


def _varying(send: Send) -> Send:
    """Tell caches that the answer is for those of the same language."""

    async def send_with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"vary", b"accept-language")]
        await send(message)

    return send_with_header
