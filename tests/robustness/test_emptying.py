"""An index that loses all of its documents: empty, sound, and small again."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from qa.store.vector_file import FILE_NAME as VECTORS
from tests.robustness.qa_process import run_qa
from tests.robustness.shelf import ARTICLES, QUESTIONS, Shelf

MANY = {
    f"bird-{number:03}.txt": f"Bird {number} weighs {number} grams. It sings at dawn. " * 150
    for number in range(60)
}


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("is_read", [False, True], ids=["alone", "while it is open elsewhere"])
def test_deleting_everything_leaves_an_empty_index_and_small_files(
    shelf: Shelf, is_read: bool
) -> None:
    shelf.put(MANY)
    shelf.update()
    with contextlib.ExitStack() as stack:
        if is_read:
            reader = shelf.open()
            stack.callback(reader.store.close)
            assert reader.ask(QUESTIONS[0]).hits
        full, vectors = size(shelf.generation), (shelf.generation / VECTORS).stat().st_size
        for path in shelf.corpus.iterdir():
            path.unlink()
        done = run_qa("index", shelf.corpus, "--index-dir", shelf.index)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"{len(MANY) + len(ARTICLES)} removed" in done.stdout
        assert full > 2_000_000
        assert size(shelf.generation) < full / 10
        assert (shelf.generation / VECTORS).stat().st_size < vectors / 100
        if is_read:
            assert not reader.ask(QUESTIONS[0]).hits
    assert shelf.passages() == {}
    asked = run_qa("ask", QUESTIONS[0], "--index-dir", shelf.index)
    assert (asked.returncode, asked.stderr) == (3, "")
    # What comes next finds its place there.
    shelf.put(ARTICLES)
    assert shelf.update().added == sorted(ARTICLES)
    assert shelf.passages() == shelf.fresh("fresh").passages()
    assert shelf.answers() == shelf.fresh("fresh").answers()


def test_removing_half_gives_its_room_back(shelf: Shelf) -> None:
    shelf.put(MANY)
    shelf.update()
    full = size(shelf.generation)
    for name in sorted(MANY)[::2]:
        (shelf.corpus / name).unlink()
    assert len(shelf.update().removed) == len(MANY) / 2
    assert size(shelf.generation) < 0.6 * full
    assert shelf.passages() == shelf.fresh("fresh").passages()
