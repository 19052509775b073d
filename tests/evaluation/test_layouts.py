"""The same paragraphs as files of a paragraph, files of an article, and a zip file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import qa.assistant
from qa.evaluation import layouts
from qa.evaluation.datasets import load_questions
from qa.evaluation.layouts import LAYOUTS, Found, find_in_all, to_markdown
from tests.fakes import BagOfWordsEncoder

BIRDS = ("kestrel", "heron", "wren", "gull", "lark", "rook")
RUNNER = CliRunner()


def paragraph(bird: str, number: int) -> dict[str, object]:
    text = (
        f"The {bird} of place {number} eats worms.\r\n It weighs {number}00 grams there. It sings."
    )
    asked = {
        "id": f"{bird}-{number}",
        "question": f"What does the {bird} of place {number} eat?",
        "answers": [{"text": "worms", "answer_start": text.index("worms")}],
    }
    return {"context": text, "qas": [asked, {"id": f"no-{asked['id']}", "question": "Why?",
                                             "answers": []}]}  # fmt: skip


@pytest.fixture
def squad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (layouts, qa.assistant):
        monkeypatch.setattr(module, "open_encoder", lambda settings: BagOfWordsEncoder())
    monkeypatch.setenv("QA_PASSAGE_TOKENS", "12")
    monkeypatch.setenv("QA_READER", "evidence")
    articles = [
        {"title": f"The_{bird}/s", "paragraphs": [paragraph(bird, n) for n in range(1, 5)]}
        for bird in BIRDS
    ]
    path = tmp_path / "birds.json"
    path.write_text(json.dumps({"data": articles}))
    return path


def test_every_layout_finds_the_same_paragraphs_at_the_same_ranks(squad: Path) -> None:
    question_set = load_questions(squad)
    found = find_in_all(question_set, question_set.questions)
    assert {name: each.files for name, each in found.items()} == dict(
        zip(LAYOUTS, (24, 6, 1), strict=True)
    )
    first = found["a file a paragraph"]
    assert len(first.ranks) == 24
    assert first.passages > 24
    assert first.recall(1) > 0.5
    assert all((each.ranks, each.passages) == (first.ranks, first.passages)
               for each in found.values())  # fmt: skip


def test_the_command_prints_a_row_a_layout(squad: Path) -> None:
    app = typer.Typer()
    app.command()(layouts.main)
    done = RUNNER.invoke(app, ["--questions", str(squad), "--limit", "20"])
    assert done.exit_code == 0
    assert [line.split(" | ")[0] for line in done.stdout.splitlines()[2:]] == [
        f"| {name}" for name in LAYOUTS
    ]
    unanswered = {"id": "a", "question": "Why?", "answers": []}
    paragraphs = [{"context": "The kestrel hovers.", "qas": [unanswered]}]
    squad.write_text(json.dumps({"data": [{"title": "Birds", "paragraphs": paragraphs}]}))
    refused = RUNNER.invoke(app, ["--questions", str(squad)])
    assert refused.exit_code == 2
    assert "holds no question with its paragraph" in refused.stderr


def test_other_recall_is_told(squad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout that loses a paragraph in five."""

    def forgetful(paragraphs: object, folder: Path) -> layouts.Starts:
        starts = LAYOUTS["a file a paragraph"](paragraphs, folder)  # type: ignore[arg-type]
        for name in list(starts)[::5]:
            (folder / name).unlink()
        return starts

    monkeypatch.setattr(
        layouts, "LAYOUTS", {"all": LAYOUTS["a file a paragraph"], "forgetful": forgetful}
    )
    app = typer.Typer()
    app.command()(layouts.main)
    assert RUNNER.invoke(app, ["--questions", str(squad)]).exit_code == 1


def found_at(files: int, *ranks: int) -> Found:
    return Found(files, 9, tuple(tuple(rank == each for each in range(1, 21)) for rank in ranks))


def test_the_scores() -> None:
    found = found_at(1, 1, 21, 4, 6)
    assert found.ranks == (1, None, 4, 6)
    assert (found.recall(1), found.recall(5)) == (0.25, 0.5)
    assert found.mean_reciprocal_rank == pytest.approx((1 + 1 / 4 + 1 / 6) / 4)
    other = found_at(2, 1, 2, 4, 6)
    lines = to_markdown({"a": found, "b": other}).splitlines()
    assert lines[2:] == [
        "| a | 1 | 9 | 0.2500 | 0.5000 | 0.3542 | 0 |",
        "| b | 2 | 9 | 0.2500 | 0.7500 | 0.4792 | 1 |",
    ]
