"""A small working encoder: a hashed bag of words, so that what shares words is near."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


class BagOfWordsEncoder:
    """Counts words in hashed places: deterministic, instant, and it ranks sensibly."""

    name = "bag-of-words"
    fingerprint = "bag-of-words-1"
    dimension = 64
    max_tokens = 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_words(text)) for text in texts]

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return rows of unit length; a text without words gives the first unit vector."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _words(text):
                vectors[row, _place(word, self.dimension)] += 1
            if not vectors[row].any():
                vectors[row, 0] = 1
            if progress is not None:
                progress(row + 1, len(texts))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        return self.encode(questions)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _place(word: str, dimension: int) -> int:
    digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % dimension
