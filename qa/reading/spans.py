"""The boundary that every way of reading stands behind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.datatypes import Document, Hit, Passage, Stage
from qa.documents.sentences import locate, split_sentences

# Beyond this a logit's exponential is no float any more.
_CERTAIN = 700.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a passage that may answer the question.

    ``start`` and ``end`` are offsets into the document's text, inside the passage. ``score``
    compares across the passages of one question, and higher is better. ``confidence`` is the
    calibrated probability, in [0, 1], that its sentence answers the question.
    """

    passage: Passage
    start: int
    end: int
    score: float
    confidence: float

    def __post_init__(self) -> None:
        if not self.passage.start <= self.start < self.end <= self.passage.end:
            raise ValueError(f"span {self.start}..{self.end} is not inside its passage")

    @property
    def text(self) -> str:
        """What the span says, character by character."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found.

    ``spans`` are best first, and no two of a passage overlap; ties go to the passage that was
    given first; empty where there was nothing to read.
    """

    spans: tuple[Span, ...]

    @property
    def confidence(self) -> float:
        """How sure the reader is of its best span; 0 where there is none."""
        return self.spans[0].confidence if self.spans else 0.0


class Reader(Protocol):
    """What reads a question and passages together."""

    stage: Stage
    passages_read: int
    """How many of the retrieved passages are worth its time."""

    def read(
        self, question: str, hits: Sequence[Hit], documents: Mapping[str, Document]
    ) -> Reading:
        """Return the spans that may answer; hits come best first, as retrieval ranked them.

        ``documents`` are those of the hits by id. They say where a passage stands; one whose
        document is not among them is read by itself.
        """
        ...


def probability(logit: float) -> float:
    """Return the logistic of any number, in [0, 1].

    >>> probability(0), probability(-1e6), probability(1e6)
    (0.5, 0.0, 1.0)
    """
    return 0.0 if logit < -_CERTAIN else 1 / (1 + math.exp(-logit))


def quote_around(span: Span) -> tuple[int, int]:
    """Return the offsets of the whole sentences of the passage that hold the span."""
    passage = span.passage
    sentences = split_sentences(passage.text)
    first = sentences[locate(sentences, span.start - passage.start)]
    last = sentences[locate(sentences, span.end - 1 - passage.start)]
    return (
        passage.start + min(first[0], span.start - passage.start),
        passage.start + max(last[1], span.end - passage.start),
    )
