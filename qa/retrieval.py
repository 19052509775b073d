"""Question -> hits: dense and lexical search, fused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Hit
from qa.store.interface import State

# Weight of the cosine against BM25 scaled by its best score. Chosen on dev data: the table is in
# docs/retrieval.md; reciprocal rank fusion gave 4 points less recall@1.
DENSE_WEIGHT = 2.0


def retrieve(
    state: State,
    question: str,
    vector: NDArray[np.float32],
    *,
    k: int,
    candidates: int,
    documents: Collection[str] | None = None,
) -> list[Hit]:
    """Return up to ``k`` hits of stage "hybrid", best first, ties by the lower passage id.

    ``vector`` is the question's unit vector, shape (d,). Each search brings ``candidates``
    passages; a passage that only one of them found still gets its exact cosine, and no BM25.
    There are never more hits than both searches brought. Nothing found gives an empty list.

    Raises:
        ValueError: ``k`` is below 1.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    cosines = dict(state.search_vectors(vector, candidates, documents))
    words = dict(state.search_words(question, candidates, documents))
    missing = sorted(words.keys() - cosines.keys())
    if missing:
        cosines |= dict(zip(missing, (state.vectors(missing) @ vector).tolist(), strict=True))
    best = max(words.values(), default=1.0) or 1.0
    scores = {
        passage: DENSE_WEIGHT * cosine + words.get(passage, 0.0) / best
        for passage, cosine in cosines.items()
    }
    order = sorted(scores, key=lambda passage: (-scores[passage], passage))[:k]
    return [Hit(passage, scores[passage.id], "hybrid") for passage in state.passages(order)]


def merge(found: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """Return up to ``k`` hits of several searches: the best of each in turn, then sorted.

    A passage that several found keeps its highest score. Best first, ties by the lower passage
    id.
    """
    best: dict[int, Hit] = {}
    for hit in (hit for hits in found for hit in hits):
        known = best.get(hit.passage.id)
        if known is None or hit.score > known.score:
            best[hit.passage.id] = hit
    in_turn = dict.fromkeys(
        hit.passage.id for rank in zip_longest(*found) for hit in rank if hit is not None
    )
    kept = [best[passage] for passage in list(in_turn)[:k]]
    return sorted(kept, key=lambda hit: (-hit.score, hit.passage.id))
