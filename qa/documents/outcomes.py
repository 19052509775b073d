"""What becomes of each document of a file: read, known already, or refused with the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from qa.datatypes import Document
from qa.documents.formats.parts import Extract, Limits, Part, UnreadableError
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

    What is stored of ``id``, and of documents below it, is neither confirmed nor gone.
    """

    id: str
    reason: str
    remedy: str


Outcome = Document | Unchanged | Refusal


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
            yield _outcome(source, part, limits, known, partial(begin or _ignore, number, part.id))
    except UnreadableError as error:
        yield Refusal(source.id, error.reason, error.remedy)
    except Exception as error:
        yield _failed(source.id, error)


def _ignore(number: int, part_id: str) -> None:
    """Nobody asks which document is being read."""


def _outcome(
    source: Source,
    part: Part,
    limits: Limits,
    known: Mapping[str, str],
    begin: Callable[[], None],
) -> Outcome:
    if not can_be_shown(part.id):
        return Refusal(part.id, "is no name that can be shown", "Rename it.")
    digest = hashlib.sha256(part.data).hexdigest()
    if known.get(part.id) == digest:
        return Unchanged(part.id, digest)
    begin()
    try:
        extract = part.read(part.data, limits)
        _check(extract.text, limits)
    except UnreadableError as error:
        return Refusal(part.id, error.reason, error.remedy)
    except Exception as error:
        # Parsers of other people's formats fail in ways that nobody can list; none is hidden.
        return _failed(part.id, error)
    return _document(source, part, extract, digest)


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
        raise UnreadableError("holds no text", "Remove it, or write something into it.")
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
