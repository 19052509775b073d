"""Questions that a text asks and answers itself, as a page of frequent questions does."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from qa.documents.sentences import LINE_NAME, split_sentences, trim
from qa.documents.stretches import QUESTION_LABEL, ends_in_question, is_heading
from qa.reading.spans import Reading, Span

# What stands under the very question is the answer at least as likely as that: enough to be given
# without "not sure".
_SAME = 0.6
# Characters of a reply that is given whole.
_REPLY = 500
# Between two paragraphs: an empty line, or a line that is somebody's: "A: Yes."
_BETWEEN = re.compile(rf"\n[^\S\n]*\n|\n(?=[^\S\n]*{LINE_NAME})")
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|when|where|why|which|how(?:\s+(?:many|much|long|far|old|big|often))?)"
    r"\b"
)
# What stands before a question ("1.", "Q3:"), and words without which it is the same.
_NUMBER = re.compile(rf"\A\W*(?:(?i:{QUESTION_LABEL})|\(?\d{{1,3}}[.)])?\s*")
_IDLE = frozenset("a an the i we you my our your do does did to please".split())


def answer_own_questions(reading: Reading, question: str) -> Reading:
    """Return the reading with what stands under a question of the text in that question's place.

    A passage that opens with a question, a paragraph by itself, answers it in what follows. Where
    both ask the same, word by word, all of it is the answer, at least as sure as .6; of several
    such passages the one that reads best. Where they only ask alike ("how", "why"), what was found
    in the text's question is answered by what stands under it, as surely. Where that is one more
    question, as in an exam, all stays as it was read.
    """
    spans = list(reading.spans)
    same: list[Span] = []
    for passage in dict.fromkeys(span.passage for span in reading.spans):
        found = question_and_reply(passage.text)
        if found is None or _interrogative(found[0]) != _interrogative(question):
            continue
        asked, start, end = found
        own = [span for span in spans if span.passage == passage]
        reply = replace(own[0], start=passage.start + start, end=passage.start + end)
        before = [span for span in own if span.start < reply.start]
        behind = [span for span in own if span.start >= reply.start]
        if len(_words(asked)) > 1 and _words(asked) == _words(question):
            same.append(reply)
        elif before:
            sure = max(span.confidence for span in own)
            best = replace((behind or [reply])[0], score=own[0].score, confidence=sure)
            others = [span for span in spans if span not in (*before, *behind[:1])]
            spans = sorted([best, *others], key=lambda span: -span.score)
    if same:
        best = max(same, key=lambda span: span.score)
        answer = replace(
            best,
            score=math.nextafter(spans[0].score, math.inf),
            confidence=max(_SAME, best.confidence),
        )
        spans = [answer, *(span for span in spans if span.passage != best.passage)]
    return Reading(tuple(spans))


def question_and_reply(text: str) -> tuple[str, int, int] | None:
    """Return the question that a text opens with, be it under headings, and where its reply is.

    The reply is the paragraph behind it, or the first sentence of a long one. None where there is
    no such question, or nothing behind it but another one or a table.
    """
    ends = [*(found.span() for found in _BETWEEN.finditer(text)), (len(text), len(text))]
    begins = [0, *(end for _, end in ends)]
    trimmed = [trim(text, begin, end) for begin, (end, _) in zip(begins, ends, strict=False)]
    paragraphs = [each for each in trimmed if each is not None]
    for asked, (start, end) in zip(paragraphs, paragraphs[1:], strict=False):
        line, reply = _NUMBER.sub("", text[slice(*asked)]), text[start:end]
        if ends_in_question(line):
            if len(split_sentences(line)) != 1 or ends_in_question(reply) or "|" in reply:
                return None
            short = end - start <= _REPLY
            return (line, start, end) if short else (line, *split_sentences(text, start, end)[0])
        if not is_heading(line):
            return None
    return None


def _interrogative(question: str) -> str:
    """Return the word that a question asks with; "" where it asks whether something is so."""
    found = _ASKS.search(question.lower())
    return " ".join(found[0].split()) if found else ""


def _words(question: str) -> list[str]:
    """Return the words that make a question this one, in its order."""
    return [word for word in re.findall(r"\w+", question.lower()) if word not in _IDLE]
