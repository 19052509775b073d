"""Scores of one ranking, best first; all in [0, 1], higher is better."""

from __future__ import annotations

import math
from collections.abc import Sequence


def success(relevant: Sequence[bool], k: int) -> float:
    """Return 1 where one of the first ``k`` is relevant, else 0; 0 for an empty ranking.

    What question answering calls recall@k or top-k accuracy (Karpukhin et al. 2020): one good
    passage is enough to answer from.

    >>> success([False, True], 1), success([False, True], 3)
    (0.0, 1.0)
    """
    return float(any(relevant[:k]))


def recall(relevant: Sequence[bool], k: int, *, total: int) -> float:
    """Return the share of all ``total`` relevant items that stand among the first ``k``.

    Raises:
        ValueError: ``total`` is below 1, or below what the ranking holds.
    """
    if total < max(1, sum(relevant)):
        raise ValueError(f"{total} relevant items in all, {sum(relevant)} in the ranking")
    return sum(relevant[:k]) / total


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    """Return 1 / rank of the first relevant item, ranks from 1; 0 where there is none.

    >>> reciprocal_rank([False, True, True])
    0.5
    """
    rank = first_rank(relevant)
    return 1 / rank if rank else 0.0


def first_rank(relevant: Sequence[bool]) -> int | None:
    """Return the rank, from 1, of the first relevant item; None where there is none."""
    return next((rank for rank, found in enumerate(relevant, start=1) if found), None)


def ndcg(grades: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """Return the normalised discounted cumulative gain of the first ``k``.

    ``grades`` are those of the ranking (0: not relevant), ``ideal`` those of all relevant items
    in any order. The gain is the grade, discounted by log2(rank + 1), as in trec_eval (Järvelin
    and Kekäläinen 2002). 0 where nothing is relevant.

    >>> round(ndcg([0, 1], [1], 10), 4)
    0.6309
    """
    best = _gain(sorted(ideal, reverse=True)[:k])
    return _gain(grades[:k]) / best if best else 0.0


def _gain(grades: Sequence[float]) -> float:
    return math.fsum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))
