"""The words of a text: those that say what it is about, and whether one text holds another's."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^\W\d_]{4,}")
# Commoner than anything that a text is about.
_EVERYWHERE = frozenset(
    "about after also been before being both could does during each even from have here however "
    "into just like made make many more most much must only other over said same says should since "
    "some such than that their them then there these they this those through under until upon very "
    "want well were what when where which while will with would your".split()
)


def telling_words(text: str) -> list[str]:
    """Return the words of a text that say what it is about, in lower case.

    >>> telling_words("What is there to say about Soyuz?")
    ['soyuz']
    """
    return [word for word in _WORDS.findall(text.lower()) if word not in _EVERYWHERE]


def one_holds_other(one: str, other: str) -> bool:
    """Tell whether one of two texts stands within the other, word for word.

    Both are words with one blank between them.

    >>> one_holds_other("8", "8 million"), one_holds_other("18 million", "8 million")
    (True, False)
    """
    shorter, longer = sorted((one, other), key=len)
    return f" {shorter} " in f" {longer} "
