"""Summaries of a text, of one end of it, or of a topic: its own sentences, each cited."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from qa.answering import ABSTENTION, abstain, cite, say
from qa.datatypes import Answer, Citation, Document, Hit
from qa.documents.sentences import split_sentences
from qa.documents.stretches import is_heading
from qa.models.encoder import Encoder
from qa.reading.evidence import EvidenceReader
from qa.reading.spans import Span
from qa.store.interface import State, documents_of, ids_of
from qa.summaries.central import central_sentences
from qa.summaries.requests import ENDING, OPENING

# As many articles are named where it is not clear which one is meant.
_NAMED = 3
# On the dev summaries five sentences hold .59 of the facts on a topic, three .36.
_TOPIC_SENTENCES = 5
# Under a heading that names the topic, as many.
_SECTION_SENTENCES = 8
# A sentence that is so much less about the topic than the best one is about something else.
_LEAST = 0.1
# What counts as the beginning or the end of a text.
_END_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Summariser:
    """Makes summaries from one state of the index.

    ``find`` takes a search and ``k`` and returns hits, best first; ``documents`` are the ids that
    count, or None for all.
    """

    state: State
    encoder: Encoder
    find: Callable[..., Sequence[Hit]]
    documents: Collection[str] | None

    def of_text(self, question: str, part: str, past: str | None) -> Answer:
        """Summarise the only document there is, or that of the conversation.

        ``part`` is ``WHOLE``, ``OPENING`` or ``ENDING`` of ``qa.summaries.requests``; ``past`` is
        what the conversation was about, as a search. Where it is not clear which document is
        meant, the answer asks. The confidence is 1: nothing was looked for that might be missing.
        """
        document = self._document_meant(past)
        if isinstance(document, str):
            return say(question, document)
        passages = self.state.passages_of(document.id)
        share = math.ceil(len(passages) * _END_SHARE)
        if part == OPENING:
            passages = passages[:share]
        elif part == ENDING:
            passages = passages[-share:]
        vectors = self.state.vectors([passage.id for passage in passages])
        spans = [
            Span(passage, start, end, 0.0, 1.0)
            for passage, start, end in central_sentences(passages, vectors)
        ]
        return _quoting(question, spans, {document.id: document})

    def of_topic(self, topic: str, *, k: int, answer_at: float) -> Answer:
        """Quote the sentences that say most about a topic, in the text's order, or abstain.

        Where a heading names the topic, they are those that stand under it. The confidence is that
        of the best sentence as evidence, times the share of the topic's words that the passages
        read hold.
        """
        reader = EvidenceReader(self.encoder)
        hits = self.find(topic, k=max(k, reader.passages_read))
        read = hits[: reader.passages_read]
        found = reader.sentences(topic, read)
        confidence = found[0].confidence * reader.share_of_words(topic, read) if found else 0.0
        spans = self._under(found[0]) if found and is_heading(found[0].text) else []
        if not spans:
            told = [span for span in found if not is_heading(span.text)][:_TOPIC_SENTENCES]
            spans = [each for each in told if each.confidence >= _LEAST * told[0].confidence]
        documents = documents_of(self.state, (span.passage.document_id for span in spans))
        if not spans or confidence < answer_at:
            return abstain(topic, confidence, hits[:k])
        rank = {hit.passage.document_id: -at for at, hit in enumerate(reversed(read))}
        spans.sort(key=lambda span: (rank[span.passage.document_id], span.start))
        answer = _quoting(topic, spans, documents)
        return replace(answer, confidence=confidence, hits=tuple(hits[:k]))

    def _under(self, heading: Span) -> list[Span]:
        """Return the first sentences under a heading, up to the next one."""
        under: list[Span] = []
        for passage in self.state.passages_of(heading.passage.document_id):
            if passage.end <= heading.end:
                continue
            for start, end in split_sentences(passage.text):
                span = Span(passage, passage.start + start, passage.start + end, 0.0, 1.0)
                # The rule below a table's head says nothing.
                if span.start < heading.end or not any(map(str.isalnum, span.text)):
                    continue
                if is_heading(span.text) or len(under) == _SECTION_SENTENCES:
                    return under
                under.append(span)
        return under

    def _document_meant(self, past: str | None) -> Document | str:
        """Return the document to summarise, or what to say where none can be told."""
        if self.documents is None:
            several = list(islice(self.state.documents(), _NAMED))
        else:
            ids = sorted(ids_of(self.state, self.documents))
            several = list(documents_of(self.state, ids[:_NAMED]).values())
        if len(several) == 1:
            return several[0]
        if past is not None:
            nearest = self.find(past, k=1)
            document = self.state.document(nearest[0].passage.document_id) if nearest else None
            if document is not None:
                return document
        if not several:
            return ABSTENTION
        titles = ", ".join(f"“{each.title}”" for each in several[:_NAMED])
        return f"There are several articles here, such as {titles}. Which one?"


def _quoting(question: str, spans: Sequence[Span], documents: Mapping[str, Document]) -> Answer:
    """Return an answer that quotes the spans as they come, at least one, and cites each."""
    text, citations = "", list[Citation]()
    for marker, span in enumerate(spans, start=1):
        document = documents[span.passage.document_id]
        text += " " if text else ""
        begin = len(text)
        text += document.text[span.start : span.end]
        last = citations[-1] if citations else None
        quoted = last.end if last is not None and last.document_id == document.id else 0
        citations.append(
            cite(
                span,
                document,
                marker=marker,
                answer_start=begin,
                answer_end=len(text),
                quoted_to=quoted,
            )
        )
    return Answer(
        question=question,
        text=text,
        citations=tuple(citations),
        answered=True,
        confidence=1.0,
        hits=tuple(Hit(span.passage, 0.0, "hybrid") for span in spans),
        standalone_question=question,
    )
