"""``python -m qa.evaluate``: score the engine on a set of questions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.errors import QAError
from qa.evaluation.questions import Setting

if TYPE_CHECKING:
    from rich.progress import Progress

    from qa.evaluation.evaluation import Evaluation

DEFAULT_QUESTIONS = Path("corpus/questions/soyuz-ms22-leak.dev.jsonl")
NOT_VERBATIM = 1
FAILED = 2  # as for wrong options
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def evaluate_command(
    questions: Path = DEFAULT_QUESTIONS,
    *,
    setting: Setting = "corpus",
    json_out: Path | None = None,
    index_dir: Path | None = None,
    limit: int | None = None,
    k: int = 20,
    cold_start: bool = False,
) -> int:
    """Score, print a table on stdout and progress on stderr, and return the exit status.

    It is 0 where all went well, 1 where a citation is not verbatim, 2 where something could not
    be used, 130 where Ctrl-C ended it (then the table is of what was asked so far).
    """
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from qa.evaluation.evaluation import evaluate
    from qa.evaluation.report import print_report

    if json_out is not None and not json_out.absolute().parent.is_dir():
        return _fail(f"{json_out}: there is no such folder to write into. Make it first.")
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as bars:
            evaluation = evaluate(
                questions,
                setting=setting,
                index_dir=index_dir,
                limit=limit,
                k=k,
                cold_start=cold_start,
                progress=_Bars(bars),
            )
    except QAError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("interrupted before there was anything to score.", INTERRUPTED)
    print_report(evaluation, Console())
    return _conclude(evaluation, json_out)


def _conclude(evaluation: Evaluation, json_out: Path | None) -> int:
    if json_out is not None:
        try:
            evaluation.save(json_out)
        except OSError as error:
            return _fail(f"{json_out}: cannot be written ({error.strerror}). Choose another file.")
    if not evaluation.complete:
        return INTERRUPTED
    verbatim = evaluation.scores.values["citations.verbatim"]
    if verbatim is not None and verbatim < 1:
        return _fail(
            "some quotes are not the document's text at their offsets: a bug. "
            "Find them with --json: records whose verbatim is below citations.",
            NOT_VERBATIM,
        )
    return 0


class _Bars:
    """One bar a stage, made when the stage begins."""

    def __init__(self, bars: Progress) -> None:
        from rich.progress import TaskID

        self._bars = bars
        self._stages: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._stages:
            self._stages[stage] = self._bars.add_task(stage)
        self._bars.update(self._stages[stage], completed=done, total=total)


def _fail(sentence: str, status: int = FAILED) -> int:
    print(f"Error: {sentence}", file=sys.stderr)
    return status


def main(
    questions: Annotated[
        Path,
        typer.Option(help="JSON lines, SQuAD v2 JSON (.gz too), or a BEIR folder."),
    ] = DEFAULT_QUESTIONS,
    setting: Annotated[
        Setting,
        typer.Option(
            help="corpus: search all documents, then read. "
            "passage: read the question's own document only."
        ),
    ] = "corpus",
    json_out: Annotated[
        Path | None,
        typer.Option("--json", help="Write scores, intervals and every question's record here."),
    ] = None,
    index_dir: Annotated[
        Path | None,
        typer.Option(
            help="JSON lines: the index to ask (default: index). Sets that bring documents: keep "
            "their index below this folder (default: a temporary one)."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many questions, evenly spaced.")
    ] = None,
    k: Annotated[int, typer.Option("--k", min=10, help="Places of a ranking that count.")] = 20,
    cold_start: Annotated[
        bool, typer.Option("--cold-start", help="Also time the first answer of a new process.")
    ] = False,
) -> None:
    """Score the engine on a set of questions: retrieval, answers, abstention, citations, latency.

    Without options: the development questions about the Soyuz article. Exit status: 0 scored,
    1 failed or a quote is not verbatim, 130 interrupted (what was asked so far is scored).
    """
    raise typer.Exit(
        evaluate_command(
            questions,
            setting=setting,
            json_out=json_out,
            index_dir=index_dir,
            limit=limit,
            k=k,
            cold_start=cold_start,
        )
    )


if __name__ == "__main__":
    typer.run(main)
