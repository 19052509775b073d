"""Ratings of answers made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from qa.datatypes import Answer, Citation, Turn
from qa.feedback import Rating, Verdict

Rate = Callable[..., Rating]


@pytest.fixture
def rate() -> Rate:
    def make(
        id: str,
        verdict: Verdict = "up",
        question: str = "How wide is it?",
        text: str = "0.8 millimeters",
        *,
        answered: bool = True,
        history: Sequence[Turn] = (),
        comment: str = "",
        document_id: str = "a.txt",
    ) -> Rating:
        quote = f"It is {text} wide."
        cited = Citation(1, document_id, "A", "a.txt", 0, len(quote), quote, 0, len(text))
        citations = (cited,) if answered else ()
        answer = Answer(question, text, citations, answered, 0.9, (), question)
        return Rating.of(
            answer,
            verdict,
            id=id,
            time="2026-01-01T00:00:00+00:00",
            history=history,
            comment=comment,
        )

    return make
