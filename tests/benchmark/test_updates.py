"""What keeping an index current costs: each run does what its row says."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa.assistant
import qa.benchmark.indexing
import qa.benchmark.updates
import qa.benchmark.waiting
from qa.benchmark.indexing import index_once
from qa.benchmark.texts import Material
from qa.benchmark.updates import measure, to_markdown
from tests.fakes import BagOfWordsEncoder

MATERIAL = Material(
    tuple(("Birds", f"Bird {n} weighs {n} grams. It sings at dawn.") for n in range(250)),
    ("How much does bird 7 weigh?", "When does bird 9 sing?"),
)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run with the small encoder, and start no processes."""
    for module in (qa.benchmark.updates, qa.benchmark.indexing, qa.benchmark.waiting, qa.assistant):
        monkeypatch.setattr(module, "open_encoder", lambda settings: BagOfWordsEncoder())
    monkeypatch.setenv("QA_PASSAGE_TOKENS", "16")
    monkeypatch.setenv("QA_READER", "evidence")

    def run(module: str, articles: str, index: str, embedded: str) -> tuple[float, object]:
        assert module == "qa.benchmark.indexing"
        return 0.0, index_once(Path(articles), Path(index), int(embedded))

    for module in (qa.benchmark.updates, qa.benchmark.waiting):
        monkeypatch.setattr(module, "run_module", run)


@pytest.mark.usefixtures("in_this_process")
def test_all_new_then_unchanged_then_a_hundredth_changed_then_all_deleted(tmp_path: Path) -> None:
    runs = measure(MATERIAL, tmp_path, passages=220, embedded=150)
    counts = {
        name: [figures[key] for key in ("documents", "passages", "embedded", "updated", "removed")]
        for name, figures in runs.items()
    }
    assert counts == {
        "all new": [220, 220, 150, 0, 0],
        "nothing changed": [220, 0, 0, 0, 0],
        "1 % changed": [220, 2, 2, 2, 0],
        "all deleted": [0, 0, 0, 0, 220],
    }
    full = runs["all new"]
    assert full["all_embedded_s"] > full["opening_s"] + full["indexing_s"] > 0
    assert full["all_embedded_s"] > full["embedding_s"] > 0
    changed = runs["1 % changed"]
    assert changed["all_embedded_s"] == changed["opening_s"] + changed["indexing_s"]
    assert runs["all deleted"]["index_mb"] < full["index_mb"]
    lines = to_markdown(runs).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {name}" for name in runs]
    assert lines[2].count(" | 100.00% | ") == 2
    assert " | 220 | " in lines[2]
    assert all(figures["processor_s"] > 0 for figures in runs.values())


@pytest.mark.usefixtures("in_this_process")
def test_questions_during_updates_see_each_of_them(tmp_path: Path) -> None:
    found = qa.benchmark.waiting.measure(MATERIAL, tmp_path, passages=200, embedded=150, rounds=2)
    assert {name: len(times) for name, times in found.items() if name != "during updates"} == {
        "alone": 200,
        "right after": 2,
    }
    assert len(found["during updates"]) >= 2
    lines = qa.benchmark.waiting.to_markdown(found).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {name}" for name in found]
