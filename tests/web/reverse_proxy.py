"""A reverse proxy as small as can be: shows another server below a path of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx

from .conftest import running


@contextmanager
def behind_proxy(address: str, root: str, *, takes_off: bool) -> Iterator[str]:
    """Show ``address`` below ``root`` of the address that is given; 404 for all else."""
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response, StreamingResponse

    client = httpx.AsyncClient(base_url=address, trust_env=False, timeout=60)

    @asynccontextmanager
    async def closing_client(app: FastAPI) -> AsyncIterator[None]:
        async with client:
            yield

    async def forward(request: Request) -> Response:
        path = request.url.path
        if not path.startswith(f"{root}/"):
            return PlainTextResponse("Another page of this host.", status_code=404)
        inner = path.removeprefix(root) if takes_off else path
        sent = client.build_request(
            request.method,
            httpx.URL(path=inner, query=request.url.query.encode()),
            # The host goes on, as `proxy_set_header Host $host` and its like do.
            headers=[pair for pair in request.headers.raw if pair[0] != b"accept-encoding"],
            content=request.stream(),
        )
        answer = await client.send(sent, stream=True)

        async def body() -> AsyncIterator[bytes]:
            try:
                async for piece in answer.aiter_raw():
                    yield piece
            finally:
                await answer.aclose()

        return StreamingResponse(body(), answer.status_code, dict(answer.headers))

    proxy = FastAPI(lifespan=closing_client)
    proxy.add_route("/{path:path}", forward, methods=["GET", "POST", "DELETE", "HEAD"])
    with running(proxy) as outside:
        yield outside
