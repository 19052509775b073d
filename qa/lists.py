"""The items of an enumeration that a span stands in: "Ford, Toyota and Holden" is three.

By rules, within one sentence: items stand between commas, semicolons, "and" and "or", are short,
and hold no verb. A reader's span may cover a part of the enumeration; the items are all of it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qa.documents.sentences import locate, split_sentences, trim

_WORDS_OF_ITEM = 7
_SEPARATOR = re.compile(
    r"\s*[,;]\s+(?P<after_comma>(?:and|or|as well as)\s+)?|\s+(?P<alone>and|or|as well as)\s+"
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
_ARTICLE = re.compile(r"\b(?:the|an?|his|her|its|their|our)\s", re.IGNORECASE)
# The last item ends before the first of these, unless the span goes on.
_TAIL = re.compile(
    r"\s*[.!?:()—–\[]|\s+(?:to|in|on|at|for|from|with|by|during|until|since|as|into|after|before)\s"
    rf"|\s+{_CLAUSE.pattern}",
    re.IGNORECASE,
)


class _Piece(NamedTuple):
    start: int
    end: int
    joined: bool
    """Whether "and" or "or" stands before it."""


def items_around(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the (start, end) of each item of the enumeration that ``text[start:end]`` is in.

    They stand in the text's order and do not overlap; empty where there are not at least two.

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
    first, last = inside[0], inside[-1]
    # Where the span begins in mid-piece, that is where the enumeration begins.
    if first > 0 and start <= pieces[first].start and _begins_with_item(text, pieces[first]):
        first -= 1
        start = -1
        while first > 0 and _is_item(text, pieces[first]):
            first -= 1
    while last + 1 < len(pieces) and _goes_on(text, pieces, last):
        last += 1
    run = pieces[first : last + 1]
    begin = start if run[0].start <= start < run[0].end else _first_item(text, run[0])
    tail = _TAIL.search(text, run[-1].start, run[-1].end)
    stop = max(tail.start() if tail else run[-1].end, min(end, run[-1].end))
    run[0], run[-1] = run[0]._replace(start=begin), run[-1]._replace(end=stop)
    after_colon = text[:begin].rstrip().endswith(":")
    if not any(piece.joined for piece in run[1:]) and not (after_colon and len(run) > 2):
        return []
    items = [trim(text, piece.start, piece.end) for piece in run]
    found = [item for item in items if item is not None]
    return found if len(found) > 1 and all(_is_item(text, each) for each in found) else []


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


def _goes_on(text: str, pieces: list[_Piece], at: int) -> bool:
    """Tell whether the enumeration goes on behind a piece.

    Behind "A, B and C" a comma begins something else.
    """
    here, following = pieces[at], pieces[at + 1]
    if _CLAUSE.search(text, here.start, here.end) and not _LEAD.search(text, here.start, here.end):
        return False
    return (following.joined or not here.joined) and _begins_with_item(text, following)


def _begins_with_item(text: str, piece: _Piece) -> bool:
    tail = _TAIL.search(text, piece.start, piece.end)
    return _is_item(text, (piece.start, tail.start() if tail else piece.end))


def _is_item(text: str, place: tuple[int, ...]) -> bool:
    item = text[place[0] : place[1]]
    return (
        1 <= len(item.split()) <= _WORDS_OF_ITEM
        and any(c.isalnum() for c in item)
        and not _CLAUSE.search(item)
    )
