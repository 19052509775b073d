"""The temporary folder of all visitors' documents: it goes with its server.

A server that was killed could not remove its own; the next one to start does. Whose folder is still
in use is told by a lock beside it, which the system lets go with the process.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "qa-own-"


class Home:
    """A folder that only this user can read, as long as the process runs or until ``remove``."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{secrets.token_hex(16)}"
        # Before the folder: who finds one without its lock may take it for a dead server's.
        self._lock = _lock_of(self.folder)
        self._lock.acquire()
        self.folder.mkdir(mode=0o700)

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        _clear(self.folder, self._lock)


def remove_orphans() -> None:
    """Remove the folders of this user's servers that run no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/"):
        lock = _lock_of(folder)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):  # in use, or another user's
            continue
        _clear(folder, lock)


def _lock_of(folder: Path) -> FileLock:
    return FileLock(folder.with_name(f"{folder.name}.lock"), mode=0o600)


def _clear(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()
