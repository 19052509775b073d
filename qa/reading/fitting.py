"""Whether a span can be what was asked for, as far as words show it without reading.

What the reader confuses: a person described and another person named beside, the number of one
thing and of another in the same sentence, one model of a series and the next, one row of a table
and another, a heading and what stands under it. docs/reading.md has examples.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.asked import counted, wants_contents, wants_several, who_is
from qa.documents.sentences import DATE_LINE, LINE_NAME
from qa.documents.stretches import ADDRESS, TABLE_HEAD, TABLE_ROW, ends_in_question, is_heading
from qa.lists import items_listed
from qa.reading.spans import Reading, Span, quote_around

# What a span loses that cannot be meant, as long as another may be; one that beats all else by
# more is given all the same, but for the confidence.
_BEHIND, _FAR_BEHIND = 6.0, 12.0
# The share of its confidence that is left where the text speaks of another thing.
_OF_ANOTHER = 0.25
_NAME = re.compile(r"(?:[A-Z][\w'’.-]*)(?:\s+[A-Z][\w'’.-]*)*")
_IN_BRACKETS = re.compile(r"\([^()]*\)?")
_BETWEEN_NAMES = re.compile(r"[,;]|\band\b")
_NUMBERED = re.compile(r"\b([A-Z][\w'’-]*)\s+(\d[\w.,-]*\w|\d)")
_COUNT = re.compile(
    r"\W*(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b[^\w%]*",
    re.IGNORECASE,
)
# A row of a table, or a line "Name: value".
_ROW = re.compile(
    rf"^(?:{TABLE_ROW}|[^\S\n]*(?:[-*•·][^\S\n]+)?{LINE_NAME}[^\S\n][^\n]+)$",
    re.MULTILINE,
)
# What is asked for by these words is told by this pattern.
_KINDS = (
    (
        re.compile(r"\be-?mail\b|\bmail\s+address", re.IGNORECASE),
        re.compile(ADDRESS),
    ),
    (
        re.compile(r"\b(?:tele)?phone\s+number", re.IGNORECASE),
        re.compile(r"\+?\(?\d[\d ()/-]{4,}\d"),
    ),
)
_IN_CAPITALS = re.compile(r"(?P<number>\d+[.)]\s+)?[A-Z]{4,}(?:[\s&'’/-]+[A-Z]+){0,4}[.:]")
# Asks for the date of the text, not for that of what it tells.
_OF_THE_TEXT = re.compile(
    r"\b(?:articles?|texts?|stor(?:y|ies)|reports?|news|pages?|documents?|published?|written|wrote|"
    r"dated)\b",
    re.IGNORECASE,
)
# "What was the name of the barge?": "coal barge" is none.
_NAME_OF_A = re.compile(r"\bnames?\s+of\s+the\s+(?:[a-z]+\s+)?([a-z]+)\b")
# "Every 20 minutes" is how often; "20 minutes" is how long.
_HOW_OFTEN = re.compile(r"\bhow\s+often\b", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:every|once an?|twice an?)\s+$", re.IGNORECASE)
_LABEL = re.compile(r"[^\S\n]*\|[^|\n]+(?=\|[^\n]*\w)")
# "blink" and "blinking" are one word; shorter ones than "red" say little.
_STEM, _LONG_WORD = 4, re.compile(r"\w{3,}")
_SAYS_LITTLE = frozenset(
    "the and are was were for how who whom what when where which why does did has have had can may "
    "must should will with this that from you your its many much long there they them not".split()
)
# White space before a text: no passage fits into so few characters.
_BLANKS = 8
# Words between a number and what it counts: "63,519 full-time teachers".
_BETWEEN = 2


def fit_to_question(reading: Reading, question: str) -> Reading:
    """Return the reading with the spans behind that cannot be what was asked for.

    Asked who somebody is, names alone are no answer; asked how many there are of something, a
    number that counts something else is none where another number counts it. Where the question
    names a thing with a number and the quote only the same thing with another number, the text
    says nothing of it: the confidence falls, as it does for names alone, and in a row of a table
    where another row has more words of the question. A heading is behind what stands under it, and
    so is the stamp before a text, unless its own date is asked for. Asked for the name of a thing,
    what kind it is tells little. Of a span that holds more than was asked for, what was asked for
    is left.
    """
    narrowed = [_narrowed(span, question) for span in reading.spans]
    # Two may have become one and the same: the better one counts.
    spans = list({(s.passage, s.start, s.end): s for s in reversed(narrowed)}.values())[::-1]
    asked, words, name = _NUMBERED.findall(question), beginnings(question), who_is(question)
    wants_all = wants_several(question) or wants_contents(question)
    thing = _NAME_OF_A.search(question)
    asks_of_text = _OF_THE_TEXT.search(question) is not None
    miscounting = _miscounting(spans, counted(question))
    fitted = []
    for span in spans:
        is_other_name = name is not None and _is_names(span.text) and not _leads(span, name)
        is_in_other_row = _is_in_another_row(span, words, of_table=wants_all)
        is_label = _is_in_heading(span) and not (wants_all and _is_listed(span))
        is_stamp = _is_in_stamp(span) and not asks_of_text
        lost, left = 0.0, 1.0
        if is_other_name or is_label or span in miscounting:
            lost = _BEHIND
        if is_in_other_row or is_stamp:
            lost = _FAR_BEHIND
        is_no_name = thing is not None and _only_says_what(span.text, thing[1])
        if (
            is_in_other_row
            or is_other_name
            or is_label
            or is_stamp
            or is_no_name
            or _is_of_another_number(span, asked)
        ):
            left = _OF_ANOTHER
        fitted.append(replace(span, score=span.score - lost, confidence=span.confidence * left))
    return Reading(tuple(sorted(fitted, key=lambda span: -span.score)))


def _miscounting(spans: Sequence[Span], thing: str | None) -> set[Span]:
    """Return the numbers of other things, where another span is a number of this thing."""
    counting = {span for span in spans if thing is not None and _counts(span, thing)}
    if not counting:
        return set()
    return {span for span in spans if _COUNT.fullmatch(span.text)} - counting


def _narrowed(span: Span, question: str) -> Span:
    """Return the part of a span that is of the kind asked for; all of it, where no rule knows.

    What stands in brackets or behind a comma after the name that is asked about; an address; a
    telephone's number. How often is told with the "every" before it.
    """
    name = who_is(question)
    if _HOW_OFTEN.search(question):
        every = _EVERY.search(span.passage.text, 0, span.start - span.passage.start)
        return replace(span, start=span.passage.start + every.start()) if every else span
    if name is not None:
        after = rf"{re.escape(name)}\s*(?:\((?P<in>[^()]+)\)|,\s+(?P<behind>[a-z][^;]*))"
        found = re.search(after, span.text)
        part = found.span("in" if found["in"] else "behind") if found else None
    else:
        kinds = [pattern for asks, pattern in _KINDS if asks.search(question)]
        # The telephone's number may stand where the address is asked for: "... or by mail to".
        if kinds and not kinds[0].search(span.text):
            start, end = quote_around(span)
            around = replace(span, start=start, end=end)
            span = around if len(kinds[0].findall(around.text)) == 1 else span
        parts = list(kinds[0].finditer(span.text)) if kinds else []
        part = parts[0].span() if len(parts) == 1 else None
    if part is None:
        return span
    return replace(span, start=span.start + part[0], end=span.start + part[1])


def _is_in_heading(span: Span) -> bool:
    """Tell whether a span stands in a heading: more follows its line, or its "3. RENT."."""
    text = span.passage.text
    if "\n" not in text and not span.text.isupper():  # most texts: nothing to look for
        return False
    start, end = (at - span.passage.start for at in quote_around(span))
    sentence = text[start:end]
    if text.startswith("\n", end):
        return is_heading(sentence)
    named = _IN_CAPITALS.fullmatch(sentence) if end < len(text) else None
    if named is None or named["number"]:
        return named is not None
    # Without a number it opens a paragraph, and replies to nothing: "Who built it? NASA."
    return (start == 0 or text[start - 1] == "\n") and not ends_in_question(text[:start].rstrip())


def _is_in_stamp(span: Span) -> bool:
    """Tell whether a span stands in the date that a feed glued before the text."""
    is_first = span.passage.start <= _BLANKS
    stamp = DATE_LINE.match(span.passage.text) if is_first else None
    return stamp is not None and span.start < stamp.end()


def _only_says_what(text: str, thing: str) -> bool:
    """Tell whether a text ends with the kind of thing whose name is asked, without a name."""
    words = text.split()
    return words[-1:] == [thing] and text.islower()


def _is_listed(span: Span) -> bool:
    at = span.passage.start
    return bool(items_listed(span.passage.text, span.start - at, span.end - at))


def _is_names(text: str) -> bool:
    """Tell whether a text is nothing but names, one or more, with what stands in brackets."""
    parts = _BETWEEN_NAMES.split(_IN_BRACKETS.sub("", text))
    return all(_NAME.fullmatch(part.strip()) for part in parts)


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
    if not asked:
        return False
    start, end = quote_around(span)
    said = _NUMBERED.findall(replace(span, start=start, end=end).text)
    for name, number in asked:
        numbers = {other for same, other in said if same.lower() == name.lower()}
        if numbers and number not in numbers:
            return True
    return False


def _is_in_another_row(span: Span, asked: set[str], *, of_table: bool) -> bool:
    """Tell whether a span stands in a row of a table while another has more of what is asked.

    Or whether it only repeats what its row is about. Lines "Name: value" count as rows, unless
    only those ``of_table`` do.
    """
    at = span.start - span.passage.start
    heads = [head.span() for head in TABLE_HEAD.finditer(span.passage.text)]
    rows = [
        row.span()
        for row in _ROW.finditer(span.passage.text)
        if not ends_in_question(row[0]) and not any(a <= row.start() < b for a, b in heads)
    ]
    own = next((row for row in rows if row[0] <= at < row[1]), None)
    if own is None or (of_table and "|" not in span.passage.text[slice(*own)]):
        return False

    def shared(row: tuple[int, int]) -> int:
        return len(asked & beginnings(span.passage.text[slice(*row)]))

    if max(map(shared, rows)) > shared(own):
        return True
    # What a row is about is named in its first cell, and asked for in the others.
    label = _LABEL.match(span.passage.text, *own)
    return label is not None and at < label.end() and bool(asked & beginnings(label[0]))


def beginnings(text: str) -> set[str]:
    """Return how the words of a text begin, those left out that say little.

    >>> sorted(beginnings("How long does the delivery take?"))
    ['deli', 'take']
    """
    return {w[:_STEM] for w in _LONG_WORD.findall(text.lower()) if w not in _SAYS_LITTLE}
