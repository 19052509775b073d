"""Asking an engine every question of a set, once each."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from qa.errors import QuestionSetError
from qa.evaluation.engine import Engine
from qa.evaluation.questions import Question, QuestionSet, Setting
from qa.evaluation.records import Record, score_documents, score_passages, score_reply
from qa.evaluation.relevance import is_supported
from qa.evaluation.shapes import score_shape

# A document may fill several places of a ranking of passages, so more passages are searched
# than documents are wanted.
PASSAGES_A_DOCUMENT = 5


def check_documents(engine: Engine, question_set: QuestionSet, setting: Setting) -> None:
    """Refuse questions that this engine or this setting cannot be asked.

    Raises:
        QuestionSetError: a question names a document that is not indexed, or the setting is
            ``passage`` and a question names none or the set is about retrieval alone.
    """
    path = question_set.path
    if question_set.kind == "beir":
        if setting == "passage":
            raise QuestionSetError(path, "a retrieval set cannot be asked with --setting passage")
        return
    checked: set[str] = set()
    for question in question_set.questions:
        if setting == "passage" and not question.documents:
            raise QuestionSetError(
                path, f"question {question.id} names no document, as --setting passage needs"
            )
        for id in question.documents:
            if id in checked:
                continue
            checked.add(id)
            try:
                engine.document(id)
            except LookupError:
                raise QuestionSetError(
                    path, f"question {question.id} names {id!r}, which is not in the index"
                ) from None


def ask_all(
    engine: Engine,
    question_set: QuestionSet,
    questions: Sequence[Question],
    *,
    setting: Setting = "corpus",
    k: int = 20,
    only: Collection[str] | None = None,
) -> Iterator[Record]:
    """Ask ``questions``, which are some or all of the set's, and yield a record for each.

    An answer is forced (``answer_at=0``); whether the engine would have abstained follows from
    its confidence. With ``passage`` it may read the question's own documents only, with ``only``
    these. Of ``k`` passages the ranking is scored, and ``reranked_recall@1`` is 1 where what was
    cited first after reading is as relevant; for a retrieval set, of
    ``PASSAGES_A_DOCUMENT * k``, collapsed to documents. The latency is the wall-clock time of the
    one call.
    """
    document, passages = cache(engine.document), cache(engine.passages)
    named = {id for question in question_set.questions for id in question.documents}
    by_document = setting == "corpus" and len(named) > 1
    for question in questions:
        started = time.perf_counter()
        if question_set.kind == "beir":
            hits = engine.search(question.question, k=PASSAGES_A_DOCUMENT * k, documents=only)
            latency = _milliseconds_since(started)
            rank, retrieval = score_documents(question, hits)
            yield Record(question, rank, retrieval, latency, None)
            continue
        answer = engine.ask(
            question.question,
            history=question.history,
            documents=question.documents if setting == "passage" else only,
            k=k,
            answer_at=0.0,
        )
        latency = _milliseconds_since(started)
        rank, retrieval = score_passages(
            question, answer.hits, passages=passages, by_document=by_document
        )
        reply = score_reply(
            question,
            answer,
            answer_at=engine.settings.answer_at,
            document=document,
            passages=passages,
        )
        if question.answers:
            first = reply.citation
            found = first is not None and (
                first.document_id in question.documents
                if by_document
                else is_supported(question, first, passages(first.document_id))
            )
            retrieval = retrieval | {"reranked_recall@1": float(found)}
        shape = score_shape(question, answer, answered=reply.answered, document=document)
        yield Record(question, rank, retrieval, latency, reply, shape)


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
