"""Passages that look right for a question and are not."""

from __future__ import annotations

import re
from collections.abc import Sequence

import tantivy

from qa.training.paragraphs import Paragraph


class Miner:
    """Finds passages that look right for a question and are not: high in BM25, answer absent."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", stored=True)
        builder.add_text_field("text", tokenizer_name="en_stem")
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer(num_threads=1)
        for row, paragraph in enumerate(paragraphs):
            document = tantivy.Document()
            document.add_unsigned("row", row)
            document.add_text("text", paragraph.text)
            writer.add_document(document)
        writer.commit()
        self._index.reload()
        self._paragraphs = paragraphs

    def mine(self, question: str, answer: str, home: Paragraph, *, most: int) -> list[Paragraph]:
        """Return up to ``most`` paragraphs, best first; never ``home`` nor one with ``answer``."""
        words = " ".join(re.findall(r"\w+", question.lower()))
        if not words:
            return []
        searcher = self._index.searcher()
        query = self._index.parse_query(words, ["text"])
        found = []
        for _, address in searcher.search(query, most + 8).hits:
            row = searcher.doc(address)["row"][0]
            paragraph = self._paragraphs[row]
            if paragraph is not home and answer.lower() not in paragraph.text.lower():
                found.append(paragraph)
        return found[:most]
