"""Words of a state in tantivy: derived from the database, searched with BM25.

Tantivy's commit is what makes a new state visible to readers, because it cannot be undone or
kept aside: each commit carries the number of the operation that it stands at.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import tantivy

from qa.store import database

FOLDER_NAME = "words"

# English stemming; words of other languages pass through whole. Chosen on dev data.
_ANALYZER = "en_stem"
_WORD = re.compile(r"\w+")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("text", tokenizer_name=_ANALYZER)
    builder.add_unsigned_field("state", indexed=True)
    builder.add_unsigned_field("operation", stored=True)
    return builder.build()


class LexicalIndex:
    """The words of the passages of state ``operation``; a fixed view, as its searcher is."""

    def __init__(self, index: tantivy.Index) -> None:
        index.reload()
        self._index = index
        self._searcher = index.searcher()
        self.operation = _operation(self._searcher, index.schema)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex | None:
        """Return the view of what is committed; None where there is nothing usable."""
        path = folder / FOLDER_NAME
        try:
            if not path.is_dir() or not tantivy.Index.exists(str(path)):
                return None
            return cls(tantivy.Index(_schema(), path=str(path)))
        except (ValueError, OSError):
            # Unreadable files: it is derived, so it is made anew from the database.
            return None

    @classmethod
    def build(cls, connection: sqlite3.Connection, operation: int) -> LexicalIndex:
        """Return the words of a state in memory, for a folder that cannot be written."""
        index = tantivy.Index(_schema())
        _replay(index, connection, 0, operation)
        return cls(index)

    @staticmethod
    def advance(folder: Path, connection: sqlite3.Connection, operation: int) -> None:
        """Bring what is on disk to a later state and commit it; only the one writer does this."""
        path = folder / FOLDER_NAME
        present = LexicalIndex.load(folder)
        held = present.operation if present is not None else -1
        if held == operation:
            return
        if present is None or held > operation:
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
            index = tantivy.Index(_schema(), path=str(path))
            held = 0
        else:
            index = present._index
        _replay(index, connection, held, operation)

    def reloaded(self) -> LexicalIndex:
        """Return the newest committed view of the same folder."""
        return LexicalIndex(self._index)

    def search(
        self, question: str, k: int, documents: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to ``k`` (passage id, BM25 score) pairs, best first, ties by the lower id.

        The question's words count, nothing in it is an operator. ``documents`` limits the search
        to these rows. A question without words finds nothing.
        """
        words = " ".join(_WORD.findall(question.lower()))
        if not words or k < 1:
            return []
        query, _ = self._index.parse_query_lenient(words, ["text"])
        if documents is not None:
            only = tantivy.Query.term_set_query(self._index.schema, "document", list(documents))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(only, 0.0)),
                ]
            )
        hits = self._searcher.search(query, k, count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        found = [
            (int(passage), float(score))
            for (score, _), passage in zip(hits, ids, strict=True)
            if passage is not None
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _operation(searcher: tantivy.Searcher, schema: tantivy.Schema) -> int:
    query = tantivy.Query.term_query(schema, "state", 1)
    hits = searcher.search(query, 1).hits
    return int(searcher.doc(hits[0][1])["operation"][0]) if hits else 0


def _replay(
    index: tantivy.Index, connection: sqlite3.Connection, since: int, operation: int
) -> None:
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    log = connection.execute(
        "SELECT kind, document FROM operations WHERE id > ? AND id <= ? ORDER BY id",
        (since, operation),
    )
    for kind, row in log:
        # Deleting first makes a replay that was cut short before its commit harmless to repeat.
        writer.delete_documents_by_term("document", row)
        if kind == "remove":
            continue
        passages = connection.execute(
            "SELECT id, start, stop, section FROM passages WHERE document = ?", (row,)
        ).fetchall()
        if not passages:
            continue
        document = database.document_of_row(connection, row)
        for passage, start, stop, section in passages:
            entry = tantivy.Document()
            entry.add_unsigned("passage", passage)
            entry.add_unsigned("document", row)
            words = (document.title, section or "", document.text[start:stop])
            entry.add_text("text", "\n".join(words))
            writer.add_document(entry)
    writer.delete_documents_by_term("state", 1)
    mark = tantivy.Document()
    mark.add_unsigned("state", 1)
    mark.add_unsigned("operation", operation)
    writer.add_document(mark)
    writer.commit()
    writer.wait_merging_threads()
