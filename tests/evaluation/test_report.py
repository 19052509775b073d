from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from qa.evaluation.evaluation import Evaluation, evaluate
from qa.evaluation.report import print_comparison, print_report


def printed(evaluation: Evaluation) -> str:
    console = Console(file=io.StringIO(), width=100)
    print_report(evaluation, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_scores_are_shown_with_their_intervals(index_dir: Path, question_file: Path) -> None:
    found = evaluate(question_file, index_dir=index_dir)
    text = printed(found)
    value = found.scores.values["answers.contained"]
    interval = found.scores.intervals["answers.contained"]
    assert interval is not None
    line = next(line for line in text.splitlines() if "answers.contained " in line)
    assert f"{value:.3f}" in line
    assert f"{interval[0]:.3f} - {interval[1]:.3f}" in line
    assert "latency.p95_ms" in text
    assert "cold_start" not in text
    assert "PARTIAL" not in text
    assert "4 questions, 3 answerable, 1 unanswerable" in text


def test_a_partial_run_says_so(index_dir: Path, question_file: Path) -> None:
    found = evaluate(question_file, index_dir=index_dir)
    text = printed(replace(found, complete=False))
    assert "PARTIAL: interrupted after 4 of 4 questions" in text


def test_a_path_is_not_markup(index_dir: Path, question_file: Path) -> None:
    path = question_file.with_name("[red]set[bold].jsonl")
    question_file.rename(path)
    assert "[red]set[bold].jsonl" in printed(evaluate(path, index_dir=index_dir)).replace("\n", "")


def test_readers_stand_side_by_side(index_dir: Path, question_file: Path) -> None:
    found = evaluate(question_file, index_dir=index_dir)
    console = Console(file=io.StringIO(), width=80)
    print_comparison({"reader": found, "retrieval only": found}, console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    value = found.scores.values["answers.f1"]
    line = next(line for line in text.splitlines() if "answers.f1" in line)
    assert line.count(f"{value:.3f}") == 2
    assert "…" not in text
    assert "retrieval only" in text
