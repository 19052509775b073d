"""Ratings in a file of JSON lines, to which several processes may add at once."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from qa.errors import FeedbackError
from qa.feedback.rating import Rating

_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file holds: the last rating of each answer, in the order of their first.

    Those taken back are left out. ``unreadable`` are the numbers of the lines that hold none,
    such as one that was being written when the power went.
    """

    ratings: tuple[Rating, ...]
    unreadable: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedbackFile:
    """``feedback.jsonl`` in a folder, which is made when something is first kept."""

    folder: Path
    most_bytes: int = 50_000_000

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / "feedback.jsonl"

    def add(self, rating: Rating) -> None:
        """Write one line, whole, and wait until it is on the disk.

        Raises:
            FeedbackError: the file is as large as it may be, busy, or cannot be written.
        """
        line = json.dumps(asdict(rating)).encode() + b"\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / "feedback.lock", timeout=_SECONDS):
                self._append(line)
        except Timeout as error:
            raise FeedbackError(self.path, "another process holds it") from error
        except OSError as error:
            raise FeedbackError(self.path, (error.strerror or str(error)).lower()) from error

    def read(self) -> Kept:
        """Return what is kept; nothing where there is no file.

        Raises:
            FeedbackError: the file cannot be read.
        """
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return Kept(())
        except OSError as error:
            raise FeedbackError(self.path, (error.strerror or str(error)).lower()) from error
        shape = TypeAdapter(Rating)
        last: dict[str, Rating] = {}
        unreadable = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                # From an object: pydantic's own JSON reader refuses half a surrogate pair.
                rating = shape.validate_python(json.loads(line))
            except ValueError:
                unreadable.append(number)
            else:
                last[rating.id] = rating
        ratings = (rating for rating in last.values() if rating.verdict != "none")
        return Kept(tuple(ratings), tuple(unreadable))

    def _append(self, line: bytes) -> None:
        # What visitors ask is their own business: nobody else on this machine may read it.
        opened = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with open(opened, "r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                if file.read(1) != b"\n":
                    # A line that a crash cut short ends here, and spoils no other.
                    line = b"\n" + line
            if size + len(line) > self.most_bytes:
                raise FeedbackError(self.path, f"it may have {self.most_bytes:,} bytes at most")
            written = file.write(line)
            if written != len(line):
                raise FeedbackError(self.path, "the disk is full")
            os.fsync(file.fileno())
