"""Vectors for corpora that would take hours to embed: like real ones, in a moment."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.models.encoder import Encoder, Progress

# Near enough to its first part to lie in its neighbourhood, as passages of one article do.
_FIRST, _SECOND, _NOISE = 0.75, 0.35, 0.35


class MixingEncoder:
    """Embeds the first ``most`` texts for real, and mixes those vectors for all others.

    A mixture is of two real vectors and some noise, chosen by the text's hash: so the vectors of
    a corpus lie in neighbourhoods, and the same text always gets the same one. ``seconds`` and
    ``processor`` are what embedding took by the clock and of the processor, ``passage_seconds``
    and ``passage_processor`` what a text of the last lot took.
    """

    def __init__(self, encoder: Encoder, most: int) -> None:
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self.embedded = 0
        self.seconds = self.processor = self.passage_seconds = self.passage_processor = 0.0
        self._encoder = encoder
        self._most = most
        self._real = np.zeros((0, encoder.dimension), dtype=np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder.count_tokens``."""
        return self._encoder.count_tokens(texts)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """See ``Encoder.encode``."""
        left = max(0, self._most - self.embedded)
        real = self._embed(texts[:left], progress) if left and texts else self._real[:0]
        mixed = [self._mixture(text) for text in texts[left:]]
        return np.stack([*real, *mixed]) if texts else self._real[:0]

    def _embed(self, texts: Sequence[str], progress: Progress | None) -> NDArray[np.float32]:
        began, worked = time.perf_counter(), time.process_time()
        vectors = self._encoder.encode(texts, progress)
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
        self.seconds += seconds
        self.processor += processor
        # The first lots are slower: the weights have to be loaded.
        self.passage_seconds = seconds / len(texts)
        self.passage_processor = processor / len(texts)
        self._real = np.concatenate([self._real, vectors])
        self.embedded += len(texts)
        return vectors

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """See ``Encoder.encode_questions``."""
        return self._encoder.encode_questions(questions)

    def _mixture(self, text: str) -> NDArray[np.float32]:
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
        dice = np.random.default_rng(seed)
        one, other = self._real[dice.integers(len(self._real), size=2)]
        noise = dice.standard_normal(self.dimension, dtype=np.float32) / self.dimension**0.5
        mixed = _FIRST * one + _SECOND * other + _NOISE * noise
        return np.asarray(mixed / np.linalg.norm(mixed), dtype=np.float32)
