"""One shelf a visitor: a temporary index of his own documents, which goes when he does.

Who may put something on a shelf, or see what is on it, is told by the session of his page. The key
of a session cannot be guessed: it is made with a secret that only this process knows.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.assistant import Assistant
from qa.datatypes import Document
from qa.documents.corpus import CorpusFile
from qa.errors import QAError
from qa.indexing import IndexReport, Progress, add_to_index, remove_from_index
from qa.settings import Settings
from qa.web.own.home import Home, remove_orphans
from qa.web.own.names import OWN, is_added, shown_id, suffix_of

logger = logging.getLogger(__name__)

# Files of so many visitors are indexed at the same time; the questions of all others go on.
_AT_ONCE = 2
# How often it is looked whose time is over, in seconds.
_ROUND = 5.0


class ShelfError(QAError):
    """A file cannot be put on a shelf; ``key`` names the text that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(f"a visitor's file was turned away: {key}. Nothing is to be done.")
        self.key = key


@dataclass(eq=False, slots=True)
class Shelf:
    """A visitor's folder: his index, and the file that is on its way into it."""

    folder: Path
    until: float
    names: set[str] = field(default_factory=set)
    view: Assistant | None = None
    removed: Document | None = None
    is_busy: bool = False
    is_gone: bool = False

    @property
    def index(self) -> Path:
        """Where the index is."""
        return self.folder / "index"


class Shelves:
    """All visitors' shelves. Thread-safe; ``start`` and ``close`` come with the server.

    ``name`` stands before the ids of their documents, ``most_files`` may lie on one of them, and
    who finds his shelf busy waits ``patience`` seconds for his turn.
    """

    name = OWN
    patience = 0.0

    def __init__(self, engine: Assistant, settings: Settings) -> None:
        self.settings = settings
        self.most_files = settings.upload_files
        self.pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="own-documents")
        self._engine = engine
        self._limits = _limited(settings)
        self._secret = secrets.token_bytes(32)
        self._shelves: dict[str, Shelf] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._home: Home | None = None

    def key_of(self, session: str) -> str:
        """Return what lets the page of that session add files."""
        return f"{session}.{self._sign(session)}"

    def session_of(self, key: str) -> str | None:
        """Return the session of a key; None where the key was not made here."""
        session, _, signature = key.rpartition(".")
        right = hmac.compare_digest(signature.encode(), self._sign(session).encode())
        return session if right and session else None

    def begin(self, session: str, name: str) -> Shelf:
        """Make room for a file on a session's shelf; ``end`` must follow.

        Raises:
            ShelfError: it is one too many, or another is on its way still.
        """
        with self._lock:
            shelf = self._shelves.get(self._whose(session))
            if shelf is None:
                if len(self._shelves) >= self.settings.upload_visitors:
                    raise ShelfError("own_full")
                shelf = self._new()
                self._shelves[session] = shelf
            if shelf.is_busy:
                raise ShelfError("own_busy")
            if name not in shelf.names and len(shelf.names) >= self.most_files:
                raise ShelfError("own_too_many")
            shelf.is_busy = True
            return shelf

    def add(self, shelf: Shelf, path: Path, name: str, progress: Progress) -> IndexReport:
        """Index a file that was received into a shelf's folder, under the name it was sent with.

        Raises:
            ShelfError: the visitor left meanwhile.
            QAError: the index cannot be written.
        """

        def tell(done: float, total: int) -> None:
            if shelf.is_gone:
                raise ShelfError("own_gone")
            progress(done, total)

        file = CorpusFile(path, name, path.parent, is_named=True, shown=name)
        tell(0, 1)
        if shelf.removed is not None and file_of(shelf.removed.id) == name:
            # What takes its place shall not be undone.
            shelf.removed = None
        report = add_to_index(
            [file], shelf.index, self._engine.encoder, self._limits, wait=True, progress=tell
        )
        if report.added or report.updated or report.duplicates or report.unchanged:
            shelf.names.add(name)
        # Where nothing could be read there is no index yet.
        if shelf.view is None and shelf.names:
            shelf.view = self._engine.beside(shelf.index, name=self.name)
        return report

    def remove(self, session: str | None, document_id: str) -> Document:
        """Remove a document from a session's shelf, and return it; ``restore`` brings it back.

        Raises:
            ShelfError: there is none of this id, or a file is on its way still.
            QAError: the index cannot be written.
        """
        shelf = self.of(session)
        if shelf is None or shelf.view is None or not is_added(document_id):
            raise ShelfError("documents_gone")
        with self._busy(shelf):
            try:
                document = shelf.view.document(document_id)
                self._take(shelf, shown_id(document_id))
            except LookupError as error:
                raise ShelfError("documents_gone") from error
            shelf.removed = replace(document, id=shown_id(document.id))
            self._count(shelf, file_of(document_id))
        return document

    def restore(self, session: str | None) -> Document:
        """Put back what was last removed from a session's shelf, and return it.

        Raises:
            ShelfError: there is nothing to put back, no room, or a file is on its way still.
            QAError: the index cannot be written.
        """
        shelf = self.of(session)
        if shelf is None or shelf.removed is None:
            raise ShelfError("documents_gone")
        with self._busy(shelf):
            document, name = shelf.removed, file_of(shelf.removed.id)
            if name not in shelf.names and len(shelf.names) >= self.most_files:
                raise ShelfError("own_too_many")
            add_to_index([document], shelf.index, self._engine.encoder, self._limits, wait=True)
            shelf.removed = None
            shelf.names.add(name)
        return document

    @contextmanager
    def _busy(self, shelf: Shelf) -> Iterator[None]:
        with self._lock:
            if shelf.is_busy or shelf.is_gone:
                raise ShelfError("own_busy")
            shelf.is_busy = True
        try:
            yield
        finally:
            self.end(shelf)

    def _take(self, shelf: Shelf, document_id: str) -> None:
        remove_from_index([document_id], shelf.index, wait=True)

    def _count(self, shelf: Shelf, name: str) -> None:
        """Forget a file of which nothing is left."""
        left = () if shelf.view is None else shelf.view.facts()
        if not any(is_added(each.id) and file_of(each.id) == name for each in left):
            shelf.names.discard(name)

    def end(self, shelf: Shelf) -> None:
        """Note that nothing is on its way to this shelf any more."""
        with self._lock:
            shelf.is_busy = False
            if shelf.is_gone:
                _empty(shelf)

    def of(self, session: str | None) -> Shelf | None:
        """Return a session's shelf, if it has one and its time is not over."""
        if session is None:
            return None
        with self._lock:
            shelf = self._shelves.get(self._whose(session))
        return shelf if shelf is not None and time.monotonic() < shelf.until else None

    def drop(self, session: str | None) -> None:
        """Remove a session's shelf with all that is on it; what is being added is broken off."""
        with self._lock:
            shelf = self._shelves.pop(session or "", None)
            if shelf is not None:
                shelf.is_gone = True
                if not shelf.is_busy:
                    _empty(shelf)

    def start(self) -> None:
        """Remove what a killed server left, and shelves whose time is over from now on."""
        remove_orphans()
        threading.Thread(target=self._watch, name="own-documents-end", daemon=True).start()

    def close(self) -> None:
        """Remove all shelves; nothing can be added any more."""
        self._stopped.set()
        for session in list(self._shelves):
            self.drop(session)
        self.pool.shutdown(wait=True, cancel_futures=True)
        if self._home is not None:
            self._home.remove()

    def drop_old(self, now: Callable[[], float] = time.monotonic) -> None:
        """Remove the shelves whose time is over."""
        with self._lock:
            old = [session for session, shelf in self._shelves.items() if shelf.until <= now()]
        for session in old:
            self.drop(session)

    def _whose(self, session: str) -> str:
        """Return whose shelf a session's files go on."""
        return session

    def _watch(self) -> None:
        while not self._stopped.wait(_ROUND):
            self.drop_old()

    def _new(self) -> Shelf:
        if self._home is None:
            self._home = Home()
        folder = self._home.folder / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        return Shelf(folder, time.monotonic() + 60 * self.settings.upload_minutes)

    def _sign(self, session: str) -> str:
        return hmac.new(self._secret, session.encode(errors="replace"), hashlib.sha256).hexdigest()


def new_path(shelf: Shelf, name: str) -> Path:
    """Return where a file is received: a name of our own, with the ending that tells its format."""
    return shelf.folder / f"{secrets.token_hex(8)}{suffix_of(name)}"


def file_of(document_id: str) -> str:
    """Return the name of the file that a visitor's document is, or lies in."""
    return shown_id(document_id).partition("/")[0]


def _empty(shelf: Shelf) -> None:
    if shelf.view is not None:
        shelf.view.store.close()
    shutil.rmtree(shelf.folder, ignore_errors=True)


def _limited(settings: Settings) -> Settings:
    """Return settings under which no visitor's file costs much; those of ``qa add`` are kept."""
    least = {
        "document_bytes": settings.upload_bytes,
        # An office document is an archive, too, and unpacks to more than it weighs.
        "archive_bytes": 3 * settings.upload_bytes,
        "archive_members": 1_000,
        "document_characters": 2_000_000,
        "document_seconds": 30,
    }
    return settings.model_copy(
        update={name: min(most, getattr(settings, name)) for name, most in least.items()}
    )
