"""How long the page takes to be there: ``python -m qa.benchmark.page``, beside a bare Gradio page.

From the start of the process until its address answers with the page; a browser's own time to
draw it comes on top, of both alike.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from qa.benchmark.figures import Figure, figure_of
from qa.errors import QAError

_SECONDS = 120
_PAUSE = 0.01
OURS = """
import sys
from pathlib import Path
from qa.web.server import serve
serve(Path(sys.argv[2]), "127.0.0.1", int(sys.argv[1]))
"""
BARE = """
import sys
import gradio
with gradio.Blocks() as page:
    gradio.Textbox(label="Question")
page.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True)
"""


class PageError(QAError):
    """A page did not come."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the page did not come: {reason}. Try: qa doctor")


def seconds_to_page(program: str, *arguments: str) -> float:
    """Return the seconds from starting a Python program to the page at the port it is given.

    Raises:
        PageError: the program ended, or two minutes passed.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", "NO_PROXY": "127.0.0.1"}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(port), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        while not _answers(port):
            if process.poll() is not None:
                raise PageError(f"the program ended with status {process.returncode}")
            if time.perf_counter() - started > _SECONDS:
                raise PageError(f"not within {_SECONDS} seconds")
            time.sleep(_PAUSE)
        return time.perf_counter() - started
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/", timeout=_SECONDS) as reply:
            return bool(reply.status == 200 and b"<html" in reply.read(2000))
    except (urllib.error.URLError, ConnectionError):
        return False


def main(
    index_dir: Annotated[Path, typer.Option(help="The index that is asked.")] = Path("index"),
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each, in turn.")] = 3,
) -> None:
    """Start this program's page and a bare one in turn, and compare."""
    seconds: dict[str, list[float]] = {"this program": [], "a bare Gradio page": []}
    try:
        for _ in range(repeats):
            seconds["this program"].append(seconds_to_page(OURS, str(index_dir)))
            seconds["a bare Gradio page"].append(seconds_to_page(BARE))
    except PageError as error:
        sys.stderr.write(f"Error: {error}\n")
        raise typer.Exit(2) from error
    figures: dict[str, Figure] = {name: figure_of(each) for name, each in seconds.items()}
    figures["difference"] = figure_of(
        [ours - bare for ours, bare in zip(*seconds.values(), strict=True)]
    )
    for name, figure in figures.items():
        print(f"{name}: {figure} s")


if __name__ == "__main__":
    typer.run(main)
