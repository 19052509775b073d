"""One run of indexing, cold and by the clock: ``python -m qa.benchmark.updating``."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.benchmark.machine import folder_mb
from qa.benchmark.mixtures import MixingEncoder
from qa.indexing import index_files
from qa.models.encoder import Progress, open_encoder
from qa.settings import read_settings


class _Clocked(MixingEncoder):
    """Notes the seconds that embedding took, and what a passage of the last lot took."""

    seconds = each = processor_each = 0.0

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        began, before, used = time.perf_counter(), self.embedded, time.process_time()
        vectors = super().encode(texts, progress)
        if self.embedded > before:
            elapsed = time.perf_counter() - began
            self.seconds += elapsed
            # The first lots are slower: the weights have to be loaded.
            self.each = elapsed / (self.embedded - before)
            self.processor_each = (time.process_time() - used) / (self.embedded - before)
        return vectors


def update_once(articles: Path, index: Path, embedded: int) -> dict[str, float]:
    """Bring an index up to date with a folder, as a new process does.

    Texts beyond the first ``embedded`` passages get mixed vectors; ``all_embedded_s`` is what the
    run would have taken with none of these, and so is ``processor_s``, the time of all cores since
    the process began, which a busy machine changes less.
    """
    began = time.perf_counter()
    settings = read_settings()
    encoder = _Clocked(open_encoder(settings), embedded)
    report = index_files([articles], index, encoder, settings)
    seconds = time.perf_counter() - began
    mixed = report.passages - encoder.embedded
    reckoned = mixed * encoder.each
    return {
        "seconds": seconds,
        "all_embedded_s": seconds + reckoned,
        "embedding_s": encoder.seconds + reckoned,
        "processor_s": sum(os.times()[:4]) + mixed * encoder.processor_each,
        "embedded": encoder.embedded,
        "passages": report.passages,
        "documents": len(report.added) + len(report.updated) + len(report.unchanged),
        "updated": len(report.updated),
        "removed": len(report.removed),
        "index_mb": folder_mb(index),
    }


if __name__ == "__main__":
    done = update_once(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(done))
