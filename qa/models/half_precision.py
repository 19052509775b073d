"""The encoder's graph in bfloat16, for many passages at once: twice as fast where it can be had.

It takes OpenVINO (the extra ``fast``) and a processor that multiplies bfloat16. The vectors are
those of the graph in full precision to a cosine of .9999 (docs/scaling.md).
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.models.graph import Batch, batches

if TYPE_CHECKING:
    import openvino

_BATCH = 16


@cache
def _openvino() -> ModuleType:
    """Import OpenVINO without its telemetry, which sends an event each time that it is imported.

    It does without where the package for that is not installed, and so it seems here.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino  # type: ignore[no-any-return]


@cache
def is_at_hand() -> bool:
    """Return whether OpenVINO is installed and the processor multiplies bfloat16."""
    if find_spec("openvino") is None:
        return False
    return "BF16" in _openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class HalfPrecisionGraph:
    """The graph, as many batches at a time as there are ``threads``."""

    def __init__(self, path: Path, tokenizer: Path, *, max_tokens: int, threads: int) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        self._threads = threads
        self._model = (
            _openvino()
            .Core()
            .compile_model(
                str(path),
                "CPU",
                {
                    "INFERENCE_PRECISION_HINT": "bf16",
                    "INFERENCE_NUM_THREADS": threads,
                    "NUM_STREAMS": threads,
                },
            )
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, 384) float32 rows of unit length; a text past the longest is cut."""
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        # Requests that are waited for, not a queue that calls back: its workers would want
        # Python's lock while Python, letting go of the model, waits for them to end.
        idle = [self._model.create_infer_request() for _ in range(self._threads)]
        running: deque[tuple[openvino.InferRequest, Batch]] = deque()

        def finish_oldest() -> None:
            request, batch = running.popleft()
            request.wait()
            vectors[batch.rows] = batch.vectors(request.get_output_tensor(0).data)
            idle.append(request)

        for batch in batches(self._tokenizer, texts, _BATCH):
            if not idle:
                finish_oldest()
            request = idle.pop()
            request.start_async(batch.inputs())
            running.append((request, batch))
        while running:
            finish_oldest()
        return vectors
