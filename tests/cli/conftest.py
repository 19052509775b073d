"""The commands in this process, over a few articles, with the small encoder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import qa.assistant
import qa.models.encoder
from qa.cli.commands import app
from qa.settings import Settings
from tests.fakes import BagOfWordsEncoder

Run = Callable[..., Result]

KESTREL = "The kestrel hovers above the field. It weighs 184 grams and hunts voles."
RHINE = "The Rhine rises in the Alps. It is 1,230 kilometres long."


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with corpus/articles in it, as the current one."""
    articles = tmp_path / "corpus" / "articles"
    articles.mkdir(parents=True)
    (articles / "kestrel.txt").write_text(KESTREL)
    (articles / "rhine.txt").write_text(RHINE)
    monkeypatch.chdir(tmp_path)
    for name in ("QA_INDEX_DIR", "QA_CORPUS_DIR", "QA_ENCODER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QA_ANSWER_AT", "0")
    monkeypatch.setenv("QA_READER", "evidence")
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def run(place: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as ``run("ask", "Why?")``; what is no QAError comes out as it is."""

    def open_fake(settings: Settings) -> BagOfWordsEncoder:
        return BagOfWordsEncoder()

    monkeypatch.setattr(qa.models.encoder, "open_encoder", open_fake)
    monkeypatch.setattr(qa.assistant, "open_encoder", open_fake)
    runner = CliRunner()

    def run_here(*arguments: str | Path) -> Result:
        words = [str(argument) for argument in arguments]
        monkeypatch.setattr("sys.argv", ["qa", *words])
        result = runner.invoke(app, words)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run_here
