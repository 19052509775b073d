"""Spans -> Answer: the best span, quoted with its sentence, or an abstention."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from qa.datatypes import Answer, Citation, Document, Hit, Passage
from qa.documents.sentences import last_question
from qa.reading.spans import Reading, Span, quote_around

ABSTENTION = "The text does not say."

# A further citation must answer by itself, even where the answer is forced.
_SURE = 0.5
_SENTENCE = re.compile(
    r"\W*(?:(?:and|but|so|or|then)\W+)?(?:why\b|how\s+come\b|what(?:\s+\w+)?\s+happen"
    r"|how\s+(?:is|are|was|were|do|does|did|can|could|will|would|should|to|has|have|had)\b"
    r"|(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?:n[’']t)?\b"
    r"(?!.*\b(?:who|what|which|when|where|how many|how much)\b))",
    re.IGNORECASE,
)
_ARTICLES = frozenset(("a", "an", "the"))


def make_answer(
    question: str,
    standalone_question: str,
    reading: Reading,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    *,
    answer_at: float,
) -> Answer:
    """Return the answer that the reading supports: its best span, or the sentence around it.

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
    best = reading.spans[0]
    cited = [best, *_say_the_same(best, reading.spans[1:], documents)]
    start, end = best.start, best.end
    if wants_sentence(standalone_question):
        start, end = quote_around(best)
    text = documents[best.passage.document_id].text[start:end]
    return Answer(
        question=question,
        text=text,
        citations=tuple(
            cite(
                span,
                documents[span.passage.document_id],
                marker=marker,
                answer_start=0,
                answer_end=len(text),
            )
            for marker, span in enumerate(cited, start=1)
        ),
        answered=True,
        confidence=reading.confidence,
        hits=tuple(hits),
        standalone_question=standalone_question,
    )


def wants_sentence(question: str) -> bool:
    """Tell whether a few words would be no answer: why, how it works, what happened, yes or no.

    >>> [wants_sentence(q) for q in ("Why did it leak?", "Was it a meteor?", "How wide is it?")]
    [True, True, False]
    """
    return _SENTENCE.match(last_question(question)) is not None


def make_summary(
    question: str,
    standalone_question: str,
    sentences: Sequence[tuple[Passage, int, int]],
    document: Document,
) -> Answer:
    """Return the sentences of a document, given in its order, as an answer that cites each.

    The confidence is 1: nothing was looked for that might not be there. There must be at least
    one sentence.
    """
    text, citations = "", []
    for marker, (passage, start, end) in enumerate(sentences, start=1):
        text += " " if text else ""
        begin = len(text)
        text += document.text[start:end]
        span = Span(passage, start, end, 0.0, 1.0)
        citations.append(
            cite(span, document, marker=marker, answer_start=begin, answer_end=len(text))
        )
    return Answer(
        question=question,
        text=text,
        citations=tuple(citations),
        answered=True,
        confidence=1.0,
        hits=tuple(Hit(passage, 0.0, "hybrid") for passage, _, _ in sentences),
        standalone_question=standalone_question,
    )


def say(question: str, text: str) -> Answer:
    """Return a reply that takes nothing from the articles."""
    return Answer(
        question=question,
        text=text,
        citations=(),
        answered=False,
        confidence=0.0,
        hits=(),
        standalone_question=question,
    )


def _say_the_same(
    best: Span, spans: Sequence[Span], documents: Mapping[str, Document]
) -> list[Span]:
    """Return the spans, two at most, that surely answer and give this answer in other places."""

    def words(span: Span) -> str:
        return _words(documents[span.passage.document_id].text[span.start : span.end])

    wanted, same = words(best), []
    for span in spans:
        other = words(span)
        shorter, longer = sorted((wanted, other), key=len)
        # One word inside another answer may be any other thing: "8" in "8 million".
        if wanted == other or (" " in shorter and f" {shorter} " in f" {longer} "):
            same.append(span)
    return [span for span in same if span.confidence >= _SURE][:2]


def _words(text: str) -> str:
    """Return the words of a text in one form; the text itself where it holds none.

    >>> _words("The  Hague!")
    'hague'
    """
    words = [word for word in re.findall(r"\w+", text.lower()) if word not in _ARTICLES]
    return " ".join(words) or text


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
        date=document.date,
    )
