"""What a run of indexing tells: how far it is, and in the end what became of each document."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[float, int], None]
"""Called with (documents done, documents in all).

A document counts in part while its passages are embedded, so that a long one is not silent. How
many there are in all grows where files turn out to hold several.
"""

# Often enough for the eye; with every one of many small documents it would cost time.
_PAUSE_SECONDS = 0.1


@dataclass(slots=True)
class IndexReport:
    """What became of each document: its id is in one of the lists, in the order of reading.

    ``moved`` holds pairs of (old id, new id): the content is where another document was that is
    gone. ``duplicates`` holds pairs of (id, id of the document with the same content): it is
    stored once, and found under both. ``empty`` and ``refused`` hold one sentence each about what
    could not be read, ``notices`` about what was read in part. ``passages`` counts what was
    embedded. ``times`` maps the id of each document that was not known already to the seconds
    that it took, its share of the embedding included; ``seconds`` is the whole run.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    passages: int = 0
    times: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_complete(self) -> bool:
        """Whether all that was given is in the index now."""
        return not self.empty and not self.refused


class Meter:
    """Counts documents and tells how far a run is, a few times a second at most."""

    def __init__(self, progress: Progress | None) -> None:
        self.total = 0
        self._progress = progress
        self._passed = 0
        self._stored = 0.0
        self._told = 0.0

    def passed(self) -> None:
        """Count a document that needs no more work."""
        self._passed += 1
        self._tell()

    def stored(self, count: float) -> None:
        """Note that so many documents have been stored in all, parts included."""
        self._stored = count
        self._tell()

    def _tell(self) -> None:
        done = self._passed + self._stored
        if self._progress is None:
            return
        if done >= self.total or time.monotonic() - self._told > _PAUSE_SECONDS:
            self._told = time.monotonic()
            self._progress(done, self.total)
