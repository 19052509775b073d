"""What came of one question: enough to compute every score from, and to read by eye."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from qa.answering import CLOSEST_AT
from qa.datatypes import Answer, Citation, Document, Hit, Passage
from qa.evaluation import ranking
from qa.evaluation.questions import Question
from qa.evaluation.relevance import is_relevant, is_supported
from qa.evaluation.text import exact_match, f1, holds
from qa.summaries.requests import requested_summary

DEPTHS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Reply:
    """How the engine replied when it was made to answer.

    ``text`` is the whole answer, ``prediction`` the stretch of it that its first citation
    supports; empty where it has none. ``answered`` says whether it would have answered had it
    been free to abstain, ``closest_shown`` whether it would have abstained and shown the sentence
    that comes closest. ``exact_match`` and ``f1`` are the prediction's by the official SQuAD
    rules, in [0, 1]. ``contained`` says whether the first citation's quote holds a gold answer,
    ``contained_any`` whether any quote does. ``citations`` counts the citations; ``verbatim``
    those that equal the document's text at their offsets; ``supported`` those whose quote, or a
    passage enclosing it, holds a gold answer (``relevance.is_supported``).
    """

    text: str
    prediction: str
    confidence: float
    answered: bool
    closest_shown: bool
    citation: Citation | None
    exact_match: float
    f1: float
    contained: bool
    contained_any: bool
    citations: int
    verbatim: int
    supported: int


@dataclass(frozen=True, slots=True)
class Record:
    """What came of one question.

    ``rank`` is that of the first relevant hit, from 1; None where there is none. ``retrieval``
    maps names of ranking scores to values in [0, 1]; empty for an unanswerable question.
    ``reply`` is None where only retrieval was asked for. ``shape`` maps ``shapes.SHAPE_SCORES``
    to values in [0, 1]; empty for a question without a shape.
    """

    question: Question
    rank: int | None
    retrieval: Mapping[str, float]
    latency_ms: float
    reply: Reply | None
    shape: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Return this record as one flat row of JSON values."""
        question, reply = self.question, self.reply
        row: dict[str, object] = {
            "id": question.id,
            "question": question.question,
            "answers": [answer.text for answer in question.answers],
            "documents": list(question.documents),
            "rank": self.rank,
            "retrieval": dict(self.retrieval),
            "latency_ms": self.latency_ms,
        }
        if reply is None:
            return row
        cited = reply.citation
        return row | {
            "shape": question.shape,
            "shape_scores": dict(self.shape),
            "text": reply.text,
            "prediction": reply.prediction,
            "quote": cited.quote if cited else None,
            "document_id": cited.document_id if cited else None,
            "start": cited.start if cited else None,
            "end": cited.end if cited else None,
            "confidence": reply.confidence,
            "answered": reply.answered,
            "closest_shown": reply.closest_shown,
            "exact_match": reply.exact_match,
            "f1": reply.f1,
            "contained": reply.contained,
            "contained_any": reply.contained_any,
            "citations": reply.citations,
            "verbatim": reply.verbatim,
            "supported": reply.supported,
        }


def score_reply(
    question: Question,
    answer: Answer,
    *,
    answer_at: float,
    document: Callable[[str], Document],
    passages: Callable[[str], Sequence[Passage]],
) -> Reply:
    """Judge a forced answer against the gold answers.

    ``answer_at`` is the confidence from which the engine answers of its own accord.
    """
    golds = [gold.text for gold in question.answers]
    first = answer.citations[0] if answer.citations else None
    prediction = answer.text[first.answer_start : first.answer_end] if first else ""
    answered = answer.answered and answer.confidence >= answer_at
    # A summary, which is not read out of a passage, has no closest sentence.
    is_read = answer.answered and requested_summary(question.question) is None
    held = [any(holds(cited.quote, gold) for gold in golds) for cited in answer.citations]
    return Reply(
        text=answer.text,
        prediction=prediction,
        confidence=answer.confidence,
        answered=answered,
        closest_shown=is_read and not answered and answer.confidence >= CLOSEST_AT,
        citation=first,
        exact_match=exact_match(prediction, golds),
        f1=f1(prediction, golds),
        contained=held[:1] == [True],
        contained_any=any(held),
        citations=len(answer.citations),
        verbatim=sum(
            document(cited.document_id).text[cited.start : cited.end] == cited.quote
            for cited in answer.citations
        ),
        supported=sum(
            is_supported(question, cited, passages(cited.document_id)) for cited in answer.citations
        ),
    )


def score_passages(
    question: Question,
    hits: Sequence[Hit],
    *,
    passages: Callable[[str], Sequence[Passage]],
    by_document: bool,
) -> tuple[int | None, dict[str, float]]:
    """Return the rank of the first relevant item, and the scores of the ranking.

    An item is a passage, relevant where it holds a gold answer. With ``by_document``, for sets
    whose paragraphs are the documents, it is a document at its best passage, relevant where it
    is one of the question's; the passages' own ``passage_recall@k`` is added. ``recall@k`` is 1
    where one of the first k is relevant (``ranking.success``); a gold answer that two passages
    share between them is never found. The ideal ranking of ``ndcg@10`` has all relevant items of
    the question's documents; where it names none, those among the hits. For an unanswerable
    question there is no rank and no score.
    """
    if not question.answers:
        return None, {}
    relevant = [is_relevant(question, hit.passage) for hit in hits]
    extra: dict[str, float] = {}
    if by_document:
        extra = {f"passage_recall@{k}": ranking.success(relevant, k) for k in DEPTHS}
        relevant = [id in question.documents for id in _documents(hits)]
        total = len(question.documents)
    else:
        total = sum(
            is_relevant(question, passage) for id in question.documents for passage in passages(id)
        )
    ideal = [1.0] * max(total, sum(relevant))
    scores = {f"recall@{k}": ranking.success(relevant, k) for k in DEPTHS}
    scores["mrr"] = ranking.reciprocal_rank(relevant)
    scores["ndcg@10"] = ranking.ndcg([float(found) for found in relevant], ideal, 10)
    return ranking.first_rank(relevant), scores | extra


def score_documents(question: Question, hits: Sequence[Hit]) -> tuple[int | None, dict[str, float]]:
    """Return the rank of the first relevant document, and the scores of the ranking.

    The hits are collapsed to documents, each at its best passage. ``recall@k`` is the share of
    all relevant documents, as BEIR has it (``ranking.recall``).
    """
    grades = dict(zip(question.documents, question.grades, strict=True))
    found = [float(grades.get(id, 0)) for id in _documents(hits)]
    relevant = [grade > 0 for grade in found]
    scores = {f"recall@{k}": ranking.recall(relevant, k, total=len(grades)) for k in DEPTHS}
    scores["mrr"] = ranking.reciprocal_rank(relevant)
    scores["ndcg@10"] = ranking.ndcg(found, question.grades, 10)
    return ranking.first_rank(relevant), scores


def _documents(hits: Sequence[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.passage.document_id for hit in hits))
