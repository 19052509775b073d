"""What was answered before is seldom the answer to the next question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.datatypes import Turn
from qa.documents.words import one_holds_other
from qa.reading.spans import Reading, Span

# What a repeat loses: one that beats all else by more is meant again. Chosen on 350 follow-ups of
# DoQA's cooking training dialogues: F1 .188 without, .219 with 4, .225 with 6, .231 with 8.
_BEHIND = 6.0
# Fewer words may well answer two questions: a name, a date.
_WORDS = 4


def put_repeats_back(
    reading: Reading, question: str, history: Sequence[Turn], spent: Sequence[str] = ()
) -> Reading:
    """Return the reading with the spans behind that give an earlier answer once more.

    A span repeats an answer where one stands within the other, word for word, and has four words
    or more; of what is ``spent`` one word is enough. A question that is asked again keeps its
    answer.
    """
    asked = _words(question)
    said = [_words(turn.answer) for turn in history if _words(turn.question) != asked]
    gone = [words for words in map(_words, spent) if words]
    spans = [
        replace(span, score=span.score - _BEHIND)
        if _repeats(span, said, _WORDS) or _repeats(span, gone, 1)
        else span
        for span in reading.spans
    ]
    return Reading(tuple(sorted(spans, key=lambda span: -span.score)))


def _repeats(span: Span, said: Sequence[str], fewest: int) -> bool:
    words = _words(span.text)
    return any(
        min(len(words.split()), len(answer.split())) >= fewest and one_holds_other(words, answer)
        for answer in said
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
