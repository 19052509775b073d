"""The kinds of index that many passages call for, at limits small enough for a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.documents.passages import Slice
from qa.store import growth, kinds, vector_file
from qa.store.snapshot import Snapshot
from qa.store.store import Store, open_writer
from tests.store.shelves import MANIFEST, make_document, ranked

DIMENSION = 32
SIZED = {**MANIFEST, "dimension": DIMENSION}
Vectors = NDArray[np.float32]
DICE = np.random.default_rng(7)
CENTRES = DICE.standard_normal((40, DIMENSION))


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "LIMITS", kinds.Limits(exact=100, halves=400))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An index of 50 passages, opened."""
    change(tmp_path, {"first": 50})
    opened = Store(tmp_path)
    yield opened
    opened.close()


def unit(vectors: NDArray[np.float64]) -> Vectors:
    scaled = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(scaled, dtype=np.float32)


def near_centres(count: int) -> Vectors:
    centres = CENTRES[DICE.integers(len(CENTRES), size=count)]
    return unit(centres + 0.6 * DICE.standard_normal((count, DIMENSION)))


def change(folder: Path, added: dict[str, int], removed: str = "") -> None:
    """Add documents of so many passages each and remove those named by letters; publish."""
    with open_writer(folder, SIZED) as writer:
        for name in removed.split():
            assert writer.remove(name)
        for name, count in added.items():
            slices = [Slice(at, at + 1) for at in range(count)]
            writer.add(make_document(name, "x" * count), slices, near_centres(count), "")
        writer.publish()


def kind_on_disk(folder: Path) -> str:
    (path,) = folder.glob(f"*/{vector_file.FILE_NAME}")
    found = vector_file.load(path.parent, DIMENSION)
    assert found is not None
    return found.kind


def everything(state: Snapshot) -> dict[int, NDArray[np.float32]]:
    ids = [p.id for document in state.documents() for p in state.passages_of(document.id)]
    return dict(zip(ids, state.vectors(ids), strict=True))


def check(state: Snapshot, kind: str, *, recall: float = 0.98) -> None:
    """Compare with brute force: scores are exact, and few of ten nearest are missed."""
    assert state._view.dense._base.kind == kind
    rows = everything(state)
    assert len(state._view.dense) == len(rows)
    asked = 60
    hits = 0
    for vector in near_centres(asked):
        exact = {i: float(row @ vector) for i, row in rows.items()}
        found = state.search_vectors(vector, 10)
        assert len(found) == min(10, len(rows))
        assert [score for _, score in found] == pytest.approx(
            [exact[i] for i, _ in found], abs=1e-6
        )
        assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
        hits += len({i for i, _ in found} & {i for i, _ in ranked(exact, 10)})
    assert hits / (10 * asked) >= recall


def test_the_kind_follows_the_size_and_gives_way_late() -> None:
    assert [kinds.kind_for(n) for n in (0, 100, 101, 400, 401)] == [
        *("Flat", "Flat", "SQfp16", "SQfp16", "IVF64,SQ8")
    ]
    assert [kinds.kind_for(n, "SQfp16") for n in (401, 100, 51, 50)] == [
        *("IVF64,SQ8", "SQfp16", "SQfp16", "Flat")
    ]


def test_an_index_grows_through_all_kinds_and_shrinks_again(tmp_path: Path, store: Store) -> None:
    steps = [
        ({"a": 30}, "", "Flat"),
        ({"b": 100, "c": 1}, "", "SQfp16"),
        ({"d": 400, "e": 300}, "a", "IVF128,SQ8"),
        ({"f": 2000}, "", "IVF256,SQ8"),
        ({}, "f", "IVF128,SQ8"),
        ({}, "d e b", "Flat"),
    ]
    for added, removed, kind in steps:
        change(tmp_path, added, removed)
        assert kind_on_disk(tmp_path) == kind
        reopened = Store(tmp_path)
        for reader in (store, reopened):
            with reader.snapshot() as state:
                check(state, kind, recall=0.98 if kind.startswith("IVF") else 1)
        reopened.close()


@pytest.mark.parametrize("size", [10, 60, 1500])
def test_a_small_change_reads_the_file_once(
    size: int, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(tmp_path, {"more": size})
    load, loaded = vector_file.load, []

    def count(*arguments: Any, **options: Any) -> vector_file.Base | None:
        loaded.append(arguments)
        return load(*arguments, **options)

    monkeypatch.setattr(vector_file, "load", count)
    change(tmp_path, {"small": 2})
    assert len(loaded) == 1


@pytest.mark.parametrize(("size", "kind"), [(150, "SQfp16"), (1500, "IVF256,SQ8")])
def test_small_changes_leave_the_file_as_it_is(
    size: int, kind: str, tmp_path: Path, store: Store
) -> None:
    change(tmp_path, {"big": size, "other": size // 2})
    (folder,) = tmp_path.glob("g*")
    stamp = vector_file.stamp_of(folder)
    change(tmp_path, {"small": 3, "gone": 2})
    change(tmp_path, {"late": 2}, "gone")
    assert vector_file.stamp_of(folder) == stamp
    for reader in (store, Store(tmp_path)):
        with reader.snapshot() as state:
            check(state, kind)
            for name in ("small", "late", "big"):
                rows = [p.id for p in state.passages_of(name)]
                vector = state.vectors(rows[:1])[0]
                assert state.search_vectors(vector, 1)[0][0] == rows[0]
                found = state.search_vectors(vector, 5000, [name, "nothing"])
                assert {i for i, _ in found} == set(rows)
                assert state.search_vectors(vector, 2, ["gone"]) == []
    # A twentieth of it: the file is written anew, its kind the same.
    change(tmp_path, {"more": size // 10}, "small")
    assert vector_file.stamp_of(folder) != stamp
    for reader in (store, Store(tmp_path)):
        with reader.snapshot() as state:
            check(state, kind)
            assert state._view.dense._added is None


def test_a_removed_document_of_a_large_index_is_found_no_more(tmp_path: Path, store: Store) -> None:
    change(tmp_path, {"big": 1500, "part": 20})
    with store.snapshot() as state:
        rows = [p.id for p in state.passages_of("part")]
        vectors = state.vectors(rows)
    change(tmp_path, {}, "part")
    for reader in (store, Store(tmp_path)):
        with reader.snapshot() as state:
            check(state, "IVF128,SQ8")
            for vector in vectors:
                assert not {i for i, _ in state.search_vectors(vector, 50)} & set(rows)


def test_questions_are_answered_while_another_kind_is_made(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, seen = growth.build, []

    def build_slowly(*arguments: object) -> vector_file.Base:
        with store.snapshot() as state:
            seen.append((state._view.dense._base.kind, state.document("new") is not None))
            check(state, "Flat", recall=1)
        return build(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(growth, "build", build_slowly)
    change(tmp_path, {"new": 60})
    assert seen == [("Flat", True)]
    with store.snapshot() as state:
        check(state, "SQfp16", recall=1)


def test_many_at_once_do_not_wait_in_whole_vectors(tmp_path: Path, store: Store) -> None:
    """A reader that is far behind makes halves by itself, until the writer's index is there."""
    path = next(tmp_path.glob(f"*/{vector_file.FILE_NAME}"))
    before = path.read_bytes()
    change(tmp_path, {"big": 1500})
    path.write_bytes(before)
    with store.snapshot() as state:
        check(state, "SQfp16", recall=1)


@pytest.mark.filterwarnings("ignore")
def test_a_large_index_that_is_lost_is_made_anew(tmp_path: Path) -> None:
    change(tmp_path, {"big": 1500})
    path = next(tmp_path.glob(f"*/{vector_file.FILE_NAME}"))
    path.unlink()
    with Store(tmp_path).snapshot() as state:
        check(state, "SQfp16", recall=1)
    change(tmp_path, {"more": 1})
    assert kind_on_disk(tmp_path) == "IVF128,SQ8"


def test_every_byte_of_the_file_is_checked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    change(tmp_path, {"big": 150})
    path = next(tmp_path.glob(f"*/{vector_file.FILE_NAME}"))
    whole = path.read_bytes()
    for at in (0, len(whole) // 2, len(whole) - 9, len(whole) - 1, len(whole) - 8):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert vector_file.load(path.parent, DIMENSION) is None
    path.write_bytes(whole)
    assert vector_file.load(path.parent, DIMENSION) is not None
    assert vector_file.load(path.parent, DIMENSION + 1) is None
    assert "is damaged" in caplog.text
    caplog.clear()
