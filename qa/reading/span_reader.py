"""The trained reader: question and passage read together, every span scored against nothing.

Each passage is read without the others (Devlin et al. 2019): the best span's logits less those of
the null answer at [CLS], so scores compare across passages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Document, Hit, Passage, Stage
from qa.documents.sentences import locate
from qa.documents.stretches import as_prose, split_stretches, whole_words
from qa.models.span_models import SpanModel
from qa.reading.leads import lead_of
from qa.reading.spans import Reading, Span, probability

_SPAN_TOKENS = 40
# Of one passage: more than one answers where several things are asked for. Of a table, some of
# each row, so that the right row is among them.
_SPANS, _SPANS_OF_TABLE = 4, 16
_UNREADABLE = -100.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a model's scores are put to use; ``qa.training.calibration`` fits it on dev data.

    A span's score against the null answer, plus ``retrieval`` times how far its passage is
    behind the best one, decides between passages. How sure it is, is the logistic of ``slope``
    times the span's own score plus ``offset``. The defaults are for a model that was not
    calibrated: its odds as it was trained to give them, start and end each half of them.
    """

    retrieval: float = 0.0
    slope: float = 0.5
    offset: float = 0.0


class SpanReader:
    """Scores spans of a few tokens. Thread-safe: its model is."""

    stage: Stage = "reader"
    # Three find less, eight no more (docs/reading.md).
    passages_read = 5

    def __init__(self, model: SpanModel, calibration: Calibration, *, threads: int = 1) -> None:
        """Read ``threads`` passages at a time: faster than one at a time by as many threads."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._model = model
        self._calibration = calibration

    def read(
        self, question: str, hits: Sequence[Hit], documents: Mapping[str, Document]
    ) -> Reading:
        """Return up to four spans of each passage, of one with a table 16, as ``Reading`` says."""
        weight = self._calibration.retrieval
        nearest = max((hit.score for hit in hits), default=0.0)
        spans = [
            replace(span, score=span.score + weight * (hit.score - nearest))
            for found, hit in zip(self.spans(question, hits, documents), hits, strict=True)
            for span in found
        ]
        return Reading(tuple(sorted(spans, key=lambda span: -span.score)))

    def spans(
        self, question: str, hits: Sequence[Hit], documents: Mapping[str, Document]
    ) -> list[list[Span]]:
        """Return the spans of each hit, at least one, best first, scored against nothing."""

        def spans_of(hit: Hit) -> list[Span]:
            document = documents.get(hit.passage.document_id)
            lead = lead_of(hit.passage, document) if document else ""
            return self._spans(question, lead, hit.passage)

        return list(self._pool.map(spans_of, hits))

    def _spans(self, question: str, lead: str, passage: Passage) -> list[Span]:
        stretches, prose = split_stretches(passage.text), as_prose(passage.text)
        has_table = prose != passage.text
        most = _SPANS_OF_TABLE if has_table else _SPANS
        found = []
        for window in self._model.windows(question, lead, prose):
            cells = _stretch_of_each(window.offsets, stretches) if has_table else None
            for first, last, score in best_spans(window.starts, window.ends, most, cells):
                inside = _last_part(stretches, window.offsets[first][0], window.offsets[last][1])
                if inside is not None:
                    start, end = whole_words(passage.text, *inside)
                    at = passage.start
                    found.append(self._span(passage, at + start, at + end, score - window.null))
        # Nothing that the tokenizer can read: the passage as a whole, and for certain not.
        nothing = self._span(passage, passage.start, passage.end, _UNREADABLE)
        kept: list[Span] = []
        for span in sorted(found, key=lambda span: -span.score):
            # Two that were apart may be parts of one address.
            if all(span.end <= other.start or other.end <= span.start for other in kept):
                kept.append(span)
        return kept[:most] or [nothing]

    def _span(self, passage: Passage, start: int, end: int, score: float) -> Span:
        # Which span is best and whether it answers at all are two questions: what retrieval says
        # helps with the first one, and not with the second.
        logit = self._calibration.slope * score + self._calibration.offset
        return Span(passage, start, end, score, probability(logit))


def _last_part(
    stretches: Sequence[tuple[int, int]], start: int, end: int
) -> tuple[int, int] | None:
    """Return the part of ``start..end`` in the last stretch that it reaches; None where in none.

    A heading, an item or a cell before it is what the answer is told under.
    """
    for a, b in reversed(stretches):
        if max(a, start) < min(b, end):
            return max(a, start), min(b, end)
    return None


def _stretch_of_each(
    tokens: Sequence[tuple[int, int]], stretches: Sequence[tuple[int, int]]
) -> NDArray[np.intp]:
    """Return the number of the stretch that each token is in, -1 where it is in none."""
    numbers = [locate(stretches, start) for start, _ in tokens]
    return np.array(
        [
            number if stretches and stretches[number][0] <= start < stretches[number][1] else -1
            for number, (start, _) in zip(numbers, tokens, strict=True)
        ],
        dtype=np.intp,
    )


def best_spans(
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    most: int,
    cells: NDArray[np.intp] | None = None,
) -> Iterator[tuple[int, int, float]]:
    """Yield the tokens (first, last) and the score of the best spans of at most 40 tokens.

    Best first, none overlaps one before it, ``most`` at the most. ``starts`` and ``ends`` are
    logits of shape (tokens,), at least one. ``cells`` numbers what each token stands in and no
    span reaches beyond, below 0 for tokens of no span. Ties go to the earliest start, then the
    earliest end.
    """
    size = len(starts)
    allowed = np.triu(np.ones((size, size), dtype=bool))
    allowed &= ~np.triu(allowed, _SPAN_TOKENS)
    if cells is not None:
        allowed &= (cells[:, None] == cells[None, :]) & (cells >= 0)
    scores = np.where(allowed, starts[:, None] + ends[None, :], -np.inf)
    for _ in range(most):
        first, last = divmod(int(scores.argmax()), size)
        score = float(scores[first, last])
        if score == -np.inf:
            break
        yield first, last, score
        scores[: last + 1, first:] = -np.inf
