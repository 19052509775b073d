"""An indexing process that is killed at any moment: what was complete stays, the rest is mended."""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from pathlib import Path

import pytest

from qa.datatypes import DocumentFacts
from qa.errors import IndexNotFoundError
from tests.robustness.qa_process import start_qa
from tests.robustness.shelf import ARTICLES, QUESTIONS, Place, Shelf, passages_of, quotes_of

State = tuple[list[DocumentFacts], dict[str, list[Place]]]
"""What an index holds: the documents with their copies, and all passages."""


def articles_at(turn: int) -> dict[str, str]:
    """Return what the folder holds at a turn: files come, change, move, repeat and go."""
    larks = [f"Lark {number} sings at dawn." for number in range(40 * (turn % 3))]
    words = ("falcon", "Danube", "coffee") if turn % 2 else ("kestrel", "Rhine", "tea")
    return {
        **{
            name: text.replace("kestrel", words[0])
            .replace("Rhine", words[1])
            .replace("tea", words[2])
            for name, text in ARTICLES.items()
        },
        **{f"note-{n}.txt": f"Note {n} says that wrens are small." for n in range(turn, turn + 3)},
        f"moves-{turn % 4}.txt": "The heron stands in the reeds.",
        "first.txt" if turn % 2 else "second.txt": "The gull follows the plough.",
        "third.txt": "The gull follows the plough.",
        "larks.md": "\n\n".join([f"# Larks of turn {turn}", *larks]),
        "rows.csv": f"id,text\n1,Eels swim to sea.\n{turn},Trout number {turn} swim upstream.\n",
    }


def put(shelf: Shelf, articles: dict[str, str]) -> None:
    """Make the folder hold these articles and no others."""
    if shelf.corpus.is_dir():
        for path in shelf.corpus.iterdir():
            path.unlink()
    shelf.put(articles)


def state_of(shelf: Shelf) -> State | None:
    """Return what a new process sees, with each of its citations checked; None for no index."""
    try:
        assistant = shelf.open()
    except IndexNotFoundError:
        return None
    try:
        texts = {document.id: document.text for document in assistant.documents()}
        for question in QUESTIONS:
            answer = assistant.ask(question)
            places = [*quotes_of(answer), *passages_of(answer)]
            assert places
            assert all(texts[id_][start:end] == text for id_, start, end, text in places)
        with assistant.store.snapshot() as state:
            facts = list(state.facts())
    finally:
        assistant.store.close()
    return facts, shelf.passages()


def answers_of(shelf: Shelf) -> list[tuple[object, ...]]:
    # Which passages come fifth and sixth may depend on what was removed earlier: BM25 counts it.
    return [(text, quotes) for text, quotes, _ in shelf.answers()]


def index(shelf: Shelf, flags: list[str], kill_after: float) -> tuple[bool, float]:
    """Run ``qa index`` and kill -9 it so many seconds after it locked the index.

    Return whether it still ran, and how many seconds there were.
    """
    process = start_qa("index", shelf.corpus, "--index-dir", shelf.index, *flags)
    while process.poll() is None and not has_open(process.pid, shelf.index / ".lock"):
        time.sleep(0.0005)
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < kill_after:
        time.sleep(0.0005)
    seconds = time.monotonic() - began
    running = process.poll() is None
    process.kill()
    process.communicate()
    return running, seconds


def has_open(pid: int, path: Path) -> bool:
    descriptors = Path(f"/proc/{pid}/fd")
    if not descriptors.is_dir():
        pytest.skip("needs /proc to see when the indexer begins to write")
    for descriptor in descriptors.iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            if descriptor.readlink() == path:
                return True
    return False


# With -m slow these are 200 moments.
@pytest.mark.parametrize(
    ("seed", "kills"), [(7, 10), *(pytest.param(n, 25, marks=pytest.mark.slow) for n in range(8))]
)
def test_whatever_moment_an_indexer_is_killed_at_the_next_run_repairs(
    shelf: Shelf, seed: int, kills: int
) -> None:
    choose = random.Random(seed)
    put(shelf, articles_at(0))
    seconds = index(Shelf(shelf.corpus, shelf.index.with_name("whole")), [], 60)[1]
    before: State | None = None
    killed = old = new = 0
    for turn in range(kills):
        put(shelf, articles_at(turn))
        undisturbed = shelf.fresh("fresh")
        wanted = state_of(undisturbed)
        flags = ["--rebuild"] if turn % 4 == 3 else []
        ran, took = index(shelf, flags, choose.uniform(0, 1.1 * seconds))
        killed += ran
        # Other work may make the machine slower or faster meanwhile.
        seconds = 1.05 * seconds if ran else took
        # What is seen at once is whole, and of one time.
        seen = state_of(shelf)
        assert seen in (before, wanted)
        old, new = old + (seen == before), new + (seen == wanted)
        if choose.random() < 0.5:  # else the next kill comes on top of this one
            shelf.update()
            seen = state_of(shelf)
            assert seen == wanted
            assert answers_of(shelf) == answers_of(undisturbed)
            assert names(shelf.generation) == names(undisturbed.generation)
            assert names(shelf.index) == {".lock", "CURRENT", shelf.generation.name}
        before = seen
        shutil.rmtree(undisturbed.index)
    assert killed >= 0.4 * kills
    assert min(old, new) >= kills / 10


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
