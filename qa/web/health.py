"""A word for monitors: is the server up, and can it read its index?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from qa.errors import QAError
from qa.web.engine import Engine

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

logger = logging.getLogger(__name__)

HEALTH = "/healthz"


def health_of(engine: Engine) -> Callable[[Request], Response]:
    """Return the endpoint: 200 where the index can be read, else 503; the log says why.

    Anybody may ask, so it tells nothing of what is indexed.
    """

    def health(request: Request) -> Response:
        from starlette.responses import JSONResponse

        try:
            engine.counts()
        except QAError as error:
            logger.error("%s", error)
            return JSONResponse({"status": "error"}, status_code=503)
        return JSONResponse({"status": "ok"})

    return health
