"""Whatever its history, an index is what a fresh one would be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.datatypes import Document
from qa.store.interface import State
from qa.store.store import Store, Writer, open_writer
from tests.store.shelves import ENCODER, MANIFEST, WORDS, add, all_passages, make_document, publish

IDS = st.sampled_from(["a.txt", "b.txt", "c.txt", "d.txt"])
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
DOCUMENTS = st.builds(
    make_document, IDS, st.lists(SENTENCES, min_size=1, max_size=4).map(". ".join)
)
STEPS = st.lists(
    st.one_of(DOCUMENTS, IDS, st.just("publish"), st.sampled_from(["reopen", "rebuild"])),
    max_size=25,
)


class Keeper:
    """Takes steps on an index: a Document is added, an id removed, the rest as it is called.

    After each step a reader that stays open sees what was published last, and nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: dict[str, str] = {}
        self.published: dict[str, str] | None = None
        self.changed = False
        self.reader: Store | None = None

    def take(self, steps: list[Document | str]) -> None:
        rest = list(steps)
        while rest:
            rebuild = rest[0] == "rebuild"
            before, published = (self.written, self.changed), self.published
            if rebuild:
                self.written, self.changed = {}, False
            with open_writer(self.folder, MANIFEST, rebuild=rebuild) as writer:
                rest = rest[rest[0] in ("reopen", "rebuild") :]
                while rest and rest[0] not in ("reopen", "rebuild"):
                    self.step(writer, rest.pop(0))
                    assert writer.known().keys() == self.written.keys()
                    self.look()
            if rebuild and self.published is not None and self.published is published:
                # What a rebuild does not publish leaves no trace. (Before the first index there
                # is nothing to rebuild: what was begun last is what goes on.)
                self.written, self.changed = before
            self.look()

    def step(self, writer: Writer, step: Document | str) -> None:
        if isinstance(step, Document):
            add(writer, step)
            self.written = {**self.written, step.id: step.text}
            self.changed = True
        elif step == "publish":
            writer.publish()
            if self.changed:
                self.published = dict(self.written)
        else:
            assert writer.remove(step) == (step in self.written)
            self.changed |= step in self.written
            self.written = {key: text for key, text in self.written.items() if key != step}

    def look(self) -> None:
        if self.published is not None:
            self.reader = self.reader or Store(self.folder)
            with self.reader.snapshot() as state:
                assert {d.id: d.text for d in state.documents()} == self.published


def everything(state: State) -> list[object]:
    """Return what a state holds and finds, whatever the numbers of its passages are."""
    places = {p.id: (p.document_id, p.start, p.end, p.text) for p in all_passages(state)}
    dense = [state.search_vectors(ENCODER.encode([word])[0], 1000) for word in WORDS]
    words = [state.search_words(word, 1000) for word in WORDS]
    return [
        list(state.documents()),
        Counter(places.values()),
        {places[i]: state.vectors([i]).tobytes() for i in places},
        [[score for _, score in found] for found in dense],
        [{(places[i], score) for i, score in found} for found in dense],
        [{places[i] for i, _ in found} for found in words],
    ]


@settings(max_examples=10)
@given(STEPS)
@example([make_document("a.txt", "ox"), "publish", "a.txt", "publish", "rebuild", "publish"])
@example([make_document("a.txt", "ox"), "rebuild", make_document("b.txt", "yak"), "publish"])
@example([make_document("a.txt", "ox"), "publish", make_document("a.txt", "emu"), "publish"])
def test_any_history(tmp_path_factory: pytest.TempPathFactory, steps: list[Document | str]) -> None:
    folder = tmp_path_factory.mktemp("history")
    keeper = Keeper(folder / "old")
    keeper.take([*steps, "publish"])
    if not keeper.published:
        return
    assert keeper.reader is not None
    with keeper.reader.snapshot() as seen, Store(keeper.folder).snapshot() as reopened:
        for k in (1, 3, 1000):
            vector = ENCODER.encode(["ox emu"])[0]
            assert reopened.search_vectors(vector, k) == seen.search_vectors(vector, k)
            assert reopened.search_words("ox emu", k) == seen.search_words("ox emu", k)
        publish(folder / "fresh", keeper.published)
        with Store(folder / "fresh").snapshot() as fresh:
            assert everything(seen) == everything(fresh)
