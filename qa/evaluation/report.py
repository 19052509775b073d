"""An evaluation as a table for people."""

from __future__ import annotations

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qa.evaluation.evaluation import Evaluation

GROUPS = (
    "retrieval",
    "answers",
    "lists",
    "reasons",
    "yes_no",
    "summaries",
    "squad2",
    "abstention",
    "citations",
    "calibration",
)
# What a reader cannot guess from a score's name.
NOTES = {
    "retrieval.mrr": "1 / first good rank",
    "retrieval.reranked_recall@1": "after reading",
    "answers.contained": "in the first quote",
    "answers.contained_any": "in any quote",
    "lists.recall": "items in the answer",
    "lists.quoted": "items in the quotes",
    "lists.complete": "all items in the answer",
    "lists.separate": "items cited on their own",
    "lists.precision": "of what is given",
    "reasons.told": "in the answer",
    "reasons.quoted": "in a quote",
    "yes_no.left": "the sentence alone",
    "yes_no.unfounded": "said, not in the text",
    "summaries.facts": "in the quotes",
    "summaries.compression": "quoted share of the text",
    "squad2.exact": "free to abstain",
    "squad2.f1": "free to abstain",
    "abstention.precision": "share not answerable",
    "abstention.recall": "share abstained from",
    "abstention.risk_coverage_area": "lower is better",
    "abstention.closest_right": "of wrong abstentions",
    "abstention.closest_wrong": "of right abstentions",
    "citations.verbatim": "must be 1",
    "citations.supported": "answer in passage",
    "calibration.ece": "lower is better",
}


# What a comparison of readers shows.
COMPARED = (
    "retrieval.reranked_recall@1",
    "answers.exact_match",
    "answers.f1",
    "answers.contained",
    "squad2.exact",
    "squad2.f1",
    "abstention.auroc",
    "abstention.recall",
    "abstention.answered_share",
    "citations.verbatim",
    "citations.supported",
    "calibration.ece",
)


def print_comparison(evaluations: Mapping[str, Evaluation], console: Console) -> None:
    """Print the scores of several readers on one set side by side, with 95 % intervals."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("score", no_wrap=True)
    for name in evaluations:
        table.add_column(name, justify="right", no_wrap=True)
    for name in COMPARED:
        cells = [_cell(evaluation, name) for evaluation in evaluations.values()]
        if any(cells):
            table.add_row(name, *cells)
    medians = [evaluation.scores.latency["p50_ms"] for evaluation in evaluations.values()]
    table.add_row("latency.p50_ms", *("" if ms is None else f"{ms:.0f}" for ms in medians))
    console.print(table)


def _cell(evaluation: Evaluation, name: str) -> str:
    value, interval = evaluation.scores.values[name], evaluation.scores.intervals[name]
    if value is None:
        return ""
    return f"{value:.3f}" + (f"\n{interval[0]:.3f} - {interval[1]:.3f}" if interval else "")


def print_report(evaluation: Evaluation, console: Console) -> None:
    """Print every score that is defined, with its 95 % interval; then what it is of."""
    scores, run = evaluation.scores, evaluation.run
    table = Table(box=box.SIMPLE_HEAD, title=Text(str(run["questions"])), title_justify="left")
    table.add_column("score", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="center", no_wrap=True)
    table.add_column("")
    for group in GROUPS:
        for name, value in scores.values.items():
            if value is None or not name.startswith(f"{group}."):
                continue
            interval = scores.intervals[name]
            shown = f"{interval[0]:.3f} - {interval[1]:.3f}" if interval else ""
            table.add_row(name, f"{value:.3f}", shown, NOTES.get(name, ""))
        table.add_section()
    for name, value in scores.latency.items():
        if value is not None:
            table.add_row(f"latency.{name}", f"{value:.1f}", "", "")
    console.print(table)
    counts = scores.counts
    what = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    console.print(Text(f"{what}; setting {run['setting']}, encoder {run['encoder']}."))
    if not evaluation.complete:
        console.print(
            Text(
                f"PARTIAL: interrupted after {counts['questions']} of {run['selected']} "
                "questions; the scores are of those alone."
            )
        )
