"""An indexed shelf of articles, and file systems that are read-only or full."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.robustness.shelf import ARTICLES, Shelf

Mount = Callable[..., Path]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Articles, not indexed yet."""
    shelf = Shelf(tmp_path / "corpus", tmp_path / "index")
    shelf.put(ARTICLES)
    return shelf


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Articles with their index, made in two runs so that it has a history; not to be touched."""
    folder = tmp_path_factory.mktemp("shelf")
    shelf = Shelf(folder / "corpus", folder / "index")
    shelf.put({**ARTICLES, "tea.txt": "Tea is a drink made of leaves."})
    shelf.update()
    shelf.put(ARTICLES)
    shelf.update()
    return shelf


@pytest.fixture
def indexed(model: Shelf, tmp_path: Path) -> Shelf:
    """Return a shelf with a copy of the model's index, which may be damaged, and its articles."""
    shutil.copytree(model.index, tmp_path / "index")
    return Shelf(model.corpus, tmp_path / "index")


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount a file system of memory; the test is skipped where that is not allowed."""
    with ExitStack() as stack:

        def mount_here(name: str, size: str) -> Path:
            folder = tmp_path / name
            folder.mkdir()
            stack.enter_context(_mounted(folder, size))
            return folder

        yield mount_here


@contextmanager
def _mounted(folder: Path, size: str) -> Iterator[None]:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "qa-test", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no mount command here: {error}")
    if done.returncode:
        pytest.skip(f"mounting a file system is not allowed here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount_read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
