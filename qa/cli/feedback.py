"""The command ``qa feedback export``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.ending import ending_well
from qa.cli.notices import notices, say

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="What visitors of the page thought of its answers.",
)


@app.callback()
def root() -> None:
    """What visitors of the page thought of its answers."""


@app.command("export")
def export_command(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A file, made anew. Default: standard output."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option(help="A file, made anew, for the questions that a person must look at."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Where the feedback is kept. Default: QA_FEEDBACK_DIR, else feedback.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Turn thumbs into evaluation questions, JSON lines that `qa evaluate` reads.

    A thumb up makes the answer the right one, or the refusal. A thumb down does not say what
    would be right: those questions go to --review, with the comments and without answers; put
    the right answers in ("answers": [...]; none where the articles do not say).

    \b
    Examples:
      qa feedback export -o liked.jsonl --review disliked.jsonl
      qa evaluate --questions liked.jsonl
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.feedback import FeedbackFile, from_feedback

    with ending_well(), notices():
        from qa.settings import read_settings

        file = FeedbackFile(folder or read_settings().feedback_dir)
        kept = file.read()
        known, to_review = from_feedback(kept.ratings)
        if output is None:
            for line in known:
                typer.echo(json.dumps(line))
        else:
            _write(output, known)
        if review is not None:
            _write(review, to_review)
        if kept.unreadable:
            shown = ", ".join(map(str, kept.unreadable[:10]))
            say(f"{file.path}: no rating could be read from line {shown}; passed over.")
        where = f"in {review}" if review else "see --review"
        say(f"{len(known)} questions; {len(to_review)} need a person's answer ({where}).")


def _write(path: Path, lines: list[dict[str, object]]) -> None:
    from qa.errors import FeedbackError

    try:
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FeedbackError(path, f"cannot be written ({reason})", "Name another file.") from error
