"""``python -m qa.benchmark.updates``: what keeping an index current costs beside making it."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from qa.benchmark.ending import ending_well
from qa.benchmark.figures import shown
from qa.benchmark.processes import run_module
from qa.benchmark.texts import Material, read_material, splitter, write_paragraphs
from qa.models.encoder import open_encoder
from qa.settings import read_settings

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
    with ending_well(), tempfile.TemporaryDirectory(prefix="qa-updates-") as temporary:
        runs = measure(read_material(data), work or Path(temporary), passages, embedded)
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
    settings = read_settings()
    split = splitter(open_encoder(settings), settings)
    files = write_paragraphs(material, articles, passages, split)

    def run(name: str) -> dict[str, float]:
        sys.stderr.write(f"{name}\n")
        arguments = (str(articles), str(index), str(embedded))
        return without_mixtures(run_module("qa.benchmark.indexing", *arguments)[1])

    runs = {"all new": run("all new"), "nothing changed": run("nothing changed")}
    change(files, "Changed:")
    runs["1 % changed"] = run("1 % changed")
    for path in files:
        path.unlink()
    runs["all deleted"] = run("all deleted")
    return runs


def without_mixtures(run: Figures) -> dict[str, float]:
    """Return a run's figures with what it would have taken, had it embedded all for real.

    ``processor_s`` is what a busy machine changes less.
    """
    mixed = run["passages"] - run["embedded"]
    reckoned = mixed * run["passage_s"]
    return {
        **run,
        "all_embedded_s": run["opening_s"] + run["indexing_s"] + reckoned,
        "embedding_s": run["embedding_s"] + reckoned,
        "processor_s": run["processor_s"] + mixed * run["passage_processor_s"],
    }


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
