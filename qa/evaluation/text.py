"""Comparing answers as SQuAD does: exact match, token F1, and containment."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
# All that is neither a letter, a digit nor space, save the point or comma inside a number.
_SEPARATORS = re.compile(r"(?<=\d)([.,])(?=\d)|[^\w\s]|_")


def normalize(text: str) -> str:
    """Lower-case, drop ASCII punctuation and English articles, collapse white space.

    The rules and their order are those of the official SQuAD 2.0 script.

    >>> normalize("The  U.S. Army's (small) hole")
    'us armys small hole'
    """
    return _collapse(text.lower().translate(_PUNCTUATION))


def exact_match(prediction: str, golds: Iterable[str]) -> float:
    """Return 1 where a gold answer equals the prediction after normalising, else 0.

    No gold answers mean that only the empty prediction is right (official SQuAD 2.0 rules).

    >>> exact_match("the Canadarm2", ["Canadarm2"]), exact_match("", [])
    (1.0, 1.0)
    """
    return max(float(normalize(gold) == normalize(prediction)) for gold in _kept(golds))


def f1(prediction: str, golds: Iterable[str]) -> float:
    """Return the best F1, in [0, 1], of the prediction's bag of tokens against a gold answer's.

    Where either side has no token it is 1 if both have none, else 0 (official SQuAD 2.0 rules).

    >>> f1("roughly 0.8 millimeters", ["0.8 millimeters"])
    0.8
    """
    return max(_f1(normalize(prediction).split(), normalize(gold).split()) for gold in _kept(golds))


def holds(text: str, answer: str) -> bool:
    """Say whether whole words of ``text`` are the answer, after SQuAD's normalising.

    Punctuation may also stand for a space, so that "Russian-built" holds "Russian"; a number is
    never cut, so "0.8 millimeters" does not hold "8 millimeters". An answer that normalises to
    nothing is held by no text.

    >>> holds("It is 0.8 millimeters wide.", "0.8 Millimeters"), holds("because", "us")
    (True, False)
    """
    return any(
        (needle := form(answer)) != "  " and needle in form(text) for form in (_padded, _spaced)
    )


def _kept(golds: Iterable[str]) -> list[str]:
    return [gold for gold in golds if normalize(gold)] or [""]


def _f1(predicted: list[str], gold: list[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    common = (Counter(predicted) & Counter(gold)).total()
    if not common:
        return 0.0
    precision, recall = common / len(predicted), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def _collapse(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text).split())


# Every gold answer is looked for in the same passages, over and over.
@lru_cache(maxsize=4096)
def _padded(text: str) -> str:
    return f" {normalize(text)} "


@lru_cache(maxsize=4096)
def _spaced(text: str) -> str:
    return f" {_collapse(_SEPARATORS.sub(lambda found: found[1] or ' ', text.lower()))} "
