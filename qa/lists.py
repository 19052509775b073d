"""The items of an enumeration or list that a span stands in: "Ford, Toyota and Holden" is three.

By rules. Within one sentence items stand between commas, semicolons, "and" and "or", are short,
and hold no verb; in a list each stands behind a mark on a line of its own. A reader's span may
cover a part of the enumeration; the items are all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from qa.documents.sentences import locate, split_sentences, trim
from qa.documents.stretches import ends_in_question, is_heading

_WORDS_OF_ITEM = 7
_PAIR = 2
# Characters in which the word before an enumeration is looked for.
_NEAR = 20
# A footnote's mark may stand behind the comma: "to the south,[note 1] Ghent to the north".
_SEPARATOR = re.compile(
    r"\s*[,;](?:\[[^\]\n]{1,12}\])*\s+(?P<after_comma>(?:and|or|as well as)\s+)?"
    r"|\s+(?P<alone>and|or|as well as)\s+"
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|shall|should|"
    r"do|does|did|that|which|who|whom|whose|when|while|where|because|although|though|however|if|"
    r"but|so|not|said|says|told|then|also|he|she|it|they|we|you|i)\b",
    re.IGNORECASE,
)
# The first item begins behind the last of these, unless the span begins there.
_LEAD = re.compile(
    r"(?::|\b(?:includ(?:e|es|ed|ing)|like|are|were|is|was|have|has|had|both|either|between|by|of|"
    r"with|from|for|to|as|at|in|on|into|carry|carrying|brought|made|said|says)\b)\s+",
    re.IGNORECASE,
)
# What stands behind these is the enumeration, whatever stands before.
_INTRODUCED = re.compile(
    r"\b(?:such as|including|namely|for example|for instance)\s+", re.IGNORECASE
)
_CONJUNCTION = re.compile(r"(?:and|but|or|so|yet)\b", re.IGNORECASE)
# "Sweden officially joined" is a clause, "the wounded" is an item.
_ENDS_WITH_VERB = re.compile(r"(?<!\bthe)(?<!\ba)(?<!\ban)\s\w+[^\We]ed$", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:the|an?|his|her|its|their|our)\s", re.IGNORECASE)
_PREPOSITIONS = "to|in|on|at|for|from|with|by|during|until|since|as|into|after|before"
# The last item ends before the first of these, unless the span goes on.
_TAIL = re.compile(
    rf"\s*[.!?:()—–\[]|\s+(?P<preposition>{_PREPOSITIONS})\s|\s+{_CLAUSE.pattern}",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b({_PREPOSITIONS})\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
# What sets off an item of a list.
MARK = r"(?:[-*•·]|\(?\d{1,3}[.)])"
# An item of a list, and what is marked off at its beginning: "- Ford: 20 cars". A line with a name
# is an item by itself, if others are beside it: "Chair: Ann Lee".
_LISTED = re.compile(
    rf"^[^\S\n]*(?:{MARK}[^\S\n]+(?P<item>\S[^\n]*?)"
    r"|(?P<line>[A-Z\d][\w .'’-]{0,30}:[^\S\n][^\n]*?))[^\S\n]*$",
    re.MULTILINE,
)
_HEAD = re.compile(r"(?P<bold>\**)(?P<head>[^:*\n]+)(?=:(?P=bold)\s)")


class _Piece(NamedTuple):
    start: int
    end: int
    joined: bool
    """Whether "and" or "or" stands before it."""


def items_around(text: str, start: int, end: int, *, bare: bool = False) -> list[tuple[int, int]]:
    """Return the (start, end) of each item of the enumeration that ``text[start:end]`` is in.

    They stand in the text's order and do not overlap; empty where there are not at least two.
    ``bare`` takes three or more between commas alone for an enumeration too, which may be any
    three things in a row: "Ghent, Flanders, Belgium".

    >>> text = "They grow carrots, peas and tomatoes."
    >>> [text[a:b] for a, b in items_around(text, 10, 17)]
    ['carrots', 'peas', 'tomatoes']
    """
    sentences = split_sentences(text)
    if not sentences:
        return []
    pieces = _pieces(text, *sentences[locate(sentences, start)])
    inside = [at for at, piece in enumerate(pieces) if piece.start < end and start < piece.end]
    if not inside:
        return []
    span = range(start, end)
    first, last = inside[0], inside[-1]
    # Where the span begins in mid-piece, that is where the enumeration begins, unless the piece
    # is an item by itself: "the Council (the upper house)".
    if first > 0 and (
        (start <= pieces[first].start and _begins_with_item(text, pieces[first]))
        or (pieces[first].joined and "(" in text[pieces[first].start : start])
    ):
        first -= 1
        start = -1
        while first > 0 and _is_item(text, pieces[first]):
            first -= 1
    while last + 1 < len(pieces) and _goes_on(text, pieces, last, start):
        last += 1
    run = pieces[first : last + 1]
    for begin in _beginnings(text, run, start):
        items = _items(text, begin, end)
        touched = any(a < span.stop and span.start < b for a, b in items)
        if touched and len(items) > 1 and _is_enumeration(text, begin, items, bare=bare):
            return items
    return []


def items_listed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    r"""Return the (start, end) of each item of the list that ``text[start:end]`` stands in.

    Each is a line behind its mark, or "Name: value"; where the span is what a marked item has
    before its colon, that of each. A span in the heading right above a list stands for it. In
    order; empty where there are not at least two, one line below the other.

    >>> text = "Offers:\n- Ford: 2 euros\n- Fiat: 3 euros"
    >>> [text[a:b] for a, b in items_listed(text, 10, 14)]
    ['Ford', 'Fiat']
    """
    for line, run in _lists(text):
        # What stands right above a list is told by all of it.
        inside = [item for item in run if item[0] < end and start < item[1]]
        if not inside and not (line[0] < end and start < line[1]):
            continue
        heads = [_HEAD.match(text, *item) for item in run]
        own = heads[run.index(inside[0])] if inside else None
        if own is not None and end <= own.end() and all(heads):
            return [head.span("head") for head in heads if head is not None]
        return run
    return []


def _lists(text: str) -> Iterator[tuple[tuple[int, int], list[tuple[int, int]]]]:
    """Yield the line above each list, empty where it is a sentence, and the list's items."""
    runs: list[list[re.Match[str]]] = []
    for found in _LISTED.finditer(text):
        if ends_in_question(found[0]):  # of an interview
            continue
        last = runs[-1][-1] if runs else None
        between = text[last.end() : found.start()].strip(" \t") if last else None
        if last is None or _kind(last) != _kind(found) or between not in ("\n", "\n\n"):
            runs.append([])
        runs[-1].append(found)
    for run in runs:
        if len(run) > 1:
            above = text[: run[0].start()].rstrip()
            begin = above.rfind("\n") + 1
            line = (begin, len(above)) if is_heading(above[begin:]) else (0, 0)
            yield line, [found.span(found.lastgroup or 0) for found in run]


def _kind(listed: re.Match[str]) -> tuple[str | None, bool]:
    """Return what sets an item off: a number, another mark, or its own name."""
    return listed.lastgroup, listed[0].lstrip(" \t(")[0].isdigit()


def _beginnings(text: str, run: list[_Piece], start: int) -> Iterator[list[_Piece]]:
    """Yield the run from each place where it may begin, the likeliest first.

    Behind "such as"; where the span does; behind the last word in a piece that lists begin behind.
    """
    for at, piece in enumerate(run):
        if found := _INTRODUCED.search(text, piece.start, piece.end):
            yield [piece._replace(start=found.end()), *run[at + 1 :]]
            break
    if run[0].start <= start < run[0].end:
        yield [run[0]._replace(start=start), *run[1:]]
    for at, piece in enumerate(run[:-1]):
        yield [piece._replace(start=_first_item(text, piece)), *run[at + 1 :]]


def _items(text: str, run: list[_Piece], end: int) -> list[tuple[int, int]]:
    """Return the items of a run; the last one ends with its noun, or with the span."""
    *others, final = run
    stop = final.end
    before = _BEFORE.search(text, max(0, run[0].start - _NEAR), run[0].start)
    alike = {before[1].lower()} if before else set()
    for piece in others:
        alike |= {found["preposition"].lower() for found in _tails(text, piece)}
    for tail in _TAIL.finditer(text, final.start, final.end):
        # "33% for barley and 7% for oats": it belongs to the last item as it does to the others.
        if (tail["preposition"] or "").lower() not in alike:
            stop = max(tail.start(), min(end, final.end))
            # The span may end before the bracket that closes.
            stop += text[stop : stop + 1] == ")" and stop < final.end
            break
    found = [trim(text, piece.start, piece.end) for piece in (*others, final._replace(end=stop))]
    return [item for item in found if item is not None]


def _is_enumeration(
    text: str, run: list[_Piece], items: list[tuple[int, int]], *, bare: bool
) -> bool:
    joined = any(piece.joined for piece in run[1:])
    after_colon = text[: run[0].start].rstrip().endswith(":")
    if not joined and not ((after_colon or bare) and len(run) > _PAIR):
        return False
    return all(_is_item(text, each) for each in items)


def _tails(text: str, piece: _Piece) -> list[re.Match[str]]:
    """Return the prepositions of a piece."""
    found = _TAIL.finditer(text, piece.start, piece.end)
    return [tail for tail in found if tail["preposition"]]


def _pieces(text: str, start: int, stop: int) -> list[_Piece]:
    """Cut a sentence at everything that separates items."""
    pieces, begin, joined = [], start, False
    for match in _SEPARATOR.finditer(text, start, stop):
        pieces.append(_Piece(begin, match.start(), joined))
        begin, joined = match.end(), match.lastgroup is not None
    return [piece for piece in (*pieces, _Piece(begin, stop, joined)) if piece.start < piece.end]


def _first_item(text: str, piece: _Piece) -> int:
    """Return where the item begins that a piece ends with: the last noun, as well as rules can."""
    leads = [match.end() for match in _LEAD.finditer(text, piece.start, piece.end)]
    if leads:
        return leads[-1]
    if _is_item(text, piece):
        return piece.start
    articles = [match.start() for match in _ARTICLE.finditer(text, piece.start, piece.end)]
    return articles[-1] if articles else text.rfind(" ", piece.start, piece.end) + 1


def _goes_on(text: str, pieces: list[_Piece], at: int, start: int) -> bool:
    """Tell whether the enumeration goes on behind a piece, whatever stands before the span.

    Behind "A, B and C" a comma begins something else, unless it is like C: "Ghent to the north,
    Bruges to the west".
    """
    here, following = pieces[at], pieces[at + 1]
    here = here._replace(start=max(here.start, min(start, here.end)))
    if _CLAUSE.search(text, here.start, here.end) and not _LEAD.search(text, here.start, here.end):
        return False
    tails = [{tail["preposition"] for tail in _tails(text, each)} for each in (here, following)]
    return (
        following.joined or not here.joined or not tails[0].isdisjoint(tails[1])
    ) and _begins_with_item(text, following)


def _begins_with_item(text: str, piece: _Piece) -> bool:
    tail = _TAIL.search(text, piece.start, piece.end)
    return _is_item(text, (piece.start, tail.start() if tail else piece.end))


def _is_item(text: str, place: tuple[int, ...]) -> bool:
    item = text[place[0] : place[1]]
    return (
        1 <= len(item.split()) <= _WORDS_OF_ITEM
        and any(c.isalnum() for c in item)
        and not _CLAUSE.search(item)
        and not _CONJUNCTION.match(item)
        and not _ENDS_WITH_VERB.search(item)
    )
