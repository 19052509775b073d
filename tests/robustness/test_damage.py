"""Lost and damaged files of an index: the derived ones are made anew, the truth is refused."""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexNotFoundError,
    IndexNotWritableError,
)
from qa.store import database
from qa.store.lexical import FOLDER_NAME as WORDS
from qa.store.vector_file import FILE_NAME as VECTORS
from tests.fakes import BagOfWordsEncoder
from tests.robustness.qa_process import run_qa
from tests.robustness.shelf import Shelf

DATABASE = database.FILE_NAME


def put(path: Path, data: bytes | bytearray) -> None:
    """Write a new file in the place of the old: that one may be mapped into memory still."""
    path.unlink()
    path.write_bytes(data)


def flip_bit(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << (place % 8)
    put(path, data)


def cut(path: Path, share: float) -> None:
    put(path, path.read_bytes()[: int(path.stat().st_size * share)])


def delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def delete_all(folder: Path) -> None:
    delete(folder / VECTORS)
    delete(folder / WORDS)


def put_file_for_words(folder: Path) -> None:
    delete(folder / WORDS)
    (folder / WORDS).write_text("x")


def empty_words(folder: Path) -> None:
    for path in (folder / WORDS).iterdir():
        path.unlink()


def damage_words(ending: str, act: Callable[[Path], None]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        act(next(path for path in (folder / WORDS).iterdir() if path.name.endswith(ending)))

    return damage


def halve(path: Path) -> None:
    cut(path, 0.5)


def empty(path: Path) -> None:
    put(path, b"")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "vectors deleted": lambda folder: delete(folder / VECTORS),
    "vectors empty": lambda folder: empty(folder / VECTORS),
    "vectors cut": lambda folder: halve(folder / VECTORS),
    "vectors garbage": lambda folder: put(folder / VECTORS, b"\0\xff\n" * 50),
    "vectors of JSON": lambda folder: put(folder / VECTORS, b"[1, 2]\nx"),
    "words deleted": lambda folder: delete(folder / WORDS),
    "words a file": put_file_for_words,
    "words emptied": empty_words,
    "words meta cut": lambda folder: halve(folder / WORDS / "meta.json"),
    "words meta garbage": lambda folder: put(folder / WORDS / "meta.json", b"{}"),
    "all derived deleted": delete_all,
}
DAMAGES |= {
    f"words {ending} {act.__name__}": damage_words(ending, act)
    for ending in (".store", ".fast", ".idx", ".term", ".pos", ".fieldnorm")
    for act in (delete, halve, empty)
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_derived_files_are_made_anew(indexed: Shelf, damage: Callable[[Path], None]) -> None:
    before = indexed.answers()
    passages = indexed.passages()
    damage(indexed.generation)
    assert indexed.answers() == before
    report = indexed.update()
    assert report.added + report.updated + report.removed == []
    assert indexed.answers() == before
    assert indexed.passages() == passages
    assert (indexed.generation / VECTORS).is_file()
    assert (indexed.generation / WORDS / "meta.json").is_file()


@pytest.mark.parametrize("seed", range(16))
def test_a_flipped_bit_in_a_derived_file_changes_no_answer(
    indexed: Shelf, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    before = indexed.answers()
    choose = random.Random(seed)
    files = sorted(
        path
        for path in (indexed.generation / VECTORS, *(indexed.generation / WORDS).iterdir())
        if path.stat().st_size
    )
    flip_bit(files[seed % len(files)], choose.randrange(1 << 20))
    assert indexed.answers() == before
    indexed.update()
    caplog.clear()
    assert indexed.answers() == before
    assert caplog.records == []  # it is mended


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.99])
def test_a_truncated_database_is_refused_and_rebuilt(indexed: Shelf, share: float) -> None:
    before = indexed.answers()
    cut(indexed.generation / DATABASE, share)
    with pytest.raises(IndexDamagedError, match="qa index --rebuild"):
        indexed.answers()
    with pytest.raises(IndexDamagedError, match="qa index --rebuild"):
        indexed.update()
    indexed.update(rebuild=True)
    assert indexed.answers() == before


def test_a_deleted_database_is_refused_and_rebuilt(indexed: Shelf) -> None:
    before = indexed.answers()
    (indexed.generation / DATABASE).unlink()
    with pytest.raises(IndexDamagedError, match="is missing"):
        indexed.answers()
    with pytest.raises(IndexDamagedError, match="is missing"):
        indexed.update()
    indexed.update(rebuild=True)
    assert indexed.answers() == before


@pytest.mark.parametrize("seed", range(8))
def test_garbage_in_the_database_is_told_in_one_sentence_if_it_is_seen(
    indexed: Shelf, seed: int
) -> None:
    # SQLite keeps no checksums, so garbage in the middle of a text can go unseen.
    before = indexed.answers()
    path = indexed.generation / DATABASE
    data = bytearray(path.read_bytes())
    choose = random.Random(seed)
    size = choose.choice([64, 512, 4096])
    start = choose.randrange(len(data) - size)
    data[start : start + size] = choose.randbytes(size)
    put(path, data)
    for act in (indexed.answers, indexed.update):
        with contextlib.suppress(IndexDamagedError, IndexNotWritableError):
            act()
    indexed.update(rebuild=True)
    assert indexed.answers() == before


def test_the_command_refuses_a_damaged_database_in_one_sentence_and_mends_it(
    indexed: Shelf,
) -> None:
    before = indexed.answers()
    cut(indexed.generation / DATABASE, 0.5)
    options = ("--index-dir", indexed.index)
    asked = run_qa("ask", "How long is the Rhine?", *options)
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr.count("\n") == 1
    assert "damaged" in asked.stderr
    assert "qa index --rebuild" in asked.stderr
    refused = run_qa("index", indexed.corpus, *options)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    mended = run_qa("index", indexed.corpus, "--rebuild", *options)
    assert (mended.returncode, mended.stderr.count("\n")) == (0, 1)
    assert "what it held of other folders cannot be told" in mended.stderr
    assert indexed.answers() == before


@pytest.mark.parametrize(
    "content", [None, b"", b"\n", b"../..", b"g999999\n", b"\xff\xfe\0", b"words\n", b"g" * 5000]
)
def test_a_lost_pointer_is_found_again(indexed: Shelf, content: bytes | None) -> None:
    before = indexed.answers()
    pointer = indexed.index / "CURRENT"
    if content is None:
        pointer.unlink()
    else:
        pointer.write_bytes(content)
    with pytest.raises(IndexNotFoundError, match="qa index"):
        indexed.open()
    report = indexed.update()
    assert report.added + report.updated + report.removed == []
    assert indexed.answers() == before


class OtherEncoder(BagOfWordsEncoder):
    fingerprint = "another"


class WiderEncoder(BagOfWordsEncoder):
    dimension = 128


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("fingerprint", {"encoder": OtherEncoder()}),
        ("dimension", {"encoder": WiderEncoder()}),
        (
            "passage_tokens",
            {"settings": Shelf(Path(), Path()).settings.model_copy(update={"passage_tokens": 32})},
        ),
    ],
)
def test_an_index_made_otherwise_is_refused_with_both_values(
    indexed: Shelf, field: str, change: dict[str, object]
) -> None:
    before = indexed.answers()
    other = Shelf(**{"corpus": indexed.corpus, "index": indexed.index, **change})  # type: ignore[arg-type]
    for refuse in (other.open, other.update):
        with pytest.raises(IndexMismatchError, match=f"{field}=.*qa index --rebuild") as caught:
            refuse()
        assert (caught.value.field, caught.value.stored != caught.value.wanted) == (field, True)
        assert repr(caught.value.stored) in str(caught.value)
        assert repr(caught.value.wanted) in str(caught.value)
    assert indexed.answers() == before
    other.update(rebuild=True)
    assert len(other.answers()) == len(before)


def test_an_index_of_another_format_is_refused_with_both_values(indexed: Shelf) -> None:
    connection = database.connect(indexed.generation / DATABASE)
    database.set_fact(connection, "format", 99)
    connection.close()
    for refuse in (indexed.open, indexed.update):
        with pytest.raises(IndexMismatchError, match=r"format=99.*qa index --rebuild"):
            refuse()
    indexed.update(rebuild=True)
    assert indexed.answers()
