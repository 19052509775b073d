"""``python -m qa.benchmark.updates``: what keeping an index current costs beside making it."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from qa.benchmark.figures import shown
from qa.benchmark.processes import run_module
from qa.benchmark.texts import Material, read_material
from qa.documents.passages import split_passages
from qa.errors import QAError
from qa.models.encoder import Encoder, open_encoder
from qa.settings import read_settings

_IN_A_FOLDER = 1000
Figures = Mapping[str, float]


def main(
    data: Annotated[Path, typer.Option(help="A folder of SQuAD files: its paragraphs.")],
    passages: Annotated[int, typer.Option(min=1, help="How many, a paragraph a file.")] = 20_000,
    embedded: Annotated[
        int, typer.Option(min=1, help="Embedded for real in each run; beyond, time is reckoned.")
    ] = 20_000,
    work: Annotated[Path | None, typer.Option(help="Work here, and leave all there.")] = None,
) -> None:
    """Index paragraphs as files, then again unchanged, with 1 % changed, and all deleted.

    Each run is a process of its own, and pays for its imports and for loading the weights.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="qa-updates-") as temporary:
            runs = measure(read_material(data), work or Path(temporary), passages, embedded)
    except QAError as error:
        sys.stderr.write(f"Error: {error}\n")
        raise typer.Exit(2) from error
    print(to_markdown(runs), end="")


def measure(
    material: Material, folder: Path, passages: int, embedded: int
) -> dict[str, dict[str, float]]:
    """Return the figures of each run, the full one first.

    Raises:
        MeasurementError: a run failed.
        OSError: the folder cannot be written.
    """
    articles, index = folder / "articles", folder / "index"
    for old in (articles, index):
        shutil.rmtree(old, ignore_errors=True)
    count_passages = counting(open_encoder(read_settings()))
    files = write_paragraphs(material, articles, passages, count_passages)

    def run(name: str) -> dict[str, float]:
        sys.stderr.write(f"{name}\n")
        return run_module("qa.benchmark.updating", str(articles), str(index), str(embedded))[1]

    runs = {"all new": run("all new"), "nothing changed": run("nothing changed")}
    change(files, "Changed:")
    runs["1 % changed"] = run("1 % changed")
    for path in files:
        path.unlink()
    runs["all deleted"] = run("all deleted")
    return runs


def counting(encoder: Encoder) -> Callable[[str], int]:
    """Return what tells how many passages a text makes."""
    most = read_settings().passage_tokens
    return lambda text: len(
        split_passages(text, max_tokens=most, count_tokens=encoder.count_tokens)
    )


def change(files: Mapping[Path, int], word: str) -> list[Path]:
    """Put a word before files that hold a hundredth of the passages, and return these."""
    left = sum(files.values()) / 100
    changed: list[Path] = []
    for path in random.Random(3).sample(list(files), len(files)):
        # Only what still fits, so that it is no more; a corpus of a few passages changes by one.
        if files[path] <= left or not changed:
            path.write_text(f"{word} {path.read_text(encoding='utf-8')}", encoding="utf-8")
            changed.append(path)
            left -= files[path]
    return changed


def write_paragraphs(
    material: Material, folder: Path, passages: int, count_passages: Callable[[str], int]
) -> dict[Path, int]:
    """Write a paragraph a file until they make so many passages, or there are no more.

    Return how many each file makes.
    """
    files: dict[Path, int] = {}
    made = 0
    chosen = random.Random(2).sample(material.paragraphs, len(material.paragraphs))
    for number, (_, text) in enumerate(chosen):
        if made >= passages:
            break
        path = folder / f"{number // _IN_A_FOLDER:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        files[path] = count_passages(text)
        made += files[path]
    return files


def to_markdown(runs: Mapping[str, Figures]) -> str:
    """Return a table, a row a run; shares are of the time of the first."""
    head = ["", "s", "of all new", "processor, s", "of all new"]
    head += ["passages embedded", "of that embedding, s", "index, MB"]
    rows = [head, ["---"] * len(head)]
    full = next(iter(runs.values()))
    for name, figures in runs.items():
        row = [name]
        for key in ("all_embedded_s", "processor_s"):
            row += [shown(figures[key]), f"{figures[key] / full[key]:.2%}"]
        row += [f"{figures['passages']:,.0f}", shown(figures["embedding_s"])]
        rows.append([*row, shown(figures["index_mb"])])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


if __name__ == "__main__":
    typer.run(main)
