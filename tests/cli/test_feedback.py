"""``qa feedback export``, and ``qa evaluate`` over what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa.assistant import Assistant
from qa.cli.commands import app
from qa.feedback import FeedbackFile, Rating
from qa.settings import Settings

ARTICLES = Path(__file__).parents[2] / "corpus" / "articles"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_thumbs_are_evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_FEEDBACK_DIR", str(tmp_path / "feedback"))
    index = tmp_path / "index"
    assistant = Assistant.open(index, settings=Settings(corpus_dir=ARTICLES))
    file = FeedbackFile(tmp_path / "feedback")
    for question in ("How wide is the hole in the Soyuz?", "Who painted the Mona Lisa?"):
        answer = assistant.ask(question)
        file.add(Rating.of(answer, "up", id=question[:3], time="2026-01-01"))
    wrong = assistant.ask("Who is Sergei Krikalev?")
    file.add(Rating.of(wrong, "down", id="Kri", time="2026-01-01", comment="no!"))
    liked, disliked = tmp_path / "liked.jsonl", tmp_path / "disliked.jsonl"

    code, shown, told = run("feedback", "export", "-o", str(liked), "--review", str(disliked))
    assert (code, shown) == (0, "")
    assert f"2 questions; 1 need a person's answer (in {disliked})." in " ".join(told.split())
    assert json.loads(disliked.read_text())["given"][0]["comment"] == "no!"

    report = tmp_path / "report.json"
    code, shown, told = run(
        "evaluate", "--questions", str(liked), "--index-dir", str(index), "--json", str(report)
    )
    assert code == 0, told
    assert report.is_file()


def test_without_feedback_nothing_is_exported(tmp_path: Path) -> None:
    code, shown, told = run("feedback", "export", "--folder", str(tmp_path / "none"))
    assert (code, shown) == (0, "")
    assert "0 questions; 0 need a person's answer" in " ".join(told.split())


def test_unreadable_lines_are_named(tmp_path: Path) -> None:
    (tmp_path / "feedback.jsonl").write_text('{"id"\n\n[]\n')
    code, shown, told = run("feedback", "export", "--folder", str(tmp_path))
    assert (code, shown) == (0, "")
    assert "line 1, 3" in " ".join(told.split())


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "is a directory"), (tmp_path / "x" / "y", "no such file")):
        code, _, told = run("feedback", "export", "--folder", str(tmp_path), "-o", str(path))
        assert code == 2
        assert f"cannot be written ({reason}" in " ".join(told.split())
        assert "QA_FEEDBACK_DIR" not in told
