"""The trained reader: question and passage read together, every span scored against nothing.

Each passage is read by itself (Devlin et al. 2019): the best span's logits less those of the null
answer at [CLS], so scores compare across passages. What retrieval and the evidence way say of
the span's sentence is added with weights fitted on dev data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Hit, Passage, Stage
from qa.models.span_models import SpanModel
from qa.reading.evidence import EvidenceReader
from qa.reading.spans import Reading, Span, quote_around

FEATURES = ("span", "sentence_cosine", "retrieval", "sentence_words")

_SPAN_TOKENS = 40
_UNREADABLE = -100.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a model's scores are put to use; ``qa.training.calibration`` fits it on dev data.

    The passage is chosen by the weighted sum of FEATURES. How sure it is, is the logistic of
    ``slope`` times the span's own score plus ``offset``. The defaults are for a model that was
    not calibrated: its odds as it was trained to give them, start and end each half of them.
    """

    span: float = 1.0
    sentence_cosine: float = 0.0
    retrieval: float = 0.0
    sentence_words: float = 0.0
    slope: float = 0.5
    offset: float = 0.0

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weights of FEATURES, shape (4,)."""
        return np.array([getattr(self, name) for name in FEATURES])


class SpanReader:
    """Scores spans of a few tokens. Thread-safe: its model is."""

    stage: Stage = "reader"

    def __init__(
        self,
        model: SpanModel,
        evidence: EvidenceReader,
        calibration: Calibration,
        passages_read: int = 5,
    ) -> None:
        self._model = model
        self._evidence = evidence
        self._calibration = calibration
        self.passages_read = passages_read

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return each passage's best span; see ``Reading`` for the order."""
        if not hits:
            return Reading(())
        spans, features = self.examine(question, hits)
        scores = features @ self._calibration.weights
        order = sorted(range(len(hits)), key=lambda rank: (-scores[rank], rank))
        return Reading(tuple(replace(spans[rank], score=float(scores[rank])) for rank in order))

    def examine(self, question: str, hits: Sequence[Hit]) -> tuple[list[Span], NDArray[np.float64]]:
        """Return each hit's best span and the features, shape (hits, 4), columns as in FEATURES.

        A span's score here is that against the null answer. There must be at least one hit.
        """
        spans = [self._best(question, hit.passage) for hit in hits]
        quotes = [(rank, *quote_around(span)) for rank, span in enumerate(spans)]
        evidence = self._evidence.features(question, hits, quotes)
        columns = (
            [span.score for span in spans],
            evidence[:, 0],
            [hit.score - hits[0].score for hit in hits],
            evidence[:, 2],
        )
        return spans, np.column_stack(columns)

    def _best(self, question: str, passage: Passage) -> Span:
        """Return the best span of a passage with its score against the null answer."""
        found = None
        for window in self._model.windows(question, passage.text):
            first, last, score = best_span(window.starts, window.ends)
            start = passage.start + window.offsets[first][0]
            end = passage.start + window.offsets[last][1]
            if start < end and (found is None or score - window.null > found.score):
                found = self._span(passage, start, end, score - window.null)
        # Nothing that the tokenizer can read: the passage as a whole, and for certain not.
        return found or self._span(passage, passage.start, passage.end, _UNREADABLE)

    def _span(self, passage: Passage, start: int, end: int, score: float) -> Span:
        # Which span is best and whether it answers at all are two questions: its own score
        # against nothing tells the second one better than the sum of the features does.
        logit = self._calibration.slope * score + self._calibration.offset
        return Span(passage, start, end, score, 1 / (1 + math.exp(-logit)))


def best_span(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[int, int, float]:
    """Return the tokens (first, last) and the score of the best span of at most 40 tokens.

    ``starts`` and ``ends`` are logits of shape (tokens,), at least one. Ties go to the earliest
    start, then the earliest end.
    """
    size = len(starts)
    scores = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones((size, size), dtype=bool))
    allowed &= ~np.triu(allowed, _SPAN_TOKENS)
    scores = np.where(allowed, scores, -np.inf)
    at = int(scores.argmax())
    return at // size, at % size, float(scores.flat[at])
