"""What keeping an index current costs: each run does what its row says."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa.benchmark.updates
import qa.benchmark.updating
from qa.benchmark.texts import Material
from qa.benchmark.updates import measure, to_markdown
from qa.benchmark.updating import update_once
from tests.fakes import BagOfWordsEncoder

MATERIAL = Material(
    tuple(("Birds", f"Bird {n} weighs {n} grams. It sings at dawn.") for n in range(250)), ()
)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run with the small encoder, and start no processes."""
    for module in (qa.benchmark.updates, qa.benchmark.updating):
        monkeypatch.setattr(module, "open_encoder", lambda settings: BagOfWordsEncoder())
    monkeypatch.setenv("QA_PASSAGE_TOKENS", "16")

    def run(module: str, articles: str, index: str, embedded: str) -> tuple[float, object]:
        assert module == "qa.benchmark.updating"
        return 0.0, update_once(Path(articles), Path(index), int(embedded))

    monkeypatch.setattr(qa.benchmark.updates, "run_module", run)


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
        "1 % changed": [220, 3, 3, 3, 0],
        "all deleted": [0, 0, 0, 0, 220],
    }
    full = runs["all new"]
    assert full["all_embedded_s"] > full["seconds"] > full["embedding_s"] > 0
    assert runs["1 % changed"]["all_embedded_s"] == runs["1 % changed"]["seconds"]
    assert runs["all deleted"]["index_mb"] < full["index_mb"]
    lines = to_markdown(runs).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {name}" for name in runs]
    assert " | 100.00% | 220 | " in lines[2]
