"""The vectors of a state -> a FAISS index of the kind that their number calls for.

Vectors are read from the database a few thousand at a time: memory holds the index, and for one
with lists a sample to learn them from, never all vectors.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from qa.store import states
from qa.store.kinds import lists_of
from qa.store.vector_file import Base
from qa.store.vector_rows import Ids, Vectors, last_passage, vectors_at

if TYPE_CHECKING:
    import faiss

# FAISS asks for 39 vectors a list at the least.
_LEARNED_FROM = 40
# Lists are probed until the 10 nearest of made-up questions are found this surely, and then four
# times as many: real questions lie farther from all passages (best cosine .4), and found .935 of
# their ten nearest where made-up ones found .994, .99 with four times the lists. A quarter of all
# lists was always enough: .991 of a million passages' (docs/scaling.md).
_MARGIN, _MOST = 4, 4
_RECALL, _ASKED, _NEAREST = 0.99, 200, 10


def empty_index(kind: str, dimension: int) -> faiss.Index:
    """Return an index without vectors, that takes them with the ids of their passages."""
    import faiss

    whole = kind if lists_of(kind) > 1 else f"IDMap2,{kind}"
    return faiss.index_factory(dimension, whole, faiss.METRIC_INNER_PRODUCT)


def build(connection: sqlite3.Connection, operation: int, kind: str, dimension: int) -> Base:
    """Return an index of this kind of the passages of state ``operation``."""
    index = empty_index(kind, dimension)
    last = last_passage(connection, operation)
    base = Base(index, kind, 1, operation, last)
    with _all_processors():
        sample = np.zeros((0, dimension), dtype=np.float32)
        if lists_of(kind) > 1:
            sample = _sample(connection, operation, lists_of(kind) * _LEARNED_FROM)
            _learn(index, sample)
        asked = _like_questions(sample)
        nearest = _Nearest(asked)
        for ids, vectors in vectors_at(connection, operation):
            index.add_with_ids(vectors, ids)
            nearest.look(ids, vectors)
        return replace(base, probes=_probes(base, asked, nearest.ids)) if len(asked) else base


def _learn(index: faiss.Index, sample: Vectors) -> None:
    # Below the number that FAISS advises it says so on standard error, for nobody.
    lists = cast("faiss.IndexIVF", index)
    lists.cp.min_points_per_centroid = 1
    index.train(sample)


def _sample(connection: sqlite3.Connection, operation: int, most: int) -> Vectors:
    """Return vectors from all parts of the corpus."""
    _, count = states.counts_at(connection, operation)
    step = max(1, count // most)
    taken, seen = [], 0
    for _, vectors in vectors_at(connection, operation):
        taken.append(vectors[-seen % step :: step].copy())
        seen += len(vectors)
    return np.concatenate(taken)


def _like_questions(sample: Vectors) -> Vectors:
    """Return vectors that lie to passages somewhat as questions do: not very near any."""
    dice = np.random.default_rng(0)
    rows = dice.integers(len(sample), size=(2, _ASKED if len(sample) else 0))
    noise = dice.standard_normal((rows.shape[1], sample.shape[1]), dtype=np.float32)
    asked = sample[rows[0]] + sample[rows[1]] + 2 * noise / sample.shape[1] ** 0.5
    asked /= np.maximum(np.linalg.norm(asked, axis=1, keepdims=True), 1e-9)
    return np.asarray(asked, dtype=np.float32)


class _Nearest:
    """The passages nearest to some vectors, exactly, among all blocks that were looked at."""

    def __init__(self, asked: Vectors) -> None:
        self._asked = asked
        self._scores = np.full((len(asked), _NEAREST), -np.inf, dtype=np.float32)
        self.ids = np.full((len(asked), _NEAREST), -1, dtype=np.int64)

    def look(self, ids: Ids, vectors: Vectors) -> None:
        if not len(self._asked):
            return
        scores = np.concatenate([self._scores, self._asked @ vectors.T], axis=1)
        everyone = np.concatenate([self.ids, np.tile(ids, (len(self._asked), 1))], axis=1)
        best = np.argpartition(-scores, _NEAREST - 1, axis=1)[:, :_NEAREST]
        self._scores = np.take_along_axis(scores, best, axis=1)
        self.ids = np.take_along_axis(everyone, best, axis=1)


def _probes(base: Base, asked: Vectors, nearest: Ids) -> int:
    """Return how many lists find the nearest passages surely enough.

    The fewest, in powers of two, that do for made-up questions, and up to four times as many for
    real ones, if these are no more than a quarter of all.
    """
    import faiss

    probes = 1
    while probes < lists_of(base.kind):
        # Whoever asks looks at more than it needs, and orders these by their exact vectors.
        parameters = faiss.SearchParametersIVF(nprobe=probes)  # type: ignore[call-arg]
        _, found = base.index.search(asked, 3 * _NEAREST, params=parameters)
        hits = [len(np.intersect1d(*pair)) for pair in zip(found, nearest, strict=True)]
        if sum(hits) >= _RECALL * int((nearest >= 0).sum()):
            break
        probes *= 2
    return max(probes, min(_MARGIN * probes, lists_of(base.kind) // _MOST))


@contextmanager
def _all_processors() -> Iterator[None]:
    import faiss

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    faiss.omp_set_num_threads(usable or 1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(1)
