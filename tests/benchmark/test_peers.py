"""The comparison with other programs: the scripts that run here, and what cannot run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from qa.benchmark.peers import __main__ as command
from qa.benchmark.peers.__main__ import run_peer, to_markdown
from qa.benchmark.peers.environments import PEERS, Peer, python_for
from qa.models.encoder import bundled_folder

TEXTS = [
    "The kestrel hovers above the field and hunts voles.",
    "The Rhine rises in the Alps and is 1,230 kilometres long.",
    "Green tea steeps for three minutes at 80 degrees.",
]
QUESTIONS = ["How long is the Rhine?", "What do kestrels hunt?", "How long does green tea steep?"]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("peers") / "job.json"
    content = {"model": str(bundled_folder()), "texts": TEXTS, "questions": QUESTIONS}
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    "peer", [peer for peer in PEERS if not peer.packages], ids=lambda p: p.name
)
def test_peers_that_need_no_package_find_what_was_asked_for(peer: Peer, job: Path) -> None:
    figures, trouble = run_peer(peer, sys.executable, job)
    assert trouble == ""
    assert figures["best"] == [1, 0, 2]
    assert len(figures["question_ms"]) == 3
    assert min(*figures["question_ms"], figures["indexing_per_s"]) > 0


def test_what_does_not_install_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    peer = Peer("nothing", "own.py", ("no-such-package-anywhere",))
    python, why = python_for(peer, tmp_path)
    assert python == ""
    assert why.startswith("pip could not install it: ERROR: No matching distribution")


def test_what_does_not_run_is_told(tmp_path: Path) -> None:
    figures, why = run_peer(PEERS[0], sys.executable, tmp_path / "no-job.json")
    assert figures == {}
    assert why.startswith("its script failed: FileNotFoundError")


def test_what_takes_too_long_is_told(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_SECONDS", 0.01)
    assert run_peer(PEERS[0], sys.executable, job) == (
        {},
        "its script took longer than 0.01 seconds",
    )


def test_the_table_gives_ratios_and_what_is_missing() -> None:
    runs: dict[str, list[dict[str, Any]]] = {
        "qa": [{"indexing_per_s": 60.0, "question_ms": [4.0, 5.0, 6.0]}],
        "other": [{"indexing_per_s": 20.0, "question_ms": [10.0, 10.0, 10.0]}],
    }
    table = to_markdown(runs, {"third": "it does not run"})
    assert "| other | 20 | 3.00 | 10 | 2.00 |" in table
    assert "| qa | 60 | 1.00 | 5 | 1.00 |" in table
    assert "third is left out: it does not run" in table
