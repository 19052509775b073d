from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from qa.web.own.home import Home, remove_orphans

SERVER = """
from qa.web.own.home import Home
home = Home()
(home.folder / "own.txt").write_text("a visitor's")
print(home.folder, flush=True)
input()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_server_left_goes_and_what_a_running_one_has_stays(temporary: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        folder = Path(server.stdout.readline().strip())
        own = Home()
        remove_orphans()
        assert (folder / "own.txt").exists()
        server.send_signal(signal.SIGKILL)
    remove_orphans()
    assert [each.name for each in temporary.iterdir() if each.is_dir()] == [own.folder.name]
    assert own.folder.stat().st_mode & 0o777 == 0o700
    own.remove()
    assert not any(temporary.iterdir())


def test_a_link_with_such_a_name_leads_to_no_loss(temporary: Path) -> None:
    kept = temporary / "kept"
    kept.mkdir()
    (kept / "own.txt").touch()
    (temporary / "qa-own-0").symlink_to(kept, target_is_directory=True)
    remove_orphans()
    assert (kept / "own.txt").exists()
