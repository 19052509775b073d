"""Train the reader: ``python -m qa.training.reader --data DIR --out DIR``.

A span head over the encoder's own weights (Devlin et al. 2019), each window scored by itself
against a null score at [CLS], so that scores compare across the passages of a question. The
weights kept are the mean over the last part of the run (Izmailov et al. 2018). In bfloat16, on
the processor or a GPU. A checkpoint every five minutes; the same command goes on from there.
"""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TimeRemainingColumn
from tokenizers import Tokenizer

from qa.evaluation.files import sha256_of_files
from qa.models.encoder import bundled_folder
from qa.training.batches import to_batches, to_rows, to_tensors
from qa.training.examples import make_examples
from qa.training.paragraphs import Paragraph
from qa.training.run import Run
from qa.training.sources import find_sources, one_epoch, read_sources

_MAX_TOKENS = 320
_SAVE_SECONDS = 300


def train(
    run: Run,
    tokenizer: Tokenizer,
    sources: dict[str, list[Paragraph]],
    left_out: list[Paragraph],
    epochs: int,
    minutes: float,
    batch_tokens: int,
    seed: int,
) -> None:
    """Take the steps that are left until the epochs or the minutes are over."""
    began = saved = time.monotonic() - run.spent
    rows = to_rows(tokenizer, make_examples(left_out, seed=0)) if left_out else []
    unseen = list(to_tensors(to_batches(rows, batch_tokens, 0), run.device))
    with _Report() as report:
        while run.epoch < epochs:
            turn = seed * 1000 + run.epoch
            rows = to_rows(tokenizer, make_examples(one_epoch(sources, turn), seed=turn))
            batches = to_batches(rows, batch_tokens, turn)
            typer.echo(f"epoch {run.epoch}: {len(rows)} examples in {len(batches)} batches")
            for batch in to_tensors(batches[run.batch :], run.device):
                now = time.monotonic()
                done = (run.epoch + run.batch / len(batches)) / epochs
                progress = max(done, (now - began) / 60 / minutes)
                if progress >= 1:
                    return
                run.step(batch, progress)
                run.batch, run.spent = run.batch + 1, now - began
                report.tell(run, progress)
                if now - saved > _SAVE_SECONDS:
                    saved = now
                    run.checkpoint()
                    if unseen:
                        typer.echo(f"step {run.steps:,}, unseen loss {run.loss_over(unseen):.3f}")
            run.epoch, run.batch = run.epoch + 1, 0


def main(
    data: Annotated[
        list[Path],
        typer.Option(help="Folders of SQuAD files named as in SOURCES, or one such file."),
    ],
    out: Annotated[Path, typer.Option(help="Where weights and checkpoints go.")],
    start: Annotated[
        Path | None, typer.Option(help="Folder of weights to begin from; the encoder's by default.")
    ] = None,
    back: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Go this share of the way back to the weights of --back-to first."
        ),
    ] = 0.0,
    back_to: Annotated[
        Path | None,
        typer.Option(
            help="Folder of weights with as many layers as --start; the encoder's by default."
        ),
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option(help="Folder of a trained reader whose view counts as much as the truth."),
    ] = None,
    dropout: Annotated[float, typer.Option(min=0, max=0.9)] = 0.1,
    epochs: int = 4,
    minutes: Annotated[float, typer.Option(help="End by then, whatever is left.")] = math.inf,
    learning_rate: float = 1e-4,
    batch_tokens: int = 4096,
    held_out: int = 2,
    seed: int = 1,
) -> None:
    """Train, and leave in OUT a model that transformers can load, and run.json.

    DATA is a folder of data sets (--data may be given several times: a set is taken from the first
    folder that has it), or one SQuAD file of your own: with --start it teaches a
    trained reader (the bundled one is qa/models/weights) what your documents are like. Ctrl-C
    keeps what is done; the same command goes on from there, with other --epochs and --minutes
    if you like.
    """
    files = find_sources(data)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(_MAX_TOKENS, strategy="only_second")
    tokenizer.no_padding()
    sources, left_out = read_sources(files, held_out)
    settings = {
        "start": str(start or "encoder"),
        "back": back,
        "back_to": str(back_to or "encoder"),
        "sources": {source: sha256_of_files(path)[:16] for source, path in files.items()},
        "teacher": str(teacher) if teacher else None,
        "dropout": dropout,
        "seed": seed,
        "learning_rate": learning_rate,
        "batch_tokens": batch_tokens,
        "held_out": held_out,
    }
    try:
        run = Run(
            out,
            start or bundled_folder(),
            back=back,
            back_to=back_to or bundled_folder(),
            learning_rate=learning_rate,
            seed=seed,
            teacher=teacher,
            dropout=dropout,
            settings=settings,
        )
        run.resume()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    try:
        train(run, tokenizer, sources, left_out, epochs, minutes, batch_tokens, seed)
    except KeyboardInterrupt:
        run.checkpoint()
        typer.echo(f"stopped after {run.steps} steps; the same command goes on.")
        raise typer.Exit(130) from None
    run.save()
    facts = {
        **settings,
        "epochs": epochs,
        "steps": run.steps,
        "minutes": round(run.spent / 60, 1),
        "loss": round(run.loss, 4),
    }
    (out / "run.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


class _Report:
    """A bar with the time left in a terminal; elsewhere a line every 50 steps."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (*Progress.get_default_columns()[:3], TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("training", total=1.0)

    def __enter__(self) -> _Report:
        self._bar.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._bar.stop()

    def tell(self, run: Run, progress: float) -> None:
        described = f"step {run.steps:,}, loss {run.loss:.3f}"
        self._bar.update(self._task, completed=progress, description=described)
        if self._bar.disable and run.steps % 50 == 0:
            left = run.spent / 60 * (1 - progress) / max(progress, 1e-9)
            typer.echo(f"{described}, {progress:.1%}, {left:.0f} min left")


if __name__ == "__main__":
    typer.run(main)
