"""Questions twisted so that the text that answered them no longer does.

Modelled on the pairs of UnAnsQ (Zhu et al. 2019): what people change to make a question cunning is
a name or number for another of the same text, a word for its opposite, or a negation put in.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_NAME = r"[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*"
_NUMBER = r"\d[\d.,]*"
# Not the first word of a sentence, whose capital may mean nothing.
NAME_OR_NUMBER = re.compile(rf"(?<=[\w,;)]\s)(?:{_NAME}|{_NUMBER}(?<=\d))")
_WORD = re.compile(r"[a-z]+")
_AUXILIARY = re.compile(r"\b(is|are|was|were|does|did|do|has|have|had|would|could|should|can)\b")

# The swaps that are most frequent between the twins of UnAnsQ, and their like.
_PAIRS = (
    "first last|largest smallest|biggest smallest|increase decrease|increased decreased|"
    "increasing decreasing|after before|most least|more less|more fewer|majority minority|"
    "east west|north south|eastern western|northern southern|begin end|began ended|start end|"
    "started ended|highest lowest|higher lower|high low|private public|internal external|"
    "major minor|open closed|opened closed|global local|best worst|better worse|join leave|"
    "joined left|successful unsuccessful|failed succeeded|success failure|lost won|lose win|"
    "old new|oldest newest|older younger|early late|earlier later|agreed disagreed|"
    "remove keep|removed kept|directly indirectly|common uncommon|upper lower|top bottom|"
    "above below|inside outside|maximum minimum|long short|longest shortest|longer shorter|"
    "strong weak|stronger weaker|fast slow|fastest slowest|large small|larger smaller|"
    "same different|similar different|allowed forbidden|accepted rejected|supported opposed|"
    "support oppose|bought sold|buy sell|arrived departed|created destroyed|built demolished|"
    "male female|men women|father mother|husband wife|brother sister|son daughter|king queen|"
    "positive negative|advantage disadvantage|legal illegal|popular unpopular|known unknown|"
    "important unimportant|always never|often rarely|"
    "summer winter|spring autumn|day night|month year|century decade|gained lost|"
    "entered left|defeated defended|rise fall|rose fell|enemy ally|enemies allies|"
    "increase reduce|raised lowered|expanded shrank|without with|domestic foreign|"
    "primary secondary|direct indirect|natural artificial|ancient modern|rich poor|"
    "hot cold|warm cool|heavy light|deep shallow|wide narrow|hard soft|thick thin"
)
_OPPOSITES: dict[str, str] = {}
for _pair in _PAIRS.split("|"):
    _one, _other = _pair.split()
    _OPPOSITES.setdefault(_one, _other)
    _OPPOSITES.setdefault(_other, _one)


def names_in(text: str) -> list[str]:
    """Return the names and numbers of a text, in order, with repeats; not its first word."""
    return NAME_OR_NUMBER.findall(text)


def twist(question: str, names: Sequence[str], chance: random.Random) -> str | None:
    """Return the question changed in one place, or None where nothing offers itself.

    ``names`` are what a name or number of the question may be swapped for.
    """
    ways = [_opposite, _swap, _negate]
    chance.shuffle(ways)
    if ways[0] is _negate and chance.random() < 0.7:  # most questions offer it; few people do it
        ways.append(ways.pop(0))
    for way in ways:
        twisted = way(question, names, chance)
        if twisted is not None:
            return twisted
    return None


def _opposite(question: str, names: Sequence[str], chance: random.Random) -> str | None:
    found = [match for match in _WORD.finditer(question) if match[0] in _OPPOSITES]
    if not found:
        return None
    match = chance.choice(found)
    return question[: match.start()] + _OPPOSITES[match[0]] + question[match.end() :]


def _swap(question: str, names: Sequence[str], chance: random.Random) -> str | None:
    own = list(NAME_OR_NUMBER.finditer(question))
    if not own:
        return None
    match = chance.choice(own)
    is_number = match[0][0].isdigit()
    others = [n for n in names if n not in question and n[0].isdigit() == is_number]
    if not others:
        return None
    return question[: match.start()] + chance.choice(others) + question[match.end() :]


def _negate(question: str, names: Sequence[str], chance: random.Random) -> str | None:
    match = _AUXILIARY.search(question)
    if match is None:
        return None
    negation = chance.choice((" not", "n't", " never"))
    if match[0] == "can" and negation == "n't":
        negation = "not"
    return question[: match.end()] + negation + question[match.end() :]
