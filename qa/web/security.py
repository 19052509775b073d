"""Headers that keep the page on this machine, whatever an article holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio starts from inline scripts and compiles templates, so both stay allowed; inline event
# handlers such as onerror= are not, and nothing may be fetched from or sent to another host.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "frame-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
# Gradio opens this to everyone. Visitors' files go another way: own/endpoint.py.
_CLOSED = "/gradio_api/upload"


class SecurityHeaders:
    """ASGI middleware: the headers on every response, and no uploads."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [pair for pair in message.get("headers", ()) if pair[0] not in _encoded]
                message["headers"] = [*given, *_encoded.items()]
            await send(message)

        if scope["path"].rstrip("/").endswith(_CLOSED):
            from starlette.responses import PlainTextResponse

            refusal = PlainTextResponse("Files do not come this way.", status_code=403)
            await refusal(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)


_encoded = {name.encode(): value.encode() for name, value in HEADERS.items()}
