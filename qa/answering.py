"""Spans -> Answer: the best span with the sentence it stands in as its quote, or an abstention."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from qa.datatypes import Answer, Citation, Document, Hit
from qa.reading.spans import Reading, Span, quote_around

ABSTENTION = "The text does not say."


def make_answer(
    question: str,
    standalone_question: str,
    reading: Reading,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    *,
    answer_at: float,
) -> Answer:
    """Return the answer that the reading supports.

    ``documents`` holds every document of ``reading`` by id. Where the confidence is below
    ``answer_at``, or nothing was found, the answer abstains.
    """
    if not reading.spans or reading.confidence < answer_at:
        return Answer(
            question=question,
            text=ABSTENTION,
            citations=(),
            answered=False,
            confidence=reading.confidence,
            hits=tuple(hits),
            standalone_question=standalone_question,
        )
    span = reading.spans[0]
    document = documents[span.passage.document_id]
    text = document.text[span.start : span.end]
    return Answer(
        question=question,
        text=text,
        citations=(cite(span, document, marker=1, answer_start=0, answer_end=len(text)),),
        answered=True,
        confidence=reading.confidence,
        hits=tuple(hits),
        standalone_question=standalone_question,
    )


def cite(
    span: Span, document: Document, *, marker: int, answer_start: int, answer_end: int
) -> Citation:
    """Return the citation whose quote is the sentence (or sentences) that the span stands in."""
    start, end = quote_around(span)
    page = bisect_right(document.pages, start) if document.pages else None
    return Citation(
        marker=marker,
        document_id=document.id,
        title=document.title,
        source=document.source,
        start=start,
        end=end,
        quote=document.text[start:end],
        answer_start=answer_start,
        answer_end=answer_end,
        page=page,
    )
