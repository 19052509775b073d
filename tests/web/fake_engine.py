"""A small working engine: sentences that share words with the question, as evidence."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from qa.answering import ABSTENTION, UNSURE
from qa.datatypes import Answer, Citation, Document, DocumentFacts, Hit, Passage, Turn
from qa.errors import QuestionError, UnknownDocumentError

_STOP = frozenset("a an and are did do does how in is it of on the to was what when who".split())


def make_document(
    text: str,
    document_id: str = "article.txt",
    title: str = "An article",
    date: str | None = "2022-12-22",
) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(document_id, title, text, document_id, digest, date)


class FakeEngine:
    """Has the methods of ``Assistant``; needs two shared words to answer, one to be unsure."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self.histories: list[tuple[Turn, ...]] = []

    def counts(self) -> tuple[int, int]:
        return len(self._documents), sum(hit.stage == "evidence" for hit in self._hits(""))

    def facts(self) -> tuple[DocumentFacts, ...]:
        return tuple(
            DocumentFacts(d.id, d.title, d.source, d.date, len(d.text), 0, d.text.count(".") or 1)
            for d in self._documents.values()
        )

    def first_document(self) -> Document | None:
        return next(iter(self._documents.values()), None)

    def document(self, document_id: str) -> Document:
        return self._documents[document_id]

    def suggest(self, document_id: str, *, most: int = 3) -> tuple[str, ...]:
        words = self._documents[document_id].text.split()
        return (f"What of {words[0]} {words[1]}?",)[:most] if len(words) > 1 else ()

    def replace(self, document: Document) -> None:
        """Put another version in the place of a document."""
        self._documents[document.id] = document

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        k: int = 5,
    ) -> Answer:
        if not question.strip():
            raise QuestionError("The question is blank. Type one, then ask again.")
        if len(question) > 2000:
            raise QuestionError("The question is longer than 2,000 characters. Shorten it.")
        for document_id in documents or ():
            if document_id not in self._documents:
                raise UnknownDocumentError(document_id, Path("index"))
        self.histories.append(tuple(history))
        every = self._hits(question)
        asked = [hit for hit in every if documents is None or hit.passage.document_id in documents]
        hits = sorted(asked, key=lambda hit: (-hit.score, hit.passage.id))[:k]
        if not hits or hits[0].score < 2:
            suggestions = self.suggest(hits[0].passage.document_id) if hits else ()
            closest = self._citation(1, hits[0].passage, 0) if hits and hits[0].score else None
            return Answer(
                question,
                ABSTENTION if closest is None else UNSURE,
                (),
                False,
                0.2,
                tuple(hits),
                question,
                suggestions=suggestions,
                closest=closest,
            )
        strong = [hit.passage for hit in hits if hit.score == hits[0].score]
        citations = tuple(
            self._citation(marker, passage, len(strong[0].text))
            for marker, passage in enumerate(strong, start=1)
        )
        return Answer(question, strong[0].text, citations, True, 0.9, tuple(hits), question)

    def _hits(self, question: str) -> Iterable[Hit]:
        wanted = _words(question)
        number = 0
        for document in self._documents.values():
            for match in re.finditer(
                r"[^.!?\s][^.!?\n]*(?:[.!?](?=\S)[^.!?\n]*)*[.!?]?", document.text
            ):
                number += 1
                passage = Passage(number, document.id, *match.span(), match.group())
                yield Hit(passage, float(len(wanted & _words(passage.text))), "evidence")

    def _citation(self, marker: int, passage: Passage, length: int) -> Citation:
        document = self._documents[passage.document_id]
        return Citation(
            marker,
            document.id,
            document.title,
            document.source,
            passage.start,
            passage.end,
            passage.text,
            0,
            length,
            date=document.date,
        )


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower())) - _STOP
