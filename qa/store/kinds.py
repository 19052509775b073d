"""Which FAISS index a number of passages calls for: exact while that is fastest."""

from __future__ import annotations

import math
from dataclasses import dataclass

EXACT, HALVES = "Flat", "SQfp16"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many passages are compared one by one: whole vectors, then vectors in half precision.

    Beyond 10,000 whole vectors of 384 numbers, a search takes more than a millisecond; of 100,000
    halves it takes three, half as long as of whole ones, and misses nothing (docs/scaling.md).
    """

    exact: int = 20_000
    halves: int = 200_000


LIMITS = Limits()


def kind_for(count: int, held: str | None = None) -> str:
    """Return the kind for ``count`` passages; ``held`` is kept where they have only become fewer.

    >>> [kind_for(n) for n in (14, 100_000, 1_000_000)]
    ['Flat', 'SQfp16', 'IVF4096,SQ8']
    >>> kind_for(19_000, "SQfp16"), kind_for(9_000, "SQfp16")
    ('SQfp16', 'Flat')
    """
    # Else one passage, added and removed at a limit, would make the index anew each time.
    return held if held is not None and held == _kind(2 * count) else _kind(count)


def untrained_kind_for(count: int) -> str:
    """Return the best kind that can be made in a moment, without learning from the vectors."""
    return EXACT if count <= LIMITS.exact else HALVES


def lists_of(kind: str) -> int:
    """Return how many lists of near vectors an index of this kind has; 1 where it has none."""
    return int(kind.removeprefix("IVF").partition(",")[0]) if kind.startswith("IVF") else 1


def _kind(count: int) -> str:
    if count <= LIMITS.halves:
        return untrained_kind_for(count)
    # Four times the square root is what FAISS's own guidelines say; a power of two keeps it for
    # as long as the corpus does not grow fourfold.
    return f"IVF{2 ** round(math.log2(4 * math.sqrt(count)))},SQ8"
