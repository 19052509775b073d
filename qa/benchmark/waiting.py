"""``python -m qa.benchmark.waiting``: whether questions wait while another process indexes."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from qa.assistant import Assistant
from qa.benchmark.ending import ending_well
from qa.benchmark.figures import percentile, shown
from qa.benchmark.processes import run_module
from qa.benchmark.texts import (
    Material,
    read_material,
    some_questions,
    splitter,
    write_paragraphs,
)
from qa.benchmark.updates import change
from qa.models.encoder import open_encoder
from qa.settings import read_settings

_QUESTIONS = 50


def main(
    data: Annotated[Path, typer.Option(help="A folder of SQuAD files: its paragraphs.")],
    passages: Annotated[int, typer.Option(min=1, help="How many, a paragraph a file.")] = 20_000,
    embedded: Annotated[
        int, typer.Option(min=1, help="Embedded for real in each run; beyond, vectors are mixed.")
    ] = 1_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often 1 % of the files change.")] = 3,
) -> None:
    """Ask an open index without a break, first alone, then while another process updates it."""
    with ending_well(), tempfile.TemporaryDirectory(prefix="qa-waiting-") as temporary:
        found = measure(read_material(data), Path(temporary), passages, embedded, rounds)
    print(to_markdown(found), end="")


def measure(
    material: Material, folder: Path, passages: int, embedded: int, rounds: int
) -> dict[str, list[float]]:
    """Return the milliseconds of each question: alone, during updates, and right after each.

    Raises:
        MeasurementError: an update failed.
        LookupError: what was committed was not seen by the next question.
    """
    settings = read_settings()
    articles, index = folder / "articles", folder / "index"
    files = write_paragraphs(
        material, articles, passages, splitter(open_encoder(settings), settings)
    )
    arguments = ("qa.benchmark.indexing", str(articles), str(index), str(embedded))
    run_module(*arguments)
    assistant = Assistant.open(index, settings=settings)
    questions = itertools.cycle(some_questions(material, _QUESTIONS))

    def ask() -> float:
        began = time.perf_counter()
        assistant.ask(next(questions))
        return (time.perf_counter() - began) * 1000

    for _ in range(_QUESTIONS):
        ask()
    found: dict[str, list[float]] = {"alone": [ask() for _ in range(4 * _QUESTIONS)]}
    found |= {"during updates": [], "right after": []}
    with ThreadPoolExecutor(1) as pool:
        for number in range(rounds):
            changed = change(files, f"Changed {number + 1}:")
            update = pool.submit(run_module, *arguments)
            found["during updates"] += _until(update.done, ask)
            update.result()
            found["right after"].append(ask())
            seen = assistant.document(changed[0].relative_to(articles).as_posix())
            if seen.text != changed[0].read_text(encoding="utf-8"):
                raise LookupError(f"{changed[0]}: the update is not seen")
    assistant.store.close()
    return found


def _until(is_over: Callable[[], bool], ask: Callable[[], float]) -> Iterator[float]:
    while not is_over():
        yield ask()


def to_markdown(found: Mapping[str, Sequence[float]]) -> str:
    """Return a table, a row a time: how many questions, and how long they took."""
    lines = ["| | questions | p50, ms | p95, ms | longest, ms |", "|---|---|---|---|---|"]
    for name, times in found.items():
        figures = (percentile(times, 0.5), percentile(times, 0.95), max(times))
        lines.append(f"| {name} | {len(times)} | {' | '.join(map(shown, figures))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    typer.run(main)
