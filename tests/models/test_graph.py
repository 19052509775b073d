"""Where the encoder's graph is kept."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import CacheNotWritableError
from qa.models.graph import writable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders have no owner there")


@pytest.fixture
def no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path at which no folder can be made; temporary files go beside it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "file").touch()
    return tmp_path / "file" / "cache"


def test_a_cache_folder_is_made_and_taken(tmp_path: Path) -> None:
    assert writable(tmp_path / "new" / "cache") == tmp_path / "new" / "cache"
    assert list((tmp_path / "new" / "cache").iterdir()) == []


def test_else_one_temporary_folder_is_taken_each_time(no_folder: Path) -> None:
    first = writable(no_folder)
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert writable(no_folder) == first


def for_all(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


def a_link(folder: Path) -> None:
    target = folder.with_name("target")
    target.mkdir(mode=0o700)
    folder.symlink_to(target)


@pytest.mark.parametrize("prepare", [for_all, a_link, Path.touch])
def test_a_folder_that_others_may_have_filled_is_not_taken(
    prepare: Callable[[Path], None], no_folder: Path
) -> None:
    taken = Path(tempfile.gettempdir()) / f"qa-{os.getuid()}"
    prepare(taken)
    fresh = writable(no_folder)
    assert fresh != taken
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o700


def test_a_folder_of_somebody_else_is_not_taken(
    no_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: ours + 1)
    theirs = Path(tempfile.gettempdir()) / f"qa-{ours + 1}"
    theirs.mkdir(mode=0o700)
    assert writable(no_folder) != theirs


def test_no_room_for_either_is_one_sentence(
    no_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(no_folder))
    with pytest.raises(CacheNotWritableError, match="QA_CACHE_DIR"):
        writable(no_folder)
