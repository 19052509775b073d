"""Who may use a shared server: names and passwords from a file, asked for by HTTP Basic."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import logging
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import QAError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger(__name__)

# Nobody types faster; whoever guesses is slowed down.
_PAUSE_SECONDS = 0.5


class AuthFileError(QAError):
    """The file of names and passwords cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the facts."""
        super().__init__(f"{path}: {reason}. Write one name:password a line, in UTF-8.")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, repr=False)
class Accounts:
    """Names and their passwords."""

    passwords: Mapping[str, str]

    def admits(self, authorization: str) -> bool:
        """Tell whether an Authorization header names an account and its password.

        >>> Accounts({"ann": "secret"}).admits("Basic YW5uOnNlY3JldA==")
        True
        """
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(credentials, validate=True)
        except (binascii.Error, ValueError):
            return False
        name, _, password = given.partition(b":")
        # A name that is unknown takes as long as a wrong password.
        wanted = self.passwords.get(name.decode(errors="replace"))
        right = hmac.compare_digest((wanted or "").encode(), password)
        return right and wanted is not None


def read_accounts(path: Path) -> Accounts:
    """Read a file of ``name:password`` lines; blank lines and those that begin with # are none.

    Raises:
        AuthFileError: it cannot be read, a line is no account, or there is none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise AuthFileError(path, (reason or "no UTF-8 text").lower()) from error
    if os.name == "posix" and mode & (stat.S_IRGRP | stat.S_IROTH):
        logger.warning("%s: others on this machine can read the passwords: chmod 600 it.", path)
    passwords = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, password = line.partition(":")
        if not (name and colon and password):
            # The line may hold a password: only its number is told.
            raise AuthFileError(path, f"line {number} is not name:password")
        passwords[name] = password
    if not passwords:
        raise AuthFileError(path, "holds no account")
    return Accounts(passwords)


class RequireAccount:
    """ASGI middleware: whoever gives no account's name and password gets nothing but the ask."""

    def __init__(self, app: ASGIApp, accounts: Accounts, *, open_to_all: str) -> None:
        """Stand before ``app``; the path ``open_to_all`` needs no account."""
        self._app = app
        self._accounts = accounts
        self._open = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket") or scope["path"] == self._open:
            await self._app(scope, receive, send)
            return
        from starlette.requests import HTTPConnection
        from starlette.responses import PlainTextResponse

        given = HTTPConnection(scope).headers.get("authorization", "")
        if self._accounts.admits(given):
            await self._app(scope, receive, send)
            return
        if given:
            await asyncio.sleep(_PAUSE_SECONDS)
        challenge = {"www-authenticate": 'Basic realm="qa", charset="UTF-8"'}
        refusal = PlainTextResponse("Name and password, please.", 401, challenge)
        await refusal(scope, receive, send)
