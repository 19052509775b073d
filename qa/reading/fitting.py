"""Whether a span can be what was asked for, as far as words show it without reading.

Three things that the reader confuses: a person described and another person named beside, the
number of one thing and of another in the same sentence, and one model or year of a series and the
next. docs/reading.md has examples.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qa.asked import counted, who_is
from qa.reading.spans import Reading, Span, quote_around

# What a span loses that cannot be meant, as long as another may be; one that beats all else by
# more is given all the same, but for the confidence.
_BEHIND = 6.0
# The share of its confidence that is left where the text speaks of another thing by its number.
_OTHER_NUMBER = 0.25
_NAME = re.compile(r"(?:[A-Z][\w'’.-]*)(?:\s+[A-Z][\w'’.-]*)*")
_NUMBERED = re.compile(r"\b([A-Z][\w'’-]*)\s+(\d[\w.,-]*\w|\d)")
_COUNT = re.compile(
    r"\W*(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b[^\w%]*",
    re.IGNORECASE,
)
# Words between a number and what it counts: "63,519 full-time teachers".
_BETWEEN = 2


def fit_to_question(reading: Reading, question: str) -> Reading:
    """Return the reading with the spans behind that cannot be what was asked for.

    Asked who somebody is, a name alone is no answer; asked how many there are of something, a
    number that counts something else is none where another number counts it. Where the question
    names a thing with a number and the quote only the same thing with another number, the text
    says nothing of it: the confidence falls.
    """
    spans = reading.spans
    behind: set[Span] = set()
    if (name := who_is(question)) is not None:
        behind = {span for span in spans if _NAME.fullmatch(span.text) and not _leads(span, name)}
    elif (thing := counted(question)) is not None:
        counting = {span for span in spans if _counts(span, thing)}
        if counting:
            behind = {each for each in spans if _COUNT.fullmatch(each.text)} - counting
    asked = _NUMBERED.findall(question)
    fitted = []
    for span in spans:
        if span in behind:
            span = replace(span, score=span.score - _BEHIND)
        if asked and _is_of_another_number(span, asked):
            span = replace(span, confidence=span.confidence * _OTHER_NUMBER)
        fitted.append(span)
    return Reading(tuple(sorted(fitted, key=lambda span: -span.score)))


def _leads(span: Span, name: str) -> bool:
    """Tell whether a name follows a span at once, as it does a title."""
    following = span.passage.text[span.end - span.passage.start :].split()
    return following[:1] == name.split()[:1]


def _counts(span: Span, thing: str) -> bool:
    """Tell whether a span is a number that stands before ``thing``, or holds both."""
    if not _COUNT.match(span.text):
        return False
    at = span.end - span.passage.start
    following = span.text + " " + " ".join(span.passage.text[at:].split()[: _BETWEEN + 1])
    return re.search(rf"\b{re.escape(thing)}\b", following, re.IGNORECASE) is not None


def _is_of_another_number(span: Span, asked: list[tuple[str, str]]) -> bool:
    """Tell whether the sentence has a thing of the question with other numbers only."""
    start, end = quote_around(span)
    said = _NUMBERED.findall(replace(span, start=start, end=end).text)
    for name, number in asked:
        numbers = {other for same, other in said if same.lower() == name.lower()}
        if numbers and number not in numbers:
            return True
    return False
