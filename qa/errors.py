"""What can go wrong in a way that a caller may handle.

Every message says what was wrong and ends with what to do next.
"""

from __future__ import annotations

from pathlib import Path


class QAError(Exception):
    """The parent of all errors that this package raises on purpose."""


class DocumentError(QAError):
    """A file cannot be read as a document: it is empty, binary, too large or unknown."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(f"{path}: {reason}. {remedy}")
        self.path, self.reason, self.remedy = path, reason, remedy


class EmptyCorpusError(QAError):
    """There is nothing to index in a ``folder``; None: not one document was given."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__(
            "no documents were given. Give at least one."
            if folder is None
            else f"{folder}: no readable article here. "
            "Put some into it (.txt, .md, .html, .pdf, .docx, ...), then run: qa index"
        )
        self.folder = folder


class ModelNotFoundError(QAError):
    """A model is not on this machine, and nothing is downloaded by default."""

    def __init__(self, name: str, remedy: str) -> None:
        super().__init__(f"model {name!r} is not on this machine. {remedy}")
        self.name, self.remedy = name, remedy


class ModelDamagedError(QAError):
    """A model is here, but its files are not what they should be, or not all of them are there."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(f"{path}: {reason}. {remedy}")
        self.path, self.reason, self.remedy = path, reason, remedy


class CacheNotWritableError(QAError):
    """The exported encoder cannot be kept: the disk is full, or it cannot be written at all."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder}: cannot keep the encoder's graph there ({reason}). "
            "Make room (200 MB), or name another folder in QA_CACHE_DIR."
        )
        self.folder, self.reason = folder, reason


class IndexNotFoundError(QAError):
    """Nothing complete is stored in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: no index here. Make one with: qa index YOUR_ARTICLES{_where(folder)}"
        )
        self.folder = folder


class IndexMismatchError(QAError):
    """An index was made with other settings than this run wants."""

    def __init__(self, folder: Path, field: str, *, stored: object, wanted: object) -> None:
        super().__init__(
            f"{folder}: index has {field}={stored!r}, this run wants {wanted!r}. "
            f"Rebuild with: qa index --rebuild{_where(folder)}"
        )
        self.folder, self.field, self.stored, self.wanted = folder, field, stored, wanted


class IndexDamagedError(QAError):
    """The index's database cannot be read; the articles themselves are untouched."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder}: the index is damaged ({reason}). "
            f"Rebuild with: qa index --rebuild{_where(folder)}"
        )
        self.folder, self.reason = folder, reason


class IndexNotWritableError(QAError):
    """The index cannot be written: folder read-only, disk full, file too large."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder}: cannot write the index ({reason}). What was stored before is untouched. "
            "Make room or choose another folder with --index-dir, then run: qa index"
        )
        self.folder, self.reason = folder, reason


class IndexBusyError(QAError):
    """Another process is writing this index."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: another process is indexing here. Wait for it to end, then run: qa index"
        )
        self.folder = folder


class UnknownDocumentError(QAError, LookupError):
    """The index holds no document of an id."""

    def __init__(self, document_id: str, folder: Path) -> None:
        super().__init__(
            f"{folder}: no document {document_id!r} here. "
            f"See which there are with: qa list{_where(folder)}"
        )
        self.document_id, self.folder = document_id, folder


class QuestionError(QAError, ValueError):
    """A question cannot be asked: it is blank or too long."""


class SettingsError(QAError, ValueError):
    """A setting has a value that cannot be used, is misspelt, or does not go with another."""


class FeedbackError(QAError):
    """What visitors thought of answers cannot be kept, read or exported."""

    def __init__(
        self,
        path: Path,
        reason: str,
        remedy: str = "Make room, or name another folder in QA_FEEDBACK_DIR.",
    ) -> None:
        super().__init__(f"{path}: {reason}. {remedy}")
        self.path, self.reason, self.remedy = path, reason, remedy


class QuestionSetError(QAError):
    """A file of evaluation questions cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. Expected JSON lines, SQuAD v2 JSON (.gz too) or a BEIR folder."
        )
        self.path, self.reason = path, reason


def _where(folder: Path) -> str:
    return "" if folder == Path("index") else f" --index-dir {folder}"
