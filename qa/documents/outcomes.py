"""What becomes of each document of a file: read, known already, or refused with the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from qa.datatypes import Document
from qa.documents.formats.parts import EmptyError, Extract, Limits, Part, UnreadableError
from qa.documents.formats.registry import parts_of
from qa.documents.formats.tidy import one_line
from qa.documents.names import can_be_shown, title_of

_TITLE = 200


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A document whose bytes are those that are known of it: it was not read again."""

    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that cannot be read, or a file of documents that breaks off.

    What is stored of ``id``, and of documents below it, is neither confirmed nor gone. Where
    ``is_empty``, nothing was wrong but that it has no text.
    """

    id: str
    reason: str
    remedy: str
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What of a document could not be read, told after the document itself."""

    id: str
    reason: str
    remedy: str


Outcome = Document | Unchanged | Refusal | Notice


@dataclass(frozen=True, slots=True)
class Source:
    """A file by the id of its documents and by the name that a person knows it by."""

    id: str
    name: str


def outcomes_of(
    source: Source,
    data: bytes,
    limits: Limits,
    known: Mapping[str, str],
    *,
    start: int = 0,
    begin: Callable[[int, str], None] | None = None,
) -> Iterator[Outcome]:
    """Yield what becomes of each document of a file with these bytes; nothing is raised.

    ``known`` maps ids to hashes. The first ``start`` documents are left out; ``begin`` is told
    of each before it is read.
    """
    try:
        for number, part in enumerate(parts_of(source.id, data, limits)):
            if number < start:
                continue
            yield from _read(
                source, part, limits, known, partial(begin or _ignore, number, part.id)
            )
    except UnreadableError as error:
        yield refusal_of(source.id, error)
    except Exception as error:
        yield _failed(source.id, error)


def _ignore(number: int, part_id: str) -> None:
    """Nobody asks which document is being read."""


def _read(
    source: Source,
    part: Part,
    limits: Limits,
    known: Mapping[str, str],
    begin: Callable[[], None],
) -> Iterator[Outcome]:
    if not can_be_shown(part.id):
        yield Refusal(part.id, "is no name that can be shown", "Rename it.")
        return
    digest = hashlib.sha256(part.data).hexdigest()
    if known.get(part.id) == digest:
        yield Unchanged(part.id, digest)
        return
    begin()
    try:
        extract = part.read(part.data, limits)
        _check(extract.text, limits)
    except UnreadableError as error:
        yield refusal_of(part.id, error)
    except Exception as error:
        # Parsers of other people's formats fail in ways that nobody can list; none is hidden.
        yield _failed(part.id, error)
    else:
        yield _document(source, part, extract, digest)
        if extract.unread is not None:
            yield Notice(part.id, *extract.unread)


def refusal_of(part_id: str, error: UnreadableError) -> Refusal:
    """Return the refusal of a document that could not be read for this reason."""
    return Refusal(part_id, error.reason, error.remedy, is_empty=isinstance(error, EmptyError))


def _document(source: Source, part: Part, extract: Extract, digest: str) -> Document:
    title = one_line(extract.title or "")[:_TITLE].strip() or title_of(part.name)
    return Document(
        id=part.id,
        title=title,
        text=extract.text,
        source=source.name + part.id[len(source.id) :],
        sha256=digest,
        date=extract.date,
        pages=extract.pages,
    )


def _check(text: str, limits: Limits) -> None:
    if not text.strip("\ufeff \t\r\n") or text.isspace():
        raise EmptyError("holds no text", "Remove it, or write something into it.")
    if len(text) > limits.characters:
        raise UnreadableError(
            f"longer than {limits.characters:,} characters",
            "Split it, or raise QA_DOCUMENT_CHARACTERS.",
        )


def _failed(part_id: str, error: Exception) -> Refusal:
    if isinstance(error, MemoryError):
        return Refusal(part_id, "needs too much memory", "Split it, or raise QA_DOCUMENT_MEMORY.")
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Refusal(
        part_id,
        f"is damaged, or not what its ending says ({one_line(what)[:120]})",
        "Get it anew, or save it once more with the program that made it.",
    )
