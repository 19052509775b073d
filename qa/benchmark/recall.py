"""What search by meaning misses against brute force: ``python -m qa.benchmark.recall``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.benchmark.figures import percentile
from qa.models.encoder import open_encoder
from qa.settings import read_settings
from qa.store.interface import State
from qa.store.store import Store

_NEAREST = 10
_PASSAGES_AT_ONCE = 5000


def recall(index: Path, questions: Sequence[str]) -> dict[str, float]:
    """Search for each question, and compare the ten nearest with those of brute force.

    A passage counts as found where one as near was found: of equal ones any will do.
    """
    encoder = open_encoder(read_settings())
    vectors = np.stack([encoder.encode_questions([each])[0] for each in questions])
    store = Store(index)
    with store.snapshot() as state:
        limits = _tenth_best(state, vectors)
        spent, found, worked = [], 0, time.process_time()
        for vector, limit in zip(vectors, limits, strict=True):
            began = time.perf_counter()
            hits = state.search_vectors(vector, _NEAREST)
            spent.append((time.perf_counter() - began) * 1000)
            found += sum(score >= limit - 1e-5 for _, score in hits)
        worked = (time.process_time() - worked) * 1000 / len(questions)
        _, passages = state.counts()
    store.close()
    return {
        "recall_at_10": found / (len(questions) * min(_NEAREST, passages)),
        "vectors_p50_ms": percentile(spent, 0.5),
        "vectors_p95_ms": percentile(spent, 0.95),
        "vectors_processor_ms": worked,
    }


def _tenth_best(state: State, asked: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return, for each question, how near the tenth of its nearest passages is."""
    best = np.full((len(asked), _NEAREST), -np.inf, dtype=np.float32)
    waiting: list[int] = []

    def look() -> None:
        nonlocal best
        scores = np.concatenate([best, asked @ state.vectors(waiting).T], axis=1)
        best = -np.partition(-scores, _NEAREST - 1, axis=1)[:, :_NEAREST]
        waiting.clear()

    for facts in state.facts():
        waiting += [passage.id for passage in state.passages_of(facts.id)]
        if len(waiting) >= _PASSAGES_AT_ONCE:
            look()
    if waiting:
        look()
    return np.asarray(np.where(np.isinf(best), np.inf, best).min(axis=1), dtype=np.float32)


if __name__ == "__main__":
    print(json.dumps(recall(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))))
