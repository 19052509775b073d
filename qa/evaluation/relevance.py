"""Does a stretch of a document answer a question? The one rule behind every score of passages."""

from __future__ import annotations

from collections.abc import Iterable

from qa.datatypes import Citation, Passage
from qa.evaluation.questions import Question
from qa.evaluation.text import holds


def answers_question(question: Question, document_id: str, start: int, end: int, text: str) -> bool:
    """Say whether ``text``, at ``start..end`` of a document, holds a gold answer.

    The document must be one of the question's, where it names any. An answer whose offset is
    known must lie within ``start..end``; any other must be held by ``text`` (``text.holds``).
    False where there is no gold answer.
    """
    if question.documents and document_id not in question.documents:
        return False
    return any(
        holds(text, answer.text)
        if answer.start is None
        else start <= answer.start and answer.start + len(answer.text) <= end
        for answer in question.answers
    )


def is_relevant(question: Question, passage: Passage) -> bool:
    """Say whether a passage holds a gold answer, by the rule of ``answers_question``."""
    return answers_question(question, passage.document_id, passage.start, passage.end, passage.text)


def is_supported(question: Question, citation: Citation, passages: Iterable[Passage]) -> bool:
    """Say whether a quote, or a passage that encloses all of it, holds a gold answer.

    ``passages`` are those of the cited document. The rule is that of ``answers_question``.
    """
    return answers_question(
        question, citation.document_id, citation.start, citation.end, citation.quote
    ) or any(is_relevant(question, passage) for passage in passages if passage.encloses(citation))
