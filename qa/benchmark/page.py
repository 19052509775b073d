"""How long the page takes to be there: ``python -m qa.benchmark.page``, beside a bare Gradio page.

From the start of the process until its address answers with the page; a browser's own time to
draw it comes on top, of both alike.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from qa.benchmark.ending import ending_well
from qa.benchmark.figures import Figure, figure_of
from qa.benchmark.page_server import page_server

OURS = """
import sys
from pathlib import Path
from qa.web.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]))
"""
BARE = """
import sys
import gradio
with gradio.Blocks() as page:
    gradio.Textbox(label="Question")
page.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True)
"""


def seconds_to_page(program: str, *arguments: str) -> float:
    """Return the seconds from starting a Python program to the page at the port that it is given.

    Raises:
        PageError: the program ended, or two minutes passed.
    """
    environment = {"GRADIO_ANALYTICS_ENABLED": "False", "NO_PROXY": "127.0.0.1"}
    started = time.perf_counter()
    with page_server("-c", program, *arguments, **environment):
        return time.perf_counter() - started


def main(
    index_dir: Annotated[Path, typer.Option(help="The index that is asked.")] = Path("index"),
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each, in turn.")] = 3,
) -> None:
    """Start this program's page and a bare one in turn, and compare."""
    seconds: dict[str, list[float]] = {"this program": [], "a bare Gradio page": []}
    with ending_well():
        for _ in range(repeats):
            seconds["this program"].append(seconds_to_page(OURS, str(index_dir)))
            seconds["a bare Gradio page"].append(seconds_to_page(BARE))
    figures: dict[str, Figure] = {name: figure_of(each) for name, each in seconds.items()}
    figures["difference"] = figure_of(
        [ours - bare for ours, bare in zip(*seconds.values(), strict=True)]
    )
    for name, figure in figures.items():
        print(f"{name}: {figure} s")


if __name__ == "__main__":
    typer.run(main)
