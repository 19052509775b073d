from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from qa.datatypes import Document
from qa.documents.passages import Slice
from qa.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexNotFoundError,
    QAError,
)
from qa.store import database
from qa.store.files import replace_atomically
from qa.store.interface import State
from qa.store.snapshot import DocumentCache
from qa.store.store import Store, open_writer
from tests.store.shelves import ENCODER, MANIFEST, add, all_passages, make_document, publish

OLD = {"a": "An ox. An emu.", "b": "A yak."}
NEW = {"b": "A cod. An owl. A yak. " * 4, "c": "A kudu."}


def texts(state: State) -> dict[str, str]:
    return {document.id: document.text for document in state.documents()}


def start_and_fail(folder: Path, manifest: dict[str, object], *, rebuild: bool = False) -> None:
    """Add one document as a process would that dies before it publishes."""
    with suppress(ZeroDivisionError), open_writer(folder, manifest, rebuild=rebuild) as writer:
        add(writer, make_document("a", "An ox."))
        raise ZeroDivisionError


def find(state: State, question: str) -> list[str]:
    """Return the texts that each of both searches finds first."""
    found = [
        state.search_vectors(ENCODER.encode([question])[0], 1),
        state.search_words(question, 1),
    ]
    return [state.passages([passage])[0].text for [(passage, _)] in found]


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    text = "# Zoo\n\nAn ox. Ä yak 🍵 and an emu and a cod and an owl.\r\n\r\nOne more ox."
    document = Document("sub/é.md", "Zoo", text, "here", "5ha", "2022-12-22", (0, 20))
    with open_writer(tmp_path, MANIFEST) as writer:
        add(writer, document, root="/root")
        assert writer.known() == {"sub/é.md": ("5ha", "/root")}
        writer.publish()
    store = Store(tmp_path)
    with store.snapshot() as state:
        assert list(state.documents()) == [document]
        assert state.document("sub/é.md") == document
        passages = state.passages_of("sub/é.md")
        assert len(passages) > 2
        for passage in passages:
            assert passage.text == text[passage.start : passage.end]
            assert passage.document_id == "sub/é.md"
        assert passages[0].section == "Zoo"
        ids = [passage.id for passage in passages]
        assert state.passages(ids[::-1]) == passages[::-1]
        assert state.passages([]) == []
        assert [state.passage_after(id) for id in ids] == [*passages[1:], None]
        encoded = ENCODER.encode([passage.text for passage in passages])
        assert np.array_equal(state.vectors(ids), encoded)
        assert len(state.vectors([])) == 0
    assert store.manifest() == MANIFEST


def test_what_is_not_there(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    with Store(tmp_path).snapshot() as state:
        assert state.document("c") is None
        assert state.passages_of("c") == []


def test_a_document_without_passages(tmp_path: Path) -> None:
    with open_writer(tmp_path, MANIFEST) as writer:
        writer.add(make_document("a", "x"), [], np.zeros((0, 64), np.float32), "")
        writer.publish()
        add(writer, make_document("b", "An ox."))
        assert writer.remove("a")
        assert not writer.remove("a")
        writer.publish()
    with Store(tmp_path).snapshot() as state:
        assert texts(state) == {"b": "An ox."}
        assert find(state, "ox") == ["An ox.", "An ox."]


def test_vectors_must_match_the_slices(tmp_path: Path) -> None:
    with open_writer(tmp_path, MANIFEST) as writer:
        add(writer, make_document("a", "An ox."))
        with pytest.raises((QAError, ValueError), match="shorter"):
            writer.add(make_document("a", "A yak."), [Slice(0, 6)], np.zeros((0, 64), "f4"), "")
        writer.publish()
    with Store(tmp_path).snapshot() as state:
        # One transaction a document: the older version is still there.
        assert texts(state) == {"a": "An ox."}


def test_an_open_store_sees_what_was_published_and_only_that(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    store = Store(tmp_path)
    with open_writer(tmp_path, MANIFEST) as writer:
        add(writer, make_document("c", "A cod."))
        writer.remove("a")
        for reader in (store, Store(tmp_path)):
            with reader.snapshot() as state:
                assert texts(state) == OLD
        writer.publish()
        for reader in (store, Store(tmp_path)):
            with reader.snapshot() as state:
                assert texts(state) == {"b": "A yak.", "c": "A cod."}


@pytest.mark.parametrize("rebuild", [False, True])
def test_an_old_snapshot_keeps_its_rows_while_a_writer_publishes(
    rebuild: bool, tmp_path: Path
) -> None:
    publish(tmp_path, OLD)
    store = Store(tmp_path)
    with store.snapshot() as old:
        publish(tmp_path, NEW, rebuild=rebuild)
        with store.snapshot() as new:
            publish(tmp_path, {"d": "An eel."}, rebuild=rebuild)
            for state, expected in ((old, OLD), (new, NEW), (old, OLD)):
                assert texts(state) == expected
                assert "".join(p.text for p in all_passages(state)).replace(" ", "") == "".join(
                    expected.values()
                ).replace(" ", "")
            assert find(old, "emu") == ["An ox. An emu."] * 2
            assert find(new, "kudu") == ["A kudu."] * 2
    # Connections given back by old snapshots must not serve new ones.
    for _ in range(3):
        with store.snapshot() as state:
            assert texts(state) == {"d": "An eel."}
            assert find(state, "eel") == ["An eel."] * 2


def test_readers_in_threads_see_one_state_or_the_other(tmp_path: Path) -> None:
    states = [{"a": f"ox {n}.", "b": f"emu {n}. yak."} for n in range(8)]
    publish(tmp_path, states[0])
    store = Store(tmp_path)
    done = threading.Event()
    troubles: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                with store.snapshot() as state:
                    assert texts(state) in states
                    seen = find(state, "ox")
                    assert seen == [state.passages_of("a")[0].text] * 2
        except BaseException as error:  # noqa: BLE001 - it is shown by the main thread
            troubles.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number, state in enumerate(states):
        publish(tmp_path, state, rebuild=number % 3 == 2)
    done.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    with store.snapshot() as last:
        assert texts(last) == states[-1]


def test_a_reopened_store_ranks_as_built(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    store = Store(tmp_path)
    publish(tmp_path, NEW)
    with store.snapshot() as built, Store(tmp_path).snapshot() as opened:
        for question in ("an ox", "a cod and a yak", "kudu"):
            vector = ENCODER.encode([question])[0]
            assert built.search_vectors(vector, 9) == opened.search_vectors(vector, 9)
            assert built.search_words(question, 9) == opened.search_words(question, 9)


@pytest.mark.parametrize("lost", ["vectors.faiss", "words"])
def test_what_is_derived_may_be_lost(lost: str, tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    publish(tmp_path, NEW)
    with Store(tmp_path).snapshot() as state:
        expected = [find(state, word) for word in ("cod", "kudu", "owl")]
    (path,) = tmp_path.glob(f"*/{lost}")
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    for _ in range(2):
        with Store(tmp_path).snapshot() as state:
            assert [find(state, word) for word in ("cod", "kudu", "owl")] == expected
        publish(tmp_path, NEW)
    assert path.exists()


def test_a_folder_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="Make one with: qa index"):
        Store(tmp_path)
    with open_writer(tmp_path, MANIFEST) as writer:
        writer.publish()
    with pytest.raises(IndexNotFoundError):
        Store(tmp_path)
    with pytest.raises(IndexNotFoundError):
        Store(tmp_path / "nowhere")


@pytest.mark.parametrize("key", [*MANIFEST, "format"])
def test_another_manifest_is_refused_with_both_values(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, OLD)
    wanted = dict(MANIFEST)
    stored: object = database.FORMAT
    if key == "format":
        monkeypatch.setattr(database, "FORMAT", 99)
    else:
        stored, wanted[key] = MANIFEST[key], 99
    refused: list[Callable[[], object]] = [
        lambda: Store(tmp_path).check(wanted),
        lambda: open_writer(tmp_path, wanted).__enter__(),
    ]
    for act in refused:
        with pytest.raises(IndexMismatchError, match="Rebuild with: qa index --rebuild") as caught:
            act()
        assert f"{key}={stored!r}, this run wants 99" in str(caught.value)
        assert (caught.value.field, caught.value.stored) == (key, stored)
    with open_writer(tmp_path, wanted, rebuild=True) as writer:
        vectors = np.ones((1, int(str(wanted["dimension"]))), np.float32)
        writer.add(make_document("z", "An ox."), [Slice(0, 6)], vectors, "")
        writer.publish()
    Store(tmp_path).check(wanted)


def test_a_rebuild_with_another_encoder_is_noticed_by_an_open_store(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    store = Store(tmp_path)
    store.check(MANIFEST)
    publish(tmp_path, NEW, rebuild=True)
    with store.snapshot() as state:
        assert texts(state) == NEW
    with open_writer(tmp_path, {**MANIFEST, "fingerprint": "else"}, rebuild=True) as writer:
        add(writer, make_document("z", "An ox."))
        writer.publish()
    for _ in range(2):
        with pytest.raises(IndexMismatchError, match="fingerprint='else'"), store.snapshot():
            pass
    publish(tmp_path, OLD, rebuild=True)
    with store.snapshot() as state:
        assert texts(state) == OLD


def test_a_rebuild_switches_generations_in_one_step(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    first = (tmp_path / "CURRENT").read_text()
    with open_writer(tmp_path, MANIFEST, rebuild=True) as writer:
        assert writer.known() == {}
        add(writer, make_document("z", "An ox."))
        assert (tmp_path / "CURRENT").read_text() == first
        with Store(tmp_path).snapshot() as state:
            assert texts(state) == OLD
        writer.publish()
        assert (tmp_path / "CURRENT").read_text() != first
    assert len(list(tmp_path.glob("g*"))) == 1
    with Store(tmp_path).snapshot() as state:
        assert texts(state) == {"z": "An ox."}


def test_a_rebuild_that_fails_leaves_the_old_index(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    start_and_fail(tmp_path, MANIFEST, rebuild=True)
    publish(tmp_path, {**OLD, "c": "A cod."})
    assert len(list(tmp_path.glob("g*"))) == 1
    with Store(tmp_path).snapshot() as state:
        assert texts(state) == {**OLD, "c": "A cod."}


def test_a_generation_replaced_while_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, OLD)
    connect = database.connect

    def connect_late(path: Path) -> sqlite3.Connection:
        monkeypatch.setattr(database, "connect", connect)
        publish(tmp_path, NEW, rebuild=True)
        return connect(path)

    monkeypatch.setattr(database, "connect", connect_late)
    with Store(tmp_path).snapshot() as state:
        assert texts(state) == NEW


def test_a_first_run_that_failed_is_gone_on_with(tmp_path: Path) -> None:
    start_and_fail(tmp_path, MANIFEST)
    with pytest.raises(IndexNotFoundError):
        Store(tmp_path)
    with open_writer(tmp_path, MANIFEST) as writer:
        assert writer.known().keys() == {"a"}
        add(writer, make_document("b", "A yak."))
        writer.publish()
    with Store(tmp_path).snapshot() as state:
        assert texts(state) == {"a": "An ox.", "b": "A yak."}


def test_a_first_run_that_failed_with_other_settings_is_dropped(tmp_path: Path) -> None:
    start_and_fail(tmp_path, {**MANIFEST, "passage_tokens": 7})
    with open_writer(tmp_path, MANIFEST) as writer:
        assert writer.known() == {}
        add(writer, make_document("b", "A yak."))
        writer.publish()
    assert len(list(tmp_path.glob("g*"))) == 1
    with Store(tmp_path).snapshot() as state:
        assert texts(state) == {"b": "A yak."}


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    waited: list[bool] = []

    def wait() -> None:
        with open_writer(tmp_path, MANIFEST, wait=True) as second:
            waited.append("a" in second.known())

    with open_writer(tmp_path, MANIFEST) as first:
        with pytest.raises(IndexBusyError), open_writer(tmp_path, MANIFEST):
            pass
        thread = threading.Thread(target=wait)
        thread.start()
        add(first, make_document("a", "An ox."))
        first.publish()
    thread.join()
    assert waited == [True]


def test_a_database_that_is_gone(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    (path,) = tmp_path.glob("*/articles.sqlite3")
    path.unlink()
    with pytest.raises(IndexDamagedError, match=r"articles.sqlite3 is missing.*--rebuild"):
        Store(tmp_path)
    with pytest.raises(IndexDamagedError), open_writer(tmp_path, MANIFEST):
        pass
    publish(tmp_path, NEW, rebuild=True)
    with Store(tmp_path).snapshot() as state:
        assert texts(state) == NEW


def test_a_closed_store_can_be_used_again(tmp_path: Path) -> None:
    publish(tmp_path, OLD)
    store = Store(tmp_path)
    with store.snapshot() as state:
        store.close()
        assert texts(state) == OLD
    with store.snapshot() as state:
        assert texts(state) == OLD
    store.close()


def test_the_cache_of_documents_stays_small(tmp_path: Path) -> None:
    publish(tmp_path, {str(number): f"ox {number}." for number in range(9)})
    connection = database.connect(next(tmp_path.glob("*/articles.sqlite3")))
    cache = DocumentCache(most=3)
    for number, kept in [
        (0, "0"), (1, "01"), (0, "10"), (2, "102"), (3, "023"), (0, "230"), (8, "308"),
    ]:  # fmt: skip
        assert cache.get(connection, number + 1).text == f"ox {number}."
        assert "".join(document.id for document in cache._kept.values()) == kept
    # Each has five characters; one that is too long by itself is kept all the same.
    for characters, most in ((14, 2), (1, 1)):
        cache = DocumentCache(characters=characters)
        for number in range(9):
            cache.get(connection, number + 1)
        assert len(cache._kept) == most
    connection.close()


def test_a_file_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def write(text: str) -> Callable[[Path], None]:
        def write_draft(draft: Path) -> None:
            draft.write_text(text, encoding="utf-8")
            if text == "fail":
                raise OSError("disk full")

        return write_draft

    replace_atomically(path, write("old"))
    with pytest.raises(OSError, match="disk full"):
        replace_atomically(path, write("fail"))
    assert path.read_text() == "old"
    replace_atomically(path, write("new"))
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]
