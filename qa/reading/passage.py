"""Retrieval alone, as a baseline: each passage as a whole is the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.datatypes import Document, Hit, Stage
from qa.reading.spans import Reading, Span

# The highest score of qa.retrieval: twice a cosine of 1, and 1 for the words.
_HIGHEST = 3.0


class PassageReader:
    """Answers with the passage that retrieval ranked first. Thread-safe."""

    stage: Stage = "hybrid"
    passages_read = 5

    def read(
        self, question: str, hits: Sequence[Hit], documents: Mapping[str, Document]
    ) -> Reading:
        """Return the passages in the order given.

        The confidence is retrieval's score as a share of the highest there can be: it orders the
        questions and is no calibrated probability.
        """
        return Reading(
            tuple(
                Span(
                    hit.passage,
                    hit.passage.start,
                    hit.passage.end,
                    hit.score,
                    min(1.0, max(0.0, hit.score / _HIGHEST)),
                )
                for hit in hits
            )
        )
