"""One visitor's thumb on one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.datatypes import Answer, Turn

# "none" takes an earlier one back.
Verdict = Literal["up", "down", "none"]

COMMENT_CHARACTERS = 2000
# A follow-up seldom reaches further back; each turn of a long answer weighs on every line.
_TURNS = 5
_TURN_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Rating:
    """A verdict with what is needed to ask the question again and to know the answer.

    ``id`` names the answer that was rated: a later rating of the same id takes its place.
    ``time`` is ISO 8601, UTC. ``supported`` are the stretches of the answer's text that its
    citations support, in its order, each once; ``documents`` the ids of what they cite.
    """

    id: str
    time: str
    verdict: Verdict
    comment: str
    question: str
    history: tuple[Turn, ...]
    text: str
    answered: bool
    confidence: float
    supported: tuple[str, ...]
    quotes: tuple[str, ...]
    documents: tuple[str, ...]

    @classmethod
    def of(
        cls,
        answer: Answer,
        verdict: Verdict,
        *,
        id: str,
        time: str,
        comment: str = "",
        history: Sequence[Turn] = (),
    ) -> Rating:
        """Return a rating of ``answer``, which was given after ``history``, oldest turn first.

        Raises:
            ValueError: the comment has more than ``COMMENT_CHARACTERS`` characters.
        """
        if len(comment) > COMMENT_CHARACTERS:
            raise ValueError(f"the comment is longer than {COMMENT_CHARACTERS:,} characters")
        supported = (answer.text[c.answer_start : c.answer_end].strip() for c in answer.citations)
        return cls(
            id,
            time,
            verdict,
            comment.strip(),
            answer.question,
            tuple(
                Turn(turn.question[:_TURN_CHARACTERS], turn.answer[:_TURN_CHARACTERS])
                for turn in history[-_TURNS:]
            ),
            answer.text,
            answer.answered,
            answer.confidence,
            tuple(dict.fromkeys(stretch for stretch in supported if stretch)),
            tuple(dict.fromkeys(citation.quote for citation in answer.citations)),
            tuple(dict.fromkeys(citation.document_id for citation in answer.citations)),
        )
