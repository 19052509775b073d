"""Being served below a path of another server: a reverse proxy may take the path off, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class UnderRoot:
    """ASGI middleware: ``/qa/x`` and ``/x`` are answered alike, where the root path is ``/qa``.

    What is behind it sees the whole path, and which part of it is the root: pages that are mounted
    below the root need both.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        """Stand before ``app``; the root path may be a whole address."""
        self._app = app
        self._root = urlsplit(root_path).path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan" or not self._root:
            await self._app(scope, receive, send)
            return
        if scope["path"] == self._root:
            from starlette.responses import RedirectResponse

            # The page names its parts from where it stands.
            await RedirectResponse(f"{self._root}/")(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._root)
        whole = self._root + (path if path.startswith("/") else scope["path"])
        scope = dict(scope, path=whole, raw_path=whole.encode(), root_path=self._root)
        await self._app(scope, receive, send)
