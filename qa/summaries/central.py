"""The sentences that say most of what a document is about.

Words that come often say what a text is about; after each sentence that is taken, its words count
for less, so that the next one says something else (SumBasic: Vanderwende et al. 2007). What
stands early and what is near the mean of the whole weighs more.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Passage
from qa.documents.sentences import leans_back, split_sentences
from qa.documents.words import telling_words

SENTENCES = 3

_FEWEST_WORDS = 6
_CREDIT = re.compile(
    r"\((?:image|photo|picture)?\s*(?:credit|by)\b|\bin this (?:image|photo)|"
    r"\b(?:is|are) seen in\b",
    re.IGNORECASE,
)


def central_sentences(
    passages: Sequence[Passage], vectors: NDArray[np.float32], *, most: int = SENTENCES
) -> list[tuple[Passage, int, int]]:
    """Return up to ``most`` sentences as (passage, start, end), in the order of the text.

    ``passages`` are one document's, in order; ``vectors`` their unit vectors, shape (n, d). The
    offsets are the document's. Captions and scraps are left out, if anything else is there.
    """
    if not passages:
        return []
    mean = vectors.mean(axis=0)
    nearness = vectors @ mean / max(float(np.linalg.norm(mean)), 1e-9)
    found = [
        (rank, passage, passage.start + start, passage.start + end)
        for rank, passage in enumerate(passages)
        for start, end in split_sentences(passage.text)
    ]
    texts = [p.text[start - p.start : end - p.start] for _, p, start, end in found]
    bags = [telling_words(text) for text in texts]
    counts = Counter(word for bag in bags for word in bag)
    total = max(1, counts.total())
    worth = {word: count / total for word, count in counts.items()}
    left = [at for at, text in enumerate(texts) if _is_sentence(text)] or list(range(len(found)))
    taken: list[int] = []
    while left and len(taken) < most:

        def value(at: int) -> float:
            rank = found[at][0]
            early = 2 - rank / len(passages)
            # Between the sum, which likes long sentences, and the mean, which likes short ones.
            words = sum(worth[word] for word in bags[at]) / math.sqrt(len(bags[at]) or 1)
            alone = 0.5 if leans_back(texts[at]) else 1.0
            return float(words * early * alone * max(nearness[rank], 0.0))

        best = max(left, key=lambda at: (value(at), -at))
        left.remove(best)
        taken.append(best)
        for word in set(bags[best]):
            worth[word] **= 2
    return [found[at][1:] for at in sorted(taken)]


def _is_sentence(text: str) -> bool:
    return (
        len(text.split()) >= _FEWEST_WORDS
        and text.rstrip("\"'”’)»").endswith((".", "!", "?", "…", "。"))
        and not _CREDIT.search(text)
    )
