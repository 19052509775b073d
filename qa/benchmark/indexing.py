"""One run of indexing in a process of its own: ``python -m qa.benchmark.indexing``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.benchmark.machine import folder_mb, memory_mb
from qa.benchmark.mixtures import MixingEncoder
from qa.indexing import index_files
from qa.models.encoder import Encoder, Progress, open_encoder
from qa.settings import read_settings
from qa.store.store import Store


class _Timed:
    """An encoder that notes the seconds that embedding took, by the clock and of the processor."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self.count_tokens = encoder.count_tokens
        self.encode_questions = encoder.encode_questions
        self.seconds = self.processor = 0.0
        self._encoder = encoder

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """See ``Encoder.encode``."""
        began, worked = time.perf_counter(), time.process_time()
        vectors = self._encoder.encode(texts, progress)
        self.seconds += time.perf_counter() - began
        self.processor += time.process_time() - worked
        return vectors


def index_once(articles: Path, index: Path, embedded: int) -> dict[str, float]:
    """Index a folder; texts beyond the first ``embedded`` passages get mixed vectors.

    The rates are of passages a second; ``published_s`` is the time from the last stored document
    to the end, when everybody sees the index.
    """
    settings = read_settings()
    timed = _Timed(open_encoder(settings))
    encoder = MixingEncoder(timed, embedded)
    began, worked = time.perf_counter(), time.process_time()
    stored = began

    def note(done: float, total: int) -> None:
        nonlocal stored
        stored = time.perf_counter()

    index_files([articles], index, encoder, settings, progress=note)
    ended = time.perf_counter()
    worked = time.process_time() - worked
    store = Store(index)
    with store.snapshot() as state:
        documents, passages = state.counts()
    store.close()
    rest = ended - began - timed.seconds
    return {
        "documents": documents,
        "passages": passages,
        "embedded": encoder.embedded,
        "indexing_per_s": passages / (ended - began),
        "embedding_per_s": encoder.embedded / timed.seconds,
        "all_but_embedding_per_s": passages / rest,
        "embedding_processor_ms": timed.processor * 1000 / encoder.embedded,
        "rest_processor_ms": (worked - timed.processor) * 1000 / passages,
        "published_s": ended - stored,
        "indexing_peak_mb": memory_mb()[1],
        "index_mb": folder_mb(index),
        "index_bytes_a_passage": folder_mb(index) * 1e6 / passages,
    }


if __name__ == "__main__":
    done = index_once(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(done))
