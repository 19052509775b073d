"""Folders that cannot be written: read-only, not ours, full."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import IndexDamagedError, IndexNotWritableError
from qa.indexing import index_files
from qa.store import database
from qa.store.store import Store
from tests.robustness.conftest import Mount, remount_read_only
from tests.robustness.qa_process import run_qa
from tests.robustness.shelf import Shelf

WORDY = {
    f"article-{number:03}.txt": f"Bird {number} weighs {number} grams. " * 300
    for number in range(40)
}


def closed_as_usual(folder: Path) -> None:
    """The last writer has moved its log into the database."""


def killed_with_a_log(folder: Path) -> None:
    """Put the database into the state that kill -9 leaves: everything new is in the log only."""
    path = folder / database.FILE_NAME
    keep = path.with_name("keep")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("INSERT INTO manifest VALUES ('note', '1')")
    keep.mkdir()
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        shutil.copy(path.with_name(name), keep / name)
    connection.close()
    for copy in keep.iterdir():
        shutil.move(copy, path.with_name(copy.name))
    keep.rmdir()
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


@pytest.mark.parametrize("prepare", [closed_as_usual, killed_with_a_log])
def test_a_read_only_index_answers_and_refuses_to_be_updated(
    indexed: Shelf, mount: Mount, prepare: Callable[[Path], None]
) -> None:
    before = indexed.answers()
    prepare(indexed.generation)
    disk = mount("disk", "16m")
    shutil.copytree(indexed.index, disk / "index")
    remount_read_only(disk)
    shelf = Shelf(indexed.corpus, disk / "index")
    assert shelf.answers() == before
    for rebuild in (False, True):
        with pytest.raises(IndexNotWritableError, match=r"(?i)read-only.*--index-dir"):
            shelf.update(rebuild=rebuild)
    done = run_qa("index", shelf.corpus, "--index-dir", shelf.index)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "ead-only" in done.stderr
    asked = run_qa("ask", "Where does the Rhine rise?", "--index-dir", shelf.index)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "The Rhine rises in the Alps." in asked.stdout
    assert shelf.answers() == before


def test_a_read_only_index_that_only_writing_could_finish_is_refused(
    indexed: Shelf, mount: Mount
) -> None:
    killed_with_a_log(indexed.generation)
    disk = mount("disk", "16m")
    shutil.copytree(indexed.index, disk / "index", ignore=shutil.ignore_patterns("*-shm"))
    remount_read_only(disk)
    with pytest.raises(IndexDamagedError, match="only in a folder that can be written"):
        Store(disk / "index")
    # In such a folder, it is finished.
    shutil.copytree(disk / "index", disk.with_name("copy"))
    assert Shelf(indexed.corpus, disk.with_name("copy")).answers() == indexed.answers()


def test_a_folder_that_is_not_there_and_cannot_be_made_is_refused(
    shelf: Shelf, mount: Mount
) -> None:
    disk = mount("disk", "1m")
    remount_read_only(disk)
    with pytest.raises(IndexNotWritableError, match=r"(?i)read-only.*--index-dir"):
        index_files([shelf.corpus], disk / "index", shelf.encoder, shelf.settings)


def test_a_file_in_the_place_of_the_folder_is_refused(shelf: Shelf) -> None:
    shelf.index.write_text("I am a file.")
    with pytest.raises(IndexNotWritableError, match="--index-dir"):
        shelf.update()
    assert shelf.index.read_text() == "I am a file."


def command(*words: str) -> tuple[str, ...]:
    """Return the command, or skip the test where it is not installed."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    return words


def test_somebody_elses_index_answers_and_refuses_to_be_updated(indexed: Shelf) -> None:
    before = indexed.answers()
    # Root may write anywhere, unless this one of its rights is taken from it.
    plain = command("setpriv", "--bounding-set=-dac_override") if os.getuid() == 0 else ()
    for path in (*indexed.index.rglob("*"), indexed.index):
        path.chmod(0o555 if path.is_dir() else 0o444)
    options = ("--index-dir", indexed.index)
    asked = run_qa("ask", "Where does the Rhine rise?", *options, prefix=plain)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "The Rhine rises in the Alps." in asked.stdout
    for flags in ([], ["--rebuild"]):
        done = run_qa("index", indexed.corpus, *flags, *options, prefix=plain)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "Permission denied" in done.stderr
    for path in (indexed.index, *indexed.index.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert indexed.answers() == before


@pytest.mark.parametrize("megabytes", [1, 3, 4])
def test_a_full_disk_refuses_and_keeps_what_was_there(
    indexed: Shelf, tmp_path: Path, mount: Mount, megabytes: int
) -> None:
    before = indexed.answers()
    disk = mount("disk", f"{megabytes}m")
    shelf = Shelf(indexed.corpus, disk / "index")
    shutil.copytree(indexed.index, shelf.index)
    more = Shelf(tmp_path / "more", shelf.index)
    more.put(WORDY)
    seen = []
    for _ in range(2):
        with pytest.raises(IndexNotWritableError, match=r"cannot write.*Make room"):
            more.update()
        seen.append(shelf.answers())
    done = run_qa("index", more.corpus, "--index-dir", shelf.index)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    # When there is room again, the same command goes on.
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
    more.update()
    both = Shelf(indexed.corpus, tmp_path / "both")
    both.update()
    more_of_both = Shelf(more.corpus, both.index)
    more_of_both.update()
    assert shelf.passages() == both.passages()
    assert shelf.answers() == both.answers()
    # All may have been stored by then but for the vectors' snapshot: then the new state is seen.
    assert all(answers in (before, shelf.answers()) for answers in seen)


def test_a_first_index_on_a_full_disk_leaves_nothing_that_looks_like_one(
    shelf: Shelf, mount: Mount
) -> None:
    disk = mount("disk", "64k")
    full = Shelf(shelf.corpus, disk / "index")
    with pytest.raises(IndexNotWritableError, match=r"cannot write.*Make room"):
        full.update()
    with pytest.raises(Exception, match="no index here"):
        Store(full.index)


def test_a_limit_on_the_size_of_files_refuses_and_keeps_what_was_there(
    indexed: Shelf, tmp_path: Path
) -> None:
    before = indexed.answers()
    more = Shelf(tmp_path / "more", indexed.index)
    more.put(WORDY)

    done = run_qa(
        "index",
        more.corpus,
        "--index-dir",
        indexed.index,
        prefix=command("prlimit", "--fsize=300000"),
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "Make room" in done.stderr
    assert indexed.answers() == before
    more.update()
    assert len(more.passages()) == 3 + len(WORDY)
