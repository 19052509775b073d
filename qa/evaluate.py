"""``python -m qa.evaluate``: score the engine on a set of questions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.errors import QAError
from qa.evaluation.questions import Setting

if TYPE_CHECKING:
    from rich.progress import Progress

    from qa.evaluation.evaluation import Evaluation

DEFAULT_QUESTIONS = Path("corpus/questions/soyuz-ms22-leak.dev.jsonl")
# The reader that the settings name, and what it is compared with.
READER = "reader"
BASELINES = {"best sentence": "evidence", "retrieval only": "passage"}
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
    rewordings: Path | None = None,
    history: bool = True,
    typos: bool = False,
    only: Sequence[str] = (),
    baselines: bool = False,
) -> int:
    """Score, print a table on stdout and progress on stderr, and return the exit status.

    It is 0 where all went well, 1 where a citation is not verbatim, 2 where something could not
    be used, 130 where Ctrl-C ended it (then the table is of what was asked so far).
    """
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from qa.evaluation.evaluation import evaluate
    from qa.evaluation.report import print_comparison, print_report
    from qa.settings import read_settings

    if json_out is not None and not json_out.absolute().parent.is_dir():
        return _fail(f"{json_out}: there is no such folder to write into. Make it first.")
    if only and setting == "passage":
        return _fail("--setting passage reads each question's own document. Leave --document out.")
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    evaluations: dict[str, Evaluation] = {}
    try:
        settings = read_settings()
        readers = {READER: settings.reader} | (BASELINES if baselines else {})
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as bars:
            for name, reader in readers.items():
                evaluations[name] = evaluate(
                    questions,
                    setting=setting,
                    index_dir=index_dir,
                    limit=limit,
                    k=k,
                    cold_start=cold_start and name == READER,
                    rewordings=rewordings,
                    history=history,
                    typos=typos,
                    only=only or None,
                    settings=settings.model_copy(update={"reader": reader}),
                    progress=_Bars(bars, name if baselines else ""),
                )
                if not evaluations[name].complete:
                    break
    except QAError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        if not evaluations:
            return _fail("interrupted before there was anything to score.", INTERRUPTED)
    print_report(evaluations[READER], Console())
    if len(evaluations) > 1:
        print_comparison(evaluations, Console())
    return _conclude(evaluations, len(readers), json_out)


def _conclude(evaluations: dict[str, Evaluation], wanted: int, json_out: Path | None) -> int:
    evaluation = evaluations[READER]
    if json_out is not None:
        others = {name: each for name, each in evaluations.items() if name != READER}
        try:
            evaluation.save(json_out, others)
        except OSError as error:
            return _fail(f"{json_out}: cannot be written ({error.strerror}). Choose another file.")
    if len(evaluations) < wanted or not all(each.complete for each in evaluations.values()):
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

    def __init__(self, bars: Progress, of: str) -> None:
        from rich.progress import TaskID

        self._bars = bars
        self._of = of
        self._stages: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: float, total: int) -> None:
        if stage not in self._stages:
            self._stages[stage] = self._bars.add_task(f"{stage} {self._of}".rstrip())
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
            help="JSON lines: the index to ask (default: QA_INDEX_DIR, else index). Sets that "
            "bring documents: keep their index below this folder (default: a temporary one)."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many questions, evenly spaced.")
    ] = None,
    k: Annotated[int, typer.Option("--k", min=10, help="Places of a ranking that count.")] = 20,
    cold_start: Annotated[
        bool, typer.Option("--cold-start", help="Also time the first answer of a new process.")
    ] = False,
    rewordings: Annotated[
        Path | None,
        typer.Option(help="Ask the questions that this Disfl-QA file words anew, in its words."),
    ] = None,
    history: Annotated[
        bool, typer.Option(help="Ask follow-ups with the turns before them, or each by itself.")
    ] = True,
    typos: Annotated[
        bool, typer.Option("--typos", help="Ask with slips of the finger, always the same ones.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--document",
            metavar="ID",
            help="Search this document only, or those of this file or folder; may be given more "
            "than once.",
            show_default=False,
        ),
    ] = None,
    baselines: Annotated[
        bool,
        typer.Option("--baselines", help="Also ask without the reader, and compare: takes longer."),
    ] = False,
) -> None:
    """Score the engine on a set of questions: retrieval, answers, abstention, citations, latency.

    Without options: the development questions about the Soyuz article. Exit status: 0 scored,
    1 a quote is not verbatim, 2 an error, 130 interrupted (what was asked so far is scored).
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
            rewordings=rewordings,
            history=history,
            typos=typos,
            only=only or (),
            baselines=baselines,
        )
    )


if __name__ == "__main__":
    typer.run(main)
