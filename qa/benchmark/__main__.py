"""``python -m qa.benchmark``: speed, memory and size of the index, by the size of the corpus."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from qa.benchmark.ending import ending_well
from qa.benchmark.machine import describe
from qa.benchmark.report import save_plot, to_json, to_markdown
from qa.benchmark.run import Plan, Size, measure, parse_sizes
from qa.benchmark.texts import read_material
from qa.models.encoder import open_encoder
from qa.settings import read_settings


def main(
    data: Annotated[Path, typer.Option(help="A folder of SQuAD files: its text and questions.")],
    sizes: Annotated[
        str, typer.Option(help="Passages of each corpus; k and M for thousands and millions.")
    ] = "14,1k,10k",
    out: Annotated[
        Path | None, typer.Option(help="Write benchmark.json, .md and .svg into this folder.")
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option(help="Keep articles and indexes here (default: a temporary folder)."),
    ] = None,
    questions: Annotated[int, typer.Option(min=1, help="Questions of each run.")] = 100,
    askers: Annotated[int, typer.Option(min=1, help="How many ask at once.")] = 8,
    repeats: Annotated[int, typer.Option(min=1, help="New processes that ask.")] = 3,
    index_repeats: Annotated[int, typer.Option(min=1, help="Runs of indexing.")] = 1,
    embedded: Annotated[
        int, typer.Option(min=1, help="Passages embedded for real; those beyond get mixtures.")
    ] = 100_000,
) -> None:
    """Measure cold start, answers, indexing, memory and bytes for corpora of several sizes.

    The table goes to standard output. Let the machine do nothing else meanwhile.
    """
    try:
        wanted = tuple(parse_sizes(sizes))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--sizes") from error
    with ending_well():
        settings = read_settings()
        machine = describe(settings)
        with _folder(work) as folder:
            plan = Plan(folder, wanted, questions, askers, index_repeats, repeats, embedded)
            material = read_material(data)
            found: list[Size] = []
            # The largest takes hours: what was measured before it is kept, whatever happens then.
            for size in measure(plan, material, open_encoder(settings), settings, _say):
                found.append(size)
                if out is not None:
                    _save(out, machine, found)
    print(to_markdown(machine, found), end="")


def _save(out: Path, machine: dict[str, object], found: list[Size]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "benchmark.json").write_text(to_json(machine, found), encoding="utf-8")
    (out / "benchmark.md").write_text(to_markdown(machine, found), encoding="utf-8")
    save_plot(found, out / "benchmark.svg")


@contextmanager
def _folder(work: Path | None) -> Iterator[Path]:
    if work is not None:
        yield work
        return
    with tempfile.TemporaryDirectory(prefix="qa-benchmark-") as temporary:
        yield Path(temporary)


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    typer.run(main)
