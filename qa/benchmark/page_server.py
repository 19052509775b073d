"""The chat page in a process of its own, for measuring."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 120


@contextmanager
def page_server(corpus: Path, work: Path) -> Iterator[tuple[str, int]]:
    """Serve ``corpus`` from a fresh index in ``work``; give the address and the process's id.

    Raises:
        RuntimeError: the server ended, or did not answer within two minutes.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "qa", "serve", "--port", str(port)]
    command += ["--index-dir", str(work / "index")]
    environment = os.environ | {"QA_CORPUS_DIR": str(corpus)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _await(address, server)
            yield address, server.pid
        finally:
            server.terminate()


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    import httpx

    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            httpx.get(address, trust_env=False).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the page's server did not start")
