"""Questions that a text asks and answers itself, as a page of frequent questions does."""

from __future__ import annotations

import re
from dataclasses import replace

from qa.documents.sentences import split_sentences
from qa.documents.stretches import ends_in_question, is_heading
from qa.reading.fitting import beginnings
from qa.reading.spans import Reading, Span

# How sure what stands under the very question is.
_SAME = 0.9
# Before a question: the marks of a heading, "Q:", who asks.
_LABEL = re.compile(r"\A\W*(?:[^:?\n]{1,40}:\s+)?")


def answer_own_questions(reading: Reading, question: str) -> Reading:
    """Return the reading with what stands under a question of the text in that question's place.

    A passage that opens with a question, on a line of its own, answers it in what follows: that is
    as likely the answer as its question is what was looked for, and surely where both ask the same.
    """
    spans = list(reading.spans)
    for passage in dict.fromkeys(span.passage for span in reading.spans):
        asked = _opening_question(passage.text)
        if asked is None:
            continue
        own = [span for span in spans if span.passage == passage]
        begin = passage.start + asked[1]
        behind = [span for span in own if span.start >= begin]
        before = [span for span in own if span.start < begin]
        is_same = _ask_the_same(passage.text[slice(*asked)], question)
        if not before and not is_same:
            continue
        best = max(behind, key=lambda span: span.score, default=_first_sentence(own[0], begin))
        rivals = spans if is_same else own
        answer = replace(
            best,
            score=max(span.score for span in rivals),
            confidence=max([_SAME if is_same else 0.0, *(span.confidence for span in own)]),
        )
        others = [span for span in spans if span not in (*before, best)]
        spans = sorted([answer, *others], key=lambda span: -span.score)
    return Reading(tuple(spans))


def _opening_question(text: str) -> tuple[int, int] | None:
    """Return where the question stands that a passage opens with, be it under a heading.

    None where there is none, or nothing behind it.
    """
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if ends_in_question(line.rstrip()):
            return (start, end) if text[end:].strip() else None
        if line.strip() and not is_heading(line.strip()):
            return None
        start = end
    return None


def _first_sentence(span: Span, begin: int) -> Span:
    passage = span.passage
    sentences = split_sentences(passage.text, begin - passage.start, len(passage.text))
    start, end = (passage.start + at for at in sentences[0])
    return replace(span, start=start, end=end)


def _ask_the_same(one: str, other: str) -> bool:
    """Tell whether two questions ask alike of the same: a word for another makes another one."""
    one, other = (_LABEL.sub("", text.lower()) for text in (one, other))
    same = beginnings(one)
    return len(same) > 1 and same == beginnings(other) and one.split()[:1] == other.split()[:1]
