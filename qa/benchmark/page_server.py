"""A page in a process of its own, for measuring."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from qa.errors import QAError

_SECONDS = 120
_PAUSE = 0.01


class PageError(QAError):
    """A page did not come."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the page did not come: {reason}. Try: qa doctor")
        self.reason = reason


def chat_page(corpus: Path, work: Path) -> AbstractContextManager[tuple[str, int]]:
    """Serve ``corpus`` from a fresh index in ``work``, as ``page_server`` does."""
    command = ("-m", "qa", "serve", "--index-dir", str(work / "index"), "--port")
    return page_server(*command, QA_CORPUS_DIR=str(corpus))


@contextmanager
def page_server(*arguments: str, **environment: str) -> Iterator[tuple[str, int]]:
    """Run Python with these arguments and a free port, and wait for the page at that port.

    Give its address and the process's id; ``environment`` is added to this process's own.

    Raises:
        PageError: the program ended, or two minutes passed.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, *arguments, str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | environment,
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _await(address, server)
            yield address, server.pid
        finally:
            server.terminate()


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _SECONDS
    while not _answers(address):
        if server.poll() is not None:
            raise PageError(f"the program ended with status {server.returncode}")
        if time.monotonic() > until:
            raise PageError(f"not within {_SECONDS} seconds")
        time.sleep(_PAUSE)


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=_SECONDS) as reply:
            return bool(reply.status == 200 and b"<html" in reply.read(2000))
    except (urllib.error.URLError, ConnectionError):
        return False
