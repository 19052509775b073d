"""What the readers of formats take and give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost; the settings of the same names say why."""

    characters: int = 20_000_000
    bytes: int = 200_000_000
    pages: int = 5_000
    seconds: float = 60.0
    memory: int = 2_000_000_000
    archive_bytes: int = 1_000_000_000
    archive_ratio: int = 200
    archive_members: int = 100_000
    archive_depth: int = 2
    text_field: str = ""


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of one document, and what its format says about it.

    ``pages`` holds the offset at which each page starts, as in ``Document``. ``unread`` says what
    of it could not be read, as a reason and a remedy; None where nothing is missing.
    """

    text: str
    title: str | None = None
    date: str | None = None
    pages: tuple[int, ...] = ()
    unread: tuple[str, str] | None = None


class UnreadableError(Exception):
    """A document cannot be read: what was wrong, and what to do next. Knows no path."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason, self.remedy = reason, remedy


class EmptyError(UnreadableError):
    """A document has no text that could be read: it is blank, or a scan."""


Read = Callable[[bytes, Limits], Extract]
"""Reads the bytes of one document; raises ``UnreadableError`` where they cannot be read."""


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file: the file itself, a member of an archive, a row of a table.

    ``data`` are its own bytes; they are read only where they are not known yet. ``name`` is what
    its title is made of where ``read`` finds none.
    """

    id: str
    name: str
    data: bytes
    read: Read


Inside = Callable[[str, bytes], Iterator[Part]]
"""Gives the documents of a file that lies in another, by its id and its bytes."""

Split = Callable[[str, bytes, Limits, Inside], Iterator[Part]]
"""Gives the documents of a file's id and bytes; raises ``UnreadableError`` where it breaks off."""


def refused(part_id: str, reason: str, remedy: str) -> Part:
    """Return a part that cannot be read, for this reason."""

    def read(data: bytes, limits: Limits) -> Extract:
        raise UnreadableError(reason, remedy)

    return Part(part_id, part_id, b"", read)
