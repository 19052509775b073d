"""Mistyped words of a question -> the words that the documents have.

A word is taken for mistyped where the documents do not hold it, the encoder's vocabulary does not
know it as one word, and a word of the documents is one slip away: a letter left out, put in,
changed, or swapped with the next (Damerau 1964). So is a first word such as "wen" or "wat" that
the documents do not hold. docs/conversation.md has the figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from qa.store.interface import State

_WORD = re.compile(r"[^\W\d_]{4,30}")
# What questions are made of, whether or not the documents hold it.
_ASKING = tuple(
    "what when where which whose whom does have were been many much long often would could "
    "there their about with from happened".split()
)
# Slips in the first word that are else left alone: too short, a word of the vocabulary, or near
# two words. What stands before a capital is a name's part: "Wen Jiabao".
_SLIPS = {"wen": "when", "wat": "what", "wht": "what", "wich": "which"}
_FIRST = re.compile(rf"\A(?i:{'|'.join(_SLIPS)})(?=\s+[a-z])")
# Passages in which the word that was meant is looked for.
_PASSAGES = 10


def correct(question: str, state: State, is_word: Callable[[str], bool]) -> str:
    """Return the question with its mistyped words as the documents spell them.

    ``is_word`` tells whether a lower-case word is one of the language: then it is left alone,
    though the documents may not hold it. Of several words that may be meant, the one is taken
    that more of the passages hold, then one in small letters, then the first by the alphabet.
    """

    def meant(match: re.Match[str]) -> str:
        word = match[0].lower()
        # A capital within a word makes it a name ("SpaceX").
        if is_word(word) or not match[0][1:].islower() or word in _ASKING:
            return match[0]
        asking = [each for each in _ASKING if one_slip(word, each)]
        if asking:
            return asking[0] if len(asking) == 1 else match[0]
        found: Counter[str] = Counter()
        for passage in state.passages(state.search_slips(word, _PASSAGES)):
            known = {each[0] for each in _WORD.finditer(passage.text)}
            found.update(each for each in known if one_slip(word, each.lower()))
        return min(
            found, key=lambda each: (-found[each], not each.islower(), each), default=match[0]
        )

    first = _FIRST.match(question)
    if first and not state.search_words(first[0], 1):
        question = _SLIPS[first[0].lower()] + question[first.end() :]
    return _WORD.sub(meant, question)


def one_slip(one: str, other: str) -> bool:
    """Tell whether two different words are one slip of the finger apart.

    >>> [one_slip("spacecraft", w) for w in ("spacecarft", "spacecraf", "spaceraff", "spacecraft")]
    [True, True, False, False]
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])
