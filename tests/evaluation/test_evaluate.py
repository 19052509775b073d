from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from qa.datatypes import Document
from qa.evaluate import DEFAULT_QUESTIONS, evaluate_command, main

from .conftest import SmallEngine

app = typer.Typer()
app.command()(main)


def test_scores_go_to_stdout_and_the_file(
    tmp_path: Path, index_dir: Path, question_file: Path
) -> None:
    out = tmp_path / "out.json"
    options = ["--questions", question_file, "--index-dir", index_dir, "--json", out]
    done = CliRunner().invoke(app, [str(option) for option in options])
    assert done.exit_code == 0
    assert "retrieval.recall@1" in done.stdout
    assert done.stderr == ""
    assert json.loads(out.read_text())["counts"]["questions"] == 4


def test_only_the_documents_that_are_named_are_searched(
    tmp_path: Path, index_dir: Path, question_file: Path
) -> None:
    out = tmp_path / "out.json"
    options = ["--questions", question_file, "--index-dir", index_dir, "--json", out]
    options += ["--document", "rivers.txt"]
    done = CliRunner().invoke(app, [str(option) for option in options])
    assert done.exit_code == 0
    found = json.loads(out.read_text())
    assert found["run"]["only"] == ["rivers.txt"]
    cited = {row["document_id"] for row in found["records"]} - {None}
    assert cited == {"rivers.txt"}
    done = CliRunner().invoke(app, [*map(str, options), "--setting", "passage"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Leave --document out" in done.stderr


def test_baselines_are_asked_the_same(
    tmp_path: Path, index_dir: Path, question_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    done = evaluate_command(question_file, index_dir=index_dir, json_out=out, baselines=True)
    assert done == 0
    found = json.loads(out.read_text())["baselines"]
    assert {name: run["run"]["reader"] for name, run in found.items()} == {
        "best sentence": "evidence",
        "retrieval only": "passage",
    }
    assert all(run["counts"]["questions"] == 4 for run in found.values())
    assert "best sentence" in capsys.readouterr().out


def test_a_quote_that_is_not_verbatim_fails(
    index_dir: Path,
    question_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    original = SmallEngine.document

    def shifted(self: SmallEngine, document_id: str) -> Document:
        found = original(self, document_id)
        return replace(found, text=f" {found.text}")

    monkeypatch.setattr(SmallEngine, "document", shifted)
    assert evaluate_command(question_file, index_dir=index_dir) == 1
    captured = capsys.readouterr()
    assert "citations.verbatim" in captured.out
    assert "not the document's text" in captured.err


def test_bad_questions_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("{")
    assert evaluate_command(path) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"Error: {path}: line 1")
    assert captured.err.count("\n") == 1


def test_nowhere_to_write_is_said_before_asking(
    tmp_path: Path, question_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate_command(question_file, json_out=tmp_path / "absent" / "out.json") == 2
    assert "no such folder" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_said(
    tmp_path: Path, index_dir: Path, question_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "out.json"
    taken.mkdir()
    assert evaluate_command(question_file, index_dir=index_dir, json_out=taken) == 2
    captured = capsys.readouterr()
    assert "cannot be written" in captured.err
    assert "retrieval.mrr" in captured.out


@pytest.mark.parametrize("answers", [0, 2])
def test_interrupted(
    answers: int,
    index_dir: Path,
    question_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    original = SmallEngine.search

    def search(self: SmallEngine, question: str, **options: object) -> object:
        if len(self.asked) > answers:
            raise KeyboardInterrupt
        return original(self, question, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(SmallEngine, "search", search)
    assert evaluate_command(question_file, index_dir=index_dir) == 130
    captured = capsys.readouterr()
    assert ("PARTIAL: interrupted after 2 of 4" in captured.out) is bool(answers)
    assert ("before there was anything" in captured.err) is not bool(answers)


@pytest.mark.parametrize("options", [["--k", "9"], ["--limit", "0"], ["--setting", "both"]])
def test_wrong_options_are_refused(options: list[str]) -> None:
    assert CliRunner().invoke(app, options).exit_code == 2


def test_help_needs_nothing_heavy() -> None:
    program = (
        "import sys, qa.evaluate; "
        "heavy = {'numpy', 'torch', 'faiss', 'transformers', 'pydantic', 'qa.assistant'}; "
        "sys.exit(str(sorted(heavy & sys.modules.keys())) if heavy & sys.modules.keys() else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_default_questions_are_there() -> None:
    assert (Path(__file__).parents[2] / DEFAULT_QUESTIONS).is_file()
