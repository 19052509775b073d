"""What a sentence says, as far as rules can tell: its numbers, its names, its other words.

Words that only hold a sentence together count for nothing. English, like the rest of the engine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import Literal

import tantivy

Kind = Literal["number", "name", "word"]

# MS-22 and Canadarm2 are one word each; 0.8, 1,230, 10:30 and 1990s are numbers.
_WORD = re.compile(
    r"(?:[^\W\d_]+-?\d[^\W_]*|\d(?:[\d.,:/]*\d)?[^\W\d_]*|[^\W\d_]+)(?:['’][^\W\d_]+)*"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_DIGITS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
# Relations (before, over, more, only, all, or) are not among them: they must stand in the text.
_IDLE = frozenset(
    "a an the this that these those it its it's he she they him her his hers them their theirs we "
    "our us you your i my me who whom whose which what when where there here is are was were be "
    "been being am has have had having do does did of in on at to for with by from as into and "
    "also so then than because due about approximately roughly around according say says said "
    "state states stated".split()
)
_DENIES = re.compile(
    r"\b(?:not(?!\s+(?:just|only|merely|simply)\b)|no|never|none|nobody|nothing|neither|nor|"
    r"without|cannot|\w+n['’]t|unlikely|impossible|false|den(?:y|ies|ied)|refuse[sd]?|"
    r"fail(?:s|ed)?|lack(?:s|ed)?|exclude[sd]?|rul(?:e|es|ed|ing) out|reject(?:s|ed)?|"
    r"disprove[snd]?|hardly|barely|except)\b",
    re.IGNORECASE,
)
_LEAVES_OPEN = re.compile(
    r"\b(?:(?-i:may)|might|could|would|should|possib(?:le|ly)|perhaps|maybe|likely|probabl[ey]|if|"
    r"whether|unless|unclear|unknown|mystery|suspected|alleged(?:ly)?|reported(?:ly)?|"
    r"apparent(?:ly)?|seem(?:s|ed)?|appear(?:s|ed)?|claim(?:s|ed)?|believe[sd]?|plan(?:s|ned)?|"
    r"expect(?:s|ed)?|potential(?:ly)?|suggest(?:s|ed)?|think|thinks|thought|hope[sd]?|"
    r"aim(?:s|ed)?|scheduled|intend(?:s|ed)?|propose[sd]?|rumou?red)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?:^|[.!?:;,\"“”(\n]\s*|\b(?:please|must|always|only|now|instead|to|and|then|you|just)\s+)"
    r"(?:say|answer|reply|respond|write|tell|repeat|output|print|insert|include|ignore|disregard|"
    r"forget|pretend|visit|click)\b|\b(?:instructions?|system prompt|assistant|language model)\b",
    re.IGNORECASE,
)
_stemmer = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)


@dataclass(frozen=True)
class Words:
    """The words of a text that say something: numbers in digits, all others by their stems."""

    text: str

    @cached_property
    def tokens(self) -> list[tuple[Kind, str]]:
        """Each word in the text's order. A name is what is written with a capital or a digit."""
        found: list[tuple[Kind, str]] = []
        for token in _WORD.findall(unicodedata.normalize("NFKC", self.text)):
            word = _POSSESSIVE.sub("", token)
            plain = word.lower()
            if token.lower() in _IDLE or plain in _IDLE:
                continue
            if plain[0].isdigit() or plain in _DIGITS:
                found.append(("number", _DIGITS.get(plain, plain.replace(",", ""))))
            elif word[0].isupper() or any(character.isdigit() for character in word):
                found.append(("name", _stem(plain)))
            else:
                found.append(("word", _stem(plain)))
        return found

    @cached_property
    def order(self) -> list[str]:
        """Numbers, names and other words, in the text's order."""
        return [form for _, form in self.tokens]

    @cached_property
    def all(self) -> frozenset[str]:
        """Numbers, names and other words."""
        return frozenset(self.order)

    @property
    def names(self) -> frozenset[str]:
        """The names in it."""
        return frozenset(form for kind, form in self.tokens if kind == "name")

    @property
    def others(self) -> frozenset[str]:
        """What is neither a number nor a name."""
        return frozenset(form for kind, form in self.tokens if kind == "word")

    @property
    def denies(self) -> bool:
        """Whether anything in it is denied."""
        return _DENIES.search(self.text) is not None

    @property
    def leaves_open(self) -> bool:
        """Whether anything in it is not given as a fact."""
        return _LEAVES_OPEN.search(self.text) is not None

    @property
    def orders(self) -> bool:
        """Whether it tells its reader, or a language model, what to say or do."""
        return _ORDERS.search(self.text) is not None

    def numbers_stand_in(self, other: Words) -> bool:
        """Tell whether each number stands in another text, beside a word that it has here too."""
        here, there = self._beside_numbers(), other._beside_numbers()
        return all(
            number in there and (not beside or beside & there[number])
            for number, beside in here.items()
        )

    def names_stand_by(self, pairs: Set[tuple[str, str]], *, free: Set[str]) -> bool:
        """Tell whether each name follows, or is followed by, the same word as in ``pairs``.

        Names in a row count as one; those of ``free`` may stand anywhere.
        """
        for named, run in groupby(range(len(self.tokens)), lambda at: self.tokens[at][0] == "name"):
            places = list(run)
            if not named or all(self.order[at] in free for at in places):
                continue
            before, after = places[0] - 1, places[-1] + 1
            edges = [
                (self.order[left], self.order[right])
                for left, right in ((before, before + 1), (after - 1, after))
                if left >= 0 and right < len(self.order)
            ]
            if edges and pairs.isdisjoint(edges):
                return False
        return True

    def shortens(self, other: Words) -> bool:
        """Tell whether its words all stand in another text, in the same order."""
        rest = iter(other.order)
        return all(form in rest for form in self.order)

    def _beside_numbers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for at, (kind, form) in enumerate(self.tokens):
            if kind == "number":
                beside = {*self.order[max(0, at - 1) : at], *self.order[at + 1 : at + 2]}
                found.setdefault(form, set()).update(beside)
        return found


def pairs_of(words: list[str]) -> frozenset[tuple[str, str]]:
    """Return what follows what.

    >>> sorted(pairs_of(["ann", "saw", "bob"]))
    [('ann', 'saw'), ('saw', 'bob')]
    """
    return frozenset(pairwise(words))


def _stem(word: str) -> str:
    return next(iter(_stemmer.analyze(word)), word)
