"""Where sentences begin and end, by rules: no model, no download, exact offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

# A stamp such as "date 2022-12-22" that some feeds glue before the first sentence.
DATE_LINE = re.compile(r"\s*date[ \t:]+(\d{4}-\d{2}-\d{2})(?!\w)", re.IGNORECASE)
# What a line "Name: value" begins with.
LINE_NAME = r"[A-Z][\w .'’-]{0,30}:(?=\s)"

_CLOSERS = "\"'”’»)\\]}*_"
_BOUNDARY = re.compile(
    rf"""
      (?P<latin>(?<![.!?…])[.!?…]++[{_CLOSERS}]*+)(?=\s)  # needs white space after it
    | (?P<wide>[。！？｡]++[」』）”’]*+)                      # these do not
    | (?P<blank>\n[^\S\n]*+\n\s*+)                       # an empty line
    | (?P<line>\n)(?=[^\S\n]*+(?:[-*•–·#>|]|\(?\d{{1,3}}[.)]\s|{LINE_NAME}))
    """,
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[\w.&'’-]+$")
# "6. Summer party": the number is no sentence.
_NUMBERED = re.compile(r"(?:\A|\n)[^\S\n]*\d{1,3}\.\Z")
_NEXT = re.compile(r"\s+([\"'“‘«(\[{*_¿¡]*)(\w[\w'’-]*)?")

_LEANS = re.compile(
    r"\W*(?:but|and|so|or|it(?!['’]s)|its|he|she|they|his|her|their|this|that|these|those"
    r"|in that)\b",
    re.IGNORECASE,
)
# Always followed by more of the same sentence.
_TITLES = frozenset(
    "mr mrs ms dr prof sr st gen col lt sgt capt cmdr maj adm rev hon gov sen rep pres "
    "messrs mme mlle fr vs cf e.g i.e viz approx ca eq fig figs no nos vol pp art sec ch ed eds "
    "al dept univ assn bros mt ft".split()
)
_MONTHS = frozenset(
    "jan feb mar apr jun jul aug sep sept oct nov dec january february march april may june july "
    "august september october november december".split()
)
# Words that start a sentence even after an abbreviation which may end one ("the U.S. But ...").
_STARTERS = frozenset(
    "the a an it its he she they we you i this that these those there here his her their our my "
    "in on at by for from with as if when while where after before since although but and so yet "
    "however moreover then what who why how which".split()
)


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of the sentences of ``text[start:end]``, in order.

    Spans are half-open, do not overlap, carry no white space at either end, and together hold
    every character that is not white space. Blank text gives an empty list.

    >>> text = "It leaked on Dec. 14. Why? NASA's Dr. Lee won't say."
    >>> [text[a:b] for a, b in split_sentences(text)]
    ['It leaked on Dec. 14.', 'Why?', "NASA's Dr. Lee won't say."]
    """
    stop = len(text) if end is None else end
    spans = []
    begin = start
    for cut in (*_cuts(text, start, stop), stop):
        trimmed = trim(text, begin, cut)
        if trimmed is not None:
            spans.append(trimmed)
        begin = cut
    return spans


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the offsets without the white space at both ends; None where nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def locate(spans: Sequence[tuple[int, int]], offset: int) -> int:
    """Return the index of the last span that starts at or before ``offset``; 0 if none does."""
    return max(0, bisect_right(spans, offset, key=lambda span: span[0]) - 1)


def leans_back(sentence: str) -> bool:
    """Tell whether what a sentence means stands in the one before it.

    >>> [leans_back(s) for s in ("But he left.", "It's unclear why he left.", "Dr. Lee left.")]
    [True, False, False]
    """
    return _LEANS.match(sentence) is not None


def last_question(text: str) -> str:
    """Return what is asked last, where several questions stand in a row.

    >>> last_question("What leaked? Why?"), last_question("Who is Dr. Lee?")
    ('Why?', 'Who is Dr. Lee?')
    """
    return re.split(r"[?!]\s+", text)[-1]


def _cuts(text: str, start: int, stop: int) -> Iterator[int]:
    if start == 0 and (stamp := DATE_LINE.match(text, 0, stop)):
        start = stamp.end()
        yield start
    for match in _BOUNDARY.finditer(text, start, stop):
        if match.lastgroup != "latin" or _ends_sentence(text, match, stop):
            yield match.end()


def _ends_sentence(text: str, match: re.Match[str], stop: int) -> bool:
    following = _NEXT.match(text, match.end(), stop)
    word = (following[2] or "") if following else ""
    mark = match["latin"]
    if not word:
        return True
    if word[0].islower():
        # "Really?" she said. / an abbreviation in mid-sentence / an ellipsis
        return False
    if not mark.startswith(".") or mark[1:2] == ".":
        return True
    # A word longer than 40 characters is no abbreviation; the bound keeps this linear.
    before = _LAST_WORD.search(text, max(0, match.start() - 40), match.start())
    last = before[0].lower() if before else ""
    if _NUMBERED.search(text, max(0, match.start() - 8), match.end()):
        return False
    if last in _TITLES:
        # "fig. 3", "No. 10" and "Dr. Lee" go on; "He said no. They left." does not.
        return last in {"no", "art", "fig", "ft", "mt", "al"} and not word[0].isdigit()
    if last in _MONTHS and last not in {"may", "march"}:
        return not word[0].isdigit() or len(last) > 4 and len(word) != 4
    if len(last) == 1 and last.isalpha() or re.fullmatch(r"(?:\w\.)+\w", last):
        return word.lower() in _STARTERS
    return True
