"""What a state holds, read from the database: its documents, what is known of them, how many."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from qa.datatypes import Document, DocumentFacts

DOCUMENT = "SELECT row, id, title, text, source, sha256, date, pages FROM documents"
_LIVING = "added <= :at AND (removed IS NULL OR removed > :at)"


def to_document(row: Sequence[object]) -> Document:
    """Make the value of a row of ``DOCUMENT``."""
    _, document_id, title, text, source, sha256, date, pages = row
    return Document(
        id=str(document_id),
        title=str(title),
        text=str(text),
        source=str(source),
        sha256=str(sha256),
        date=None if date is None else str(date),
        pages=tuple(json.loads(str(pages))),
    )


def documents_at(connection: sqlite3.Connection, at: int) -> Iterator[Document]:
    """Yield the documents of state ``at`` in the order of their ids."""
    for row in connection.execute(f"{DOCUMENT} WHERE {_LIVING} ORDER BY id", {"at": at}):
        yield to_document(row)


def rows_of(connection: sqlite3.Connection, document_id: str, at: int) -> dict[int, str]:
    """Return the rows of state ``at`` that an id stands for, with their ids, in the order of these.

    The id of a document stands for it, that of a copy for what it is a copy of, and that of a
    file or folder of documents for all that lie in it.
    """
    try:
        document_id.encode()
    except UnicodeEncodeError:
        return {}  # no stored id is such, and SQLite would fail over it
    # "0" follows "/": between them lie all ids that begin with this one and a slash.
    values = {"id": document_id, "at": at, "in": f"{document_id}/", "beyond": f"{document_id}0"}
    for which in (
        "id = :id",
        f"sha256 = (SELECT sha256 FROM copies WHERE id = :id AND {_LIVING})",
        "id > :in AND id < :beyond",
    ):
        query = f"SELECT row, id FROM documents WHERE {which} AND {_LIVING} ORDER BY id"
        found = {int(row): str(id_) for row, id_ in connection.execute(query, values)}
        if found:
            return found
    return {}


def facts_at(connection: sqlite3.Connection, at: int) -> Iterator[DocumentFacts]:
    """Yield what is known of each document of state ``at``, in the order of their ids."""
    copies: dict[str, list[str]] = {}
    for sha256, source in connection.execute(
        f"SELECT sha256, source FROM copies WHERE {_LIVING} ORDER BY id", {"at": at}
    ):
        copies.setdefault(str(sha256), []).append(str(source))
    for id_, title, source, date, length, pages, passages, sha256 in connection.execute(
        "SELECT id, title, source, date, length(text), json_array_length(pages),"
        " (SELECT count(*) FROM passages WHERE document = documents.row), sha256"
        f" FROM documents WHERE {_LIVING} ORDER BY id",
        {"at": at},
    ):
        others = tuple(copies.get(str(sha256), ()))
        yield DocumentFacts(id_, title, source, date, length, pages, passages, others)


def counts_at(connection: sqlite3.Connection, at: int) -> tuple[int, int]:
    """Return the numbers of documents and of passages of state ``at``."""
    living = f"FROM documents WHERE {_LIVING}"
    documents, passages = connection.execute(
        f"SELECT (SELECT count(*) {living}),"
        f" (SELECT count(*) FROM passages WHERE document IN (SELECT row {living}))",
        {"at": at},
    ).fetchone()
    return int(documents), int(passages)


def growth(connection: sqlite3.Connection, since: int, until: int) -> int:
    """Return by how many passages a later state has more than an earlier one, or fewer."""
    (count,) = connection.execute(
        "SELECT coalesce(sum(CASE kind WHEN 'add' THEN 1 ELSE -1 END"
        " * (last_passage - first_passage + 1)), 0) FROM operations"
        " WHERE id > ? AND id <= ? AND kind IN ('add', 'remove')",
        (since, until),
    ).fetchone()
    return int(count)


def document_of_row(connection: sqlite3.Connection, row: int) -> Document:
    """Return the document stored in this row."""
    found = connection.execute(f"{DOCUMENT} WHERE row = ?", (row,)).fetchone()
    if found is None:
        raise sqlite3.DatabaseError(f"document row {row} is missing")
    return to_document(found)
