"""Conversations as the visitor's browser keeps them: written for it, and read back as hostile.

The server keeps nothing. What a browser sends may be old, damaged or forged: it is taken for a
conversation only within limits and by a strict schema, and what it says of documents is checked
against the documents.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.answering import ABSTENTION
from qa.datatypes import Answer, Citation, Document, Hit
from qa.errors import QAError
from qa.web.engine import Engine
from qa.web.visit import LONGEST, Exchange, Rated, Visit, nearest

# Characters of JSON. A browser gives a page five million for everything.
MOST = 400_000
_QUESTION = 4000
_TEXT = 50_000
_CITATIONS = 100
_VERSION = 1


class HistoryError(ValueError):
    """What a browser sent is no conversation."""


class _Exchange(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    question: Annotated[str, Field(max_length=_QUESTION)]
    answer: Answer | None
    error: Annotated[str, Field(max_length=_QUESTION)] | None
    rating: Rated | None


class _Conversation(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    version: Literal[1]
    key: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    exchanges: Annotated[list[_Exchange], Field(min_length=1, max_length=LONGEST)]


def to_browser(visit: Visit) -> str:
    """Return a conversation as JSON, its oldest exchanges left out where it is too long."""
    exchanges = [json.dumps(_as_data(e)) for e in visit.exchanges if e.answer or e.error]
    room = MOST - 100
    kept: list[str] = []
    for each in reversed(exchanges):
        room -= len(each) + 1
        if room < 0:
            break
        kept.append(each)
    return (
        f'{{"version":{_VERSION},"key":{json.dumps(visit.key)},'
        f'"exchanges":[{",".join(reversed(kept))}]}}'
    )


def from_browser(sent: object, engine: Engine) -> Visit:
    """Read what ``to_browser`` wrote, and check what it cites.

    Exchanges are numbered anew. A citation whose document does not hold its quote any more, where
    it stood, is named in ``Exchange.changed``; the title, source and date of the others are what
    their documents say. Nearest passages, and a closest sentence, that are not there any more are
    left out.

    Raises:
        HistoryError: it is too long, or not a conversation.
    """
    if not isinstance(sent, str) or len(sent) > MOST:
        raise HistoryError("not a conversation, or too long")
    try:
        conversation = _Conversation.model_validate_json(sent)
    except ValidationError as error:
        raise HistoryError(f"{error.error_count()} things are not as they should be") from error
    exchanges = []
    for number, each in enumerate(conversation.exchanges, start=1):
        if (each.answer is None) == (each.error is None):
            raise HistoryError("an exchange has an answer or an error")
        exchange = Exchange(number, each.question, None, each.error, each.rating)
        if each.answer is not None:
            exchange = _checked(exchange, each.answer, engine)
        exchanges.append(exchange)
    return Visit(tuple(exchanges), conversation.key)


def _as_data(exchange: Exchange) -> dict[str, object]:
    answer = exchange.answer
    kept = answer and asdict(replace(answer, hits=tuple(nearest(answer)), timings={}))
    return {
        "question": exchange.question[:_QUESTION],
        "answer": kept,
        "error": exchange.error,
        "rating": exchange.rating,
    }


def _checked(exchange: Exchange, answer: Answer, engine: Engine) -> Exchange:
    markers = [citation.marker for citation in answer.shown]
    length = len(answer.text)
    if (
        length > _TEXT
        or len(answer.standalone_question) > _TEXT
        or len(answer.suggestions) + len(answer.notices) > _CITATIONS
        or len(markers) > _CITATIONS
        or sorted(set(markers)) != sorted(markers)
        or not all(0 < marker < 1000 for marker in markers)
        or not all(0 <= c.answer_start <= c.answer_end <= length for c in answer.shown)
        or not all(math.isfinite(hit.score) for hit in answer.hits)
    ):
        raise HistoryError("an answer is not as this program gives it")
    citations = []
    changed = []
    for citation in answer.citations:
        named = _named(engine, citation)
        citations.append(named or citation)
        if named is None:
            changed.append(citation.marker)
    hits = tuple(hit for hit in nearest(answer) if _stands(engine, hit))
    closest = answer.closest and _named(engine, answer.closest)
    text = ABSTENTION if answer.closest and not closest else answer.text
    checked = replace(
        answer, text=text, citations=tuple(citations), hits=hits, timings={}, closest=closest
    )
    return replace(exchange, answer=checked, changed=tuple(changed))


def _named(engine: Engine, citation: Citation) -> Citation | None:
    """Return the citation as its document has it; None where that holds its quote no more."""
    document = _document(engine, citation.document_id)
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        return None
    return replace(citation, title=document.title, source=document.source, date=document.date)


def _stands(engine: Engine, hit: Hit) -> bool:
    passage = hit.passage
    document = _document(engine, passage.document_id)
    return document is not None and document.text[passage.start : passage.end] == passage.text


def _document(engine: Engine, document_id: str) -> Document | None:
    try:
        return engine.document(document_id)
    except (QAError, LookupError):
        return None
