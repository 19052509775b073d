"""Words of a state in tantivy: derived from the database, searched with BM25.

Tantivy's commit is what makes a new state visible to readers, because it cannot be undone or
kept aside: each commit carries the number of the operation that it stands at.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
import re
import shutil
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import tantivy

from qa.store import database, states

logger = logging.getLogger(__name__)

FOLDER_NAME = "words"

# English stemming; words of other languages pass through whole. Chosen on dev data.
_ANALYZER = "en_stem"
_STEMS = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.remove_long(40))
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)
_WORD = re.compile(r"\w+")
_BLOCK = 1 << 20
_FOOTER_MAGIC = 1337  # tantivy's src/directory/footer.rs

Stamp = tuple[str, int, int]
"""A file's name, size and time of change: tantivy never changes one that it has written."""


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

    def __init__(self, index: tantivy.Index, checked: frozenset[Stamp] = frozenset()) -> None:
        index.reload()
        self._index = index
        self._checked = checked
        self._searcher = index.searcher()
        self.operation = _operation(self._searcher, index.schema)

    @classmethod
    def load(
        cls, folder: Path, connection: sqlite3.Connection, before: LexicalIndex | None = None
    ) -> LexicalIndex | None:
        """Return the view of what is committed; None where there is nothing usable.

        It is compared with the database, and its files with their own checksums; where there is
        an earlier view, only what is new since then, for somebody waits for it.
        """
        path = folder / FOLDER_NAME
        if not os.access(path, os.W_OK):
            return None  # tantivy opens nothing without a lock file beside it
        while (facts := _read(path / "meta.json")) is not None:
            try:
                known = before._checked if before is not None else frozenset()
                checked = _check_files(path, facts, known)
                found = cls(tantivy.Index(_schema(), path=str(path)), checked)
                found._check_count(connection, before)
                return found
            except (ValueError, KeyError, TypeError, OSError) as error:
                # A writer removes files that its newest commit no longer needs: look again.
                if _read(path / "meta.json") == facts:
                    logger.warning(
                        "%s is damaged; its words are taken from the database anew (%s)",
                        path,
                        error,
                    )
                    return None
        return None

    def _check_count(self, connection: sqlite3.Connection, before: LexicalIndex | None) -> None:
        """Compare the number of passages, which meta.json holds without a checksum.

        Raises:
            ValueError: it differs.
        """
        if self.operation > database.last_operation(connection):
            return  # this transaction began before that operation, so it cannot tell
        if before is not None and before.operation <= self.operation:
            wanted = len(before) + states.growth(connection, before.operation, self.operation)
        else:
            _, wanted = states.counts_at(connection, self.operation)
        if len(self) != wanted:
            raise ValueError(f"{len(self)} passages instead of {wanted}")

    def __len__(self) -> int:
        """Return the number of passages: of all entries but the one that marks the state."""
        return int(self._searcher.num_docs) - (self.operation > 0)

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
        present = LexicalIndex.load(folder, connection)
        held = present.operation if present is not None else -1
        if held == operation:
            return
        if present is None or held > operation:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            path.mkdir()
            index = tantivy.Index(_schema(), path=str(path))
            held = 0
        else:
            index = present._index
        _replay(index, connection, held, operation)

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
        most = k + 1
        # Of equal scores at its limit tantivy keeps what lies first in its files.
        while True:
            hits = self._searcher.search(query, most, count=False).hits
            if len(hits) < most or hits[k - 1][0] > hits[-1][0]:
                break
            most *= 2
        return sorted(self._passages(hits), key=lambda pair: (-pair[1], pair[0]))[:k]

    def search_slips(self, word: str, k: int) -> list[int]:
        """See ``State.search_slips``; the slip may be anywhere in the word's stem."""
        terms = _STEMS.analyze(word)
        if len(terms) != 1:
            return []
        # Not doc_freq: it counts what was removed, too.
        itself = tantivy.Query.term_query(self._index.schema, "text", terms[0])
        if self._searcher.search(itself, 1, count=False).hits:
            return []
        query = tantivy.Query.fuzzy_term_query(self._index.schema, "text", terms[0])
        return [passage for passage, _ in self._passages(self._searcher.search(query, k).hits)]

    def _passages(self, hits: Sequence[tuple[object, Any]]) -> list[tuple[int, float]]:
        """Return (passage id, score) for what tantivy found; the entry of the state is none."""
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return [
            (int(passage), float(cast("float", score)))
            for (score, _), passage in zip(hits, ids, strict=True)
            if passage is not None
        ]


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _check_files(folder: Path, meta: bytes, known: frozenset[Stamp]) -> frozenset[Stamp]:
    """Compare the files that ``meta`` names with the checksums at their ends, but for known ones.

    Return the stamps of all. Tantivy writes checksums but does not look at them when it opens an
    index; a flipped bit would change rankings, or stop the process inside its own code.

    Raises:
        ValueError: a file is damaged.
        OSError: a file cannot be read.
    """
    stamps = set()
    segments = {entry["segment_id"].replace("-", "") for entry in json.loads(meta)["segments"]}
    for path in sorted(folder.iterdir()):
        if path.name.partition(".")[0] not in segments:
            continue
        facts = path.stat()
        stamp = (path.name, facts.st_size, facts.st_mtime_ns)
        stamps.add(stamp)
        if stamp in known:
            continue
        # Mapped, not read: a segment may be larger than what this process should take.
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            length, magic = (int.from_bytes(data[-at:][:4], "little") for at in (8, 4))
            end = len(data) - 8 - length
            footer = data[max(0, end) : -8]
            crc = 0
            for begin in range(0, end, _BLOCK):
                crc = zlib.crc32(data[begin : min(end, begin + _BLOCK)], crc)
        if magic != _FOOTER_MAGIC or json.loads(footer)["crc"] != crc:
            raise ValueError(f"{path.name} does not have its checksum")
    return frozenset(stamps)


def _operation(searcher: tantivy.Searcher, schema: tantivy.Schema) -> int:
    query = tantivy.Query.term_query(schema, "state", 1)
    hits = searcher.search(query, 1).hits
    return int(searcher.doc(hits[0][1])["operation"][0]) if hits else 0


def _replay(
    index: tantivy.Index, connection: sqlite3.Connection, since: int, operation: int
) -> None:
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    log = connection.execute(
        "SELECT kind, document FROM operations"
        " WHERE id > ? AND id <= ? AND kind IN ('add', 'remove') ORDER BY id",
        (since, operation),
    )
    for kind, row in log:
        # Deleting first makes a replay that was cut short before its commit harmless to repeat.
        _delete(writer, index.schema, "document", row)
        if kind == "remove":
            continue
        passages = connection.execute(
            "SELECT id, start, stop, section FROM passages WHERE document = ?", (row,)
        ).fetchall()
        if not passages:
            continue
        document = states.document_of_row(connection, row)
        for passage, start, stop, section in passages:
            entry = tantivy.Document()
            entry.add_unsigned("passage", passage)
            entry.add_unsigned("document", row)
            words = (document.title, section or "", document.text[start:stop])
            entry.add_text("text", "\n".join(words))
            writer.add_document(entry)
    _delete(writer, index.schema, "state", 1)
    mark = tantivy.Document()
    mark.add_unsigned("state", 1)
    mark.add_unsigned("operation", operation)
    writer.add_document(mark)
    writer.commit()
    writer.wait_merging_threads()


def _delete(writer: tantivy.IndexWriter, schema: tantivy.Schema, field: str, value: int) -> None:
    # Not delete_documents_by_term: it takes any int for a signed one, and here deletes nothing.
    writer.delete_documents_by_query(tantivy.Query.term_query(schema, field, value))
