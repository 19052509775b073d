"""One shelf for all visitors, which stays: all see, ask and remove what one of them adds."""

from __future__ import annotations

import math

from qa.assistant import Assistant
from qa.errors import IndexNotWritableError
from qa.settings import Settings
from qa.web.own.names import SHARED, is_added
from qa.web.own.shelves import Shelf, Shelves, file_of

_EVERYONE = "everyone"


class SharedShelf(Shelves):
    """The shelves of a server whose visitors share what they add.

    It is an index of its own, in the folder ``shared`` within the engine's: no name of a
    visitor's file takes an article's place, and whoever runs the server can list, remove and
    rebuild it as any other.
    """

    name = SHARED
    # Files of several visitors are read in turn.
    patience = 60.0

    def __init__(self, engine: Assistant, settings: Settings) -> None:
        """Open what was added before.

        Raises:
            IndexNotWritableError: its folder cannot be made.
            IndexMismatchError: it was made with another encoder or other passage sizes.
            QAError: it cannot be read.
        """
        super().__init__(engine, settings)
        self.most_files = settings.shared_files
        folder = engine.store.folder / "shared"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise IndexNotWritableError(folder, error.strerror or str(error)) from error
        self._shelf = Shelf(folder, until=math.inf)
        self._shelves[_EVERYONE] = self._shelf
        if (self._shelf.index / "CURRENT").exists():
            self._shelf.view = engine.beside(self._shelf.index, name=self.name)
            added = (each.id for each in self._shelf.view.facts() if is_added(each.id))
            self._shelf.names.update(map(file_of, added))

    def of(self, session: str | None) -> Shelf:
        """Return the shelf, which is everyone's, and of programs that ask without a page, too."""
        return self._shelf

    def drop(self, session: str | None) -> None:
        """Keep what a visitor who leaves has added."""

    def close(self) -> None:
        """Let go of the index; it stays on the disk."""
        super().close()
        if self._shelf.view is not None:
            self._shelf.view.store.close()

    def _whose(self, session: str) -> str:
        return _EVERYONE
