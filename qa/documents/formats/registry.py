"""Which reader a file's ending calls for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from qa.documents.formats.archive import split_zip
from qa.documents.formats.epub import read_book
from qa.documents.formats.json_lines import split_lines
from qa.documents.formats.mail import split_mail
from qa.documents.formats.parts import Limits, Part, Read, Split, UnreadableError, refused
from qa.documents.formats.pdf import read_pdf
from qa.documents.formats.plain import read_markdown, read_text
from qa.documents.formats.table import split_table
from qa.documents.formats.web_page import read_page
from qa.documents.formats.word import read_word


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one ending are read.

    ``is_plain``: by code that nothing in a file can hang or crash, so that no process of its own
    is needed. ``unpacks``: it may hold files of any format, archives among them.
    """

    read: Read | None = None
    split: Split | None = None
    is_plain: bool = False
    unpacks: bool = False


_TEXT = Format(read=read_text, is_plain=True)
_MARKDOWN = Format(read=read_markdown, is_plain=True)
_PAGE = Format(read=read_page)
_TABLE = Format(split=split_table)
_JSON_LINES = Format(split=split_lines)

FORMATS = {
    ".csv": _TABLE,
    ".docx": Format(read=read_word),
    ".eml": Format(split=split_mail, unpacks=True),
    ".epub": Format(read=read_book),
    ".htm": _PAGE,
    ".html": _PAGE,
    ".jsonl": _JSON_LINES,
    ".markdown": _MARKDOWN,
    ".md": _MARKDOWN,
    ".ndjson": _JSON_LINES,
    ".pdf": Format(read=read_pdf),
    ".text": _TEXT,
    ".tsv": _TABLE,
    ".txt": _TEXT,
    ".xhtml": _PAGE,
    ".zip": Format(split=split_zip, unpacks=True),
}
SUFFIXES = frozenset(FORMATS)


def format_of(name: str) -> Format:
    """Return the format of a file of this name.

    Raises:
        UnreadableError: there is no reader for it.
    """
    suffix = PurePosixPath(name).suffix
    found = FORMATS.get(suffix.lower())
    if found is None:
        raise UnreadableError(
            f"no reader for {suffix or 'files without an ending'}",
            f"Save it as one of: {', '.join(sorted(SUFFIXES))}.",
        )
    return found


def parts_of(file_id: str, data: bytes, limits: Limits) -> Iterator[Part]:
    """Yield the documents of a file, those of archives within it too.

    Raises:
        UnreadableError: there is no reader for it, or it cannot be split to its end.
    """
    return _parts(file_id, data, limits, depth=0, budget=_Budget(limits))


class _OverBudgetError(UnreadableError):
    """Too much for one file: the outermost is refused, whichever member was one too many."""


class _Budget:
    """What all the archives of one file may hold together, however they are nested."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes = self._members = 0

    def spend(self, data: bytes) -> None:
        self._bytes += len(data)
        self._members += 1
        if self._bytes > self._limits.archive_bytes:
            raise _OverBudgetError(
                f"holds more than {self._limits.archive_bytes:,} bytes",
                "Split it, or raise QA_ARCHIVE_BYTES.",
            )
        if self._members > self._limits.archive_members:
            raise _OverBudgetError(
                f"holds more than {self._limits.archive_members:,} files",
                "Split it, or raise QA_ARCHIVE_MEMBERS.",
            )


def _parts(
    file_id: str, data: bytes, limits: Limits, *, depth: int, budget: _Budget
) -> Iterator[Part]:
    name = file_id.rpartition("/")[2]
    form = format_of(name)
    if form.split is None:
        assert form.read is not None  # noqa: S101 - a format has one of the two
        yield Part(file_id, name, data, form.read)
        return
    if form.unpacks and depth > limits.archive_depth:
        raise UnreadableError(
            f"lies more than {limits.archive_depth} archives deep",
            "Unpack what it lies in, or raise QA_ARCHIVE_DEPTH.",
        )

    def inside(part_id: str, content: bytes) -> Iterator[Part]:
        budget.spend(content)
        try:
            yield from _parts(part_id, content, limits, depth=depth + 1, budget=budget)
        except _OverBudgetError:
            raise
        except UnreadableError as error:
            yield refused(part_id, error.reason, error.remedy)

    yield from form.split(file_id, data, limits, inside)
