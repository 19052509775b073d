"""The boundary: an answer found in the text -> the same answer, worded by a language model.

The model sees only passages that the reader believes to answer the question, as numbered
sentences, so a marker names its quote and nothing has to be searched for. Its sentences come out
when they are confirmed; where too little of them is, the text's own words stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa.answering import cite
from qa.datatypes import Answer, Citation, Document, Hit
from qa.documents.sentences import split_sentences
from qa.reading.spans import Reader, Span
from qa.settings import Settings
from qa.wording.chat import ChatModel, ModelError
from qa.wording.confirmation import Source, confirming, gives_answer, says
from qa.wording.prompt import NOTHING, messages
from qa.wording.reply import Marked, marked_sentences

_INSTEAD = "So this answer is in the words of the text."


@dataclass(frozen=True, slots=True)
class Wording:
    """Words answers by a language model. Thread-safe."""

    model: ChatModel
    passages: int = 5
    """How many of an answer's hits it takes into account."""

    def stream(
        self,
        answer: Answer,
        reader: Reader,
        documents: Mapping[str, Document],
        *,
        answer_at: float,
    ) -> Iterator[Answer]:
        """Yield ``answer`` in the model's words: growing, each holding by itself, the last whole.

        Where the model fails, or its words do not hold, the last is ``answer`` as it was, with a
        notice. Nothing at all is yielded where there is nothing for the model to do: the text
        does not answer, or the reader believes none of its first hits.
        """
        hits = answer.hits[: self.passages]
        sources = sources_of(
            answer.standalone_question, hits, reader, documents, answer_at=answer_at
        )
        if not answer.answered or not sources:
            return
        draft = Draft(answer, sources, documents, self.model.name)
        reply = ""
        try:
            for piece in self.model.stream(messages(answer.standalone_question, sources)):
                reply += piece
                if draft.take(marked_sentences(reply, ended=False)) and draft.holds:
                    yield draft.worded()
        except ModelError as error:
            yield _kept(answer, f"The language model {error}.")
            return
        if reply.strip().rstrip(".").upper() == NOTHING:
            yield _kept(answer, "The language model found no answer in the passages.")
            return
        draft.take(marked_sentences(reply, ended=True))
        if draft.holds:
            yield draft.worded()
        else:
            yield _kept(answer, "What the language model wrote was not borne out by the text.")


def open_wording(settings: Settings) -> Wording:
    """Return the wording that the settings name; ``settings.llm_url`` must not be empty."""
    return Wording(
        ChatModel(
            settings.llm_url,
            settings.llm_model,
            seconds=settings.llm_seconds,
            tokens=settings.llm_tokens,
            key=settings.llm_key.get_secret_value(),
        )
    )


def sources_of(
    question: str,
    hits: Sequence[Hit],
    reader: Reader,
    documents: Mapping[str, Document],
    *,
    answer_at: float,
) -> list[Source]:
    """Return the sentences of the passages that the reader believes to answer, best first.

    Passages are left out whose document has changed since they were found.
    """
    unchanged = [
        hit
        for hit in hits
        if (document := documents.get(hit.passage.document_id)) is not None
        and document.text[hit.passage.start : hit.passage.end] == hit.passage.text
    ]
    sources: list[Source] = []
    for span in reader.read(question, unchanged, documents).spans if unchanged else ():
        if span.confidence < answer_at:
            continue
        passage = span.passage
        for start, end in split_sentences(passage.text):
            title = documents[passage.document_id].title
            at = len(sources) + 1
            sources.append(
                Source(at, passage, passage.start + start, passage.start + end, span, title)
            )
    return sources


@dataclass(slots=True)
class Draft:
    """What of a reply is confirmed so far."""

    answer: Answer
    sources: Sequence[Source]
    documents: Mapping[str, Document]
    model: str
    _taken: int = field(default=0, init=False)
    _dropped: int = field(default=0, init=False)
    _confirmed: dict[str, tuple[Source, ...]] = field(default_factory=dict, init=False)

    def take(self, sentences: Sequence[Marked]) -> bool:
        """Take the sentences in that are new; return whether one of them was confirmed."""
        before = len(self._confirmed)
        for sentence in sentences[self._taken :]:
            cited = [self.sources[n - 1] for n in sentence.numbers if 0 < n <= len(self.sources)]
            found = confirming(sentence.text, cited, self.answer.standalone_question)
            if found and len(cited) == len(sentence.numbers):
                self._confirmed.setdefault(sentence.text, found)
            else:
                self._dropped += 1
        self._taken = max(self._taken, len(sentences))
        return len(self._confirmed) > before

    @property
    def holds(self) -> bool:
        """Whether what is confirmed gives an answer; of one in several parts, every part."""
        text = " ".join(self._confirmed)
        parts = {self.answer.text[c.answer_start : c.answer_end] for c in self.answer.citations}
        return any(gives_answer(*each) for each in self._confirmed.items()) and (
            len(parts) == 1 or all(says(text, part) for part in parts)
        )

    def worded(self) -> Answer:
        """Return the answer in the words that are confirmed, each sentence with its citations."""
        text = ""
        citations: list[Citation] = []
        for sentence, sources in self._confirmed.items():
            text += " " if text else ""
            begin = len(text)
            text += sentence
            for source in sources:
                citations.append(
                    cite(
                        Span(source.passage, source.start, source.end, 0.0, 1.0),
                        self.documents[source.passage.document_id],
                        marker=len(citations) + 1,
                        answer_start=begin,
                        answer_end=len(text),
                    )
                )
        notices = [f"Worded by the language model “{self.model}” and checked against the text."]
        if self._dropped == 1:
            notices.append("One of its sentences was left out: the text does not bear it out.")
        elif self._dropped:
            notices.append(
                f"{self._dropped} of its sentences were left out: the text does not bear them out."
            )
        return replace(
            self.answer,
            text=text,
            citations=tuple(citations),
            notices=(*self.answer.notices, *notices),
        )


def _kept(answer: Answer, notice: str) -> Answer:
    return replace(answer, notices=(*answer.notices, f"{notice} {_INSTEAD}"))
