"""One run of indexing in a process of its own: ``python -m qa.benchmark.indexing``."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from qa.benchmark.machine import folder_mb, memory_mb
from qa.benchmark.mixtures import MixingEncoder
from qa.indexing import index_files
from qa.models.encoder import open_encoder
from qa.settings import read_settings


def index_once(articles: Path, index: Path, embedded: int) -> dict[str, float]:
    """Bring an index up to date with a folder; texts beyond ``embedded`` passages get mixtures.

    ``passages`` are those of this run, ``embedded`` the ones of them that got real vectors, and
    ``published_s`` is the time from the last stored document to the end, when everybody sees the
    index. ``processor_s`` is the time of all cores since the process began.
    """
    began = time.perf_counter()
    settings = read_settings()
    encoder = MixingEncoder(open_encoder(settings), embedded)
    opened, worked = time.perf_counter(), time.process_time()
    stored = opened

    def note(done: float, total: int) -> None:
        nonlocal stored
        stored = time.perf_counter()

    report = index_files([articles], index, encoder, settings, progress=note)
    ended = time.perf_counter()
    return {
        "documents": len(report.added) + len(report.updated) + len(report.unchanged),
        "updated": len(report.updated),
        "removed": len(report.removed),
        "passages": report.passages,
        "embedded": encoder.embedded,
        "opening_s": opened - began,
        "indexing_s": ended - opened,
        "indexing_processor_s": time.process_time() - worked,
        "embedding_s": encoder.seconds,
        "embedding_processor_s": encoder.processor,
        "passage_s": encoder.passage_seconds,
        "passage_processor_s": encoder.passage_processor,
        "published_s": ended - stored,
        "processor_s": sum(os.times()[:4]),
        "indexing_peak_mb": memory_mb()[1],
        "index_mb": folder_mb(index),
    }


if __name__ == "__main__":
    done = index_once(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(done))
