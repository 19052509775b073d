"""The way from a question to an answer, over one state of the index."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from qa.answering import make_answer, say
from qa.conversation import Understood, understand
from qa.datatypes import Answer, Hit, Passage, Turn
from qa.documents.stretches import ends_in_question
from qa.errors import QuestionError
from qa.models.encoder import Encoder
from qa.reading.fitting import fit_to_question
from qa.reading.questions import answer_own_questions
from qa.reading.repeats import put_repeats_back
from qa.reading.spans import Reader
from qa.retrieval import merge, retrieve
from qa.settings import Settings
from qa.small_talk import reply_to
from qa.spelling import correct
from qa.store.interface import State, documents_of, ids_of
from qa.suggestions import Suggestion, suggestions_from
from qa.summaries.requests import ENDING, OPENING, WHOLE, requested_summary
from qa.summaries.summariser import Summariser

# Characters of an earlier turn's question and answer. More would push the question itself out of
# what the encoder reads.
_TURN = 300
# Of a longer conversation the first turn and so many of the last.
_TURNS = 20
# Characters of a passage that is no more than a question.
_QUESTION = 300
# So many suggestions are asked before they are given up, made from so many passages at the most.
_TRIED, _PASSAGES_TURNED, _PROOFS_KEPT = 6, 200, 10_000
# A file's name, in place of a topic.
_FILE = re.compile(r"\S+\.\w{2,5}")

Proofs = dict[tuple[Hashable, frozenset[str] | None, Suggestion], bool]
"""Whether a suggestion is answered, by the version of the index and the documents that count."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Answers from one state of the index; ``documents`` are the ids that count, None for all.

    ``proofs`` is kept from one question to the next.
    """

    state: State
    encoder: Encoder
    reader: Reader
    settings: Settings
    proofs: Proofs
    documents: Collection[str] | None

    def answer(
        self, question: str, history: Sequence[Turn], *, k: int, answer_at: float | None
    ) -> Answer:
        """Answer in the text's own words, or abstain and suggest what is answered.

        Arguments and errors are those of ``Assistant.ask``.
        """
        began = time.perf_counter()
        asked = checked(question, self.settings.question_characters)
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        reply = reply_to(asked)
        if reply is not None:
            return say(question, reply)
        turns = [_shortened(turn) for turn in history]
        turns = [*turns[:-_TURNS][:1], *turns[-_TURNS:]]
        at = self.settings.answer_at if answer_at is None else answer_at
        understood = understand(correct(asked, self.state, self._is_word), turns)
        topic = requested_summary(asked)
        if topic is None:
            answer = self._read_and_say(understood, turns, k=k, answer_at=at)
        else:
            named = self._named(topic)
            among = self.documents if named is None else [named]
            summariser = Summariser(self.state, self.encoder, self.find, among)
            if named is not None:
                return summariser.of_text(question, WHOLE, None)
            if topic in (WHOLE, OPENING, ENDING):
                past = understood.searches[0] if history else None
                return summariser.of_text(question, topic, past)
            topic = requested_summary(understood.question) or topic
            answer = summariser.of_topic(topic, k=k, answer_at=at)
        if not answer.answered:
            near = [hit.passage for hit in answer.hits]
            around = self.state.passages_of(near[0].document_id) if near else []
            offered = self._suggest([*near, *around[:_PASSAGES_TURNED]], most=3)
            answer = replace(answer, suggestions=offered)
        unchanged = understood.question == asked
        return replace(
            answer,
            question=question,
            timings={**answer.timings, "total": (time.perf_counter() - began) * 1000},
            standalone_question=question if unchanged else understood.question,
        )

    def find(self, search: str, *, k: int) -> list[Hit]:
        """Return the ``k`` best passages without reading them, best first."""
        return self._retrieve(search, self.encoder.encode_questions([search])[0], k)

    def suggest(self, document_id: str, *, most: int) -> tuple[str, ...]:
        """Return up to ``most`` questions that a document answers."""
        return self._suggest(self.state.passages_of(document_id)[:_PASSAGES_TURNED], most=most)

    def _read_and_say(
        self, understood: Understood, history: Sequence[Turn], *, k: int, answer_at: float
    ) -> Answer:
        began = time.perf_counter()
        # What two searches bring is read in full: either may be the one that was meant.
        most_read = self.reader.passages_read * len(understood.searches)
        # One by one: in a batch a vector depends on its neighbours in the seventh digit.
        vectors = [self.encoder.encode_questions([each])[0] for each in understood.searches]
        encoded = time.perf_counter()
        found = [
            self._retrieve(search, vector, max(k, most_read))
            for search, vector in zip(understood.searches, vectors, strict=True)
        ]
        hits = merge(found, max(k, most_read))
        retrieved = time.perf_counter()
        to_read = [self._with_reply(hit) for hit in merge(found, most_read)]
        documents = documents_of(self.state, (hit.passage.document_id for hit in to_read))
        reading = self.reader.read(understood.question, to_read, documents)
        reading = answer_own_questions(reading, understood.question)
        reading = fit_to_question(reading, understood.question)
        reading = put_repeats_back(reading, understood.question, history, understood.spent)
        read = time.perf_counter()
        answer = make_answer(
            understood.question,
            reading,
            hits[:k],
            documents,
            answer_at=answer_at,
        )
        return replace(
            answer,
            timings={
                "encoding": (encoded - began) * 1000,
                "retrieval": (retrieved - encoded) * 1000,
                "reading": (read - retrieved) * 1000,
            },
        )

    def _retrieve(self, search: str, vector: NDArray[np.float32], k: int) -> list[Hit]:
        return retrieve(
            self.state,
            search,
            vector,
            k=k,
            candidates=self.settings.candidates,
            documents=self.documents,
        )

    def _with_reply(self, hit: Hit) -> Hit:
        """Return the hit; where it is but a question of the text, with the passage behind it."""
        asked = hit.passage
        if len(asked.text) > _QUESTION or not ends_in_question(asked.text):
            return hit
        reply = self.state.passage_after(asked.id)
        document = self.state.document(asked.document_id)
        if reply is None or document is None:
            return hit
        text = document.text[asked.start : reply.end]
        return replace(hit, passage=replace(asked, end=reply.end, text=text))

    def _named(self, topic: str) -> str | None:
        """Return the id of the document whose file a topic names, if it is one that counts."""
        ids = set(self.state.ids(topic)) if _FILE.fullmatch(topic) else set()
        if ids and self.documents is not None:
            ids &= ids_of(self.state, self.documents)
        return ids.pop() if len(ids) == 1 else None

    def _is_word(self, word: str) -> bool:
        return self.encoder.count_tokens([word]) == [1]

    def _suggest(self, passages: Sequence[Passage], *, most: int) -> tuple[str, ...]:
        """Return the first suggestions that prove right: asked, their sentence is what is cited."""
        proved = (
            each.question
            for each in suggestions_from(passages)[:_TRIED]
            if self._proves_right(each)
        )
        return tuple(islice(proved, most))

    def _proves_right(self, suggestion: Suggestion) -> bool:
        """Ask a suggestion, once for each state of the index."""
        among = None if self.documents is None else frozenset(self.documents)
        key = (self.state.version, among, suggestion)
        proved = self.proofs.get(key)
        if proved is None:
            asked = Understood(suggestion.question, (suggestion.question,))
            answer = self._read_and_say(asked, (), k=1, answer_at=self.settings.answer_at)
            proved = any(
                citation.document_id == suggestion.passage.document_id
                and citation.start < suggestion.end
                and suggestion.start < citation.end
                for citation in answer.citations
            )
            if len(self.proofs) >= _PROOFS_KEPT:
                self.proofs.clear()
            self.proofs[key] = proved
        return proved


def checked(question: str, most: int) -> str:
    """Return the question in one line.

    Raises:
        QuestionError: it is blank, longer than ``most`` characters, or no valid text.
    """
    if len(question) > most:
        raise QuestionError(
            f"the question has {len(question):,} characters, {most:,} at most are read. "
            "Ask something shorter."
        )
    if any("\ud800" <= c <= "\udfff" for c in question):
        raise QuestionError("the question is not valid text. Send it as UTF-8.")
    asked = _in_one_line(question)
    if not asked:
        raise QuestionError("the question is empty. Ask something, e.g. 'Who is ...?'")
    return asked


def _shortened(turn: Turn) -> Turn:
    """Return a turn of the history in one line: enough to know what it was about.

    Raises:
        TypeError: it is no ``Turn``.
    """
    if not isinstance(turn, Turn):
        raise TypeError(f"history holds qa.Turn(question, answer) objects, not {turn!r:.80}.")
    return Turn(_in_one_line(turn.question[:_TURN]), _in_one_line(turn.answer[:_TURN]))


def _in_one_line(text: str) -> str:
    """Return the text without line breaks; control characters count as white space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
