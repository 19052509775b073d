"""The trained reader: question and passage read together, every span scored against nothing.

A MiniLM with a span head (Devlin et al. 2019), run by onnxruntime in int8. Each passage is scored
by itself: the best span's logits less those of the null answer at [CLS], so scores compare
across passages.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Hit, Passage, Stage
from qa.models.encoder import TOKENIZER_SHA256, bundled_folder, check_sha256
from qa.reading.spans import Reading, Span

_QUESTION_TOKENS = 64
_SPAN_TOKENS = 40


@dataclass(frozen=True, slots=True)
class Calibration:
    """How scores become a probability: a logistic of weights fitted on dev data."""

    retrieval_weight: float
    slope: float
    offset: float


class SpanReader:
    """Scores spans of a few tokens. Thread-safe: onnxruntime sessions are."""

    stage: Stage = "reader"

    def __init__(self, folder: Path, *, threads: int, passages_read: int = 14) -> None:
        """Load ``reader.onnx`` and ``reader.json`` from ``folder``.

        Raises:
            ModelDamagedError: the weights are not those that ``reader.json`` names.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        facts = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        check_sha256(folder / "reader.onnx", facts["sha256"])
        self.calibration = Calibration(**facts["calibration"])
        self.passages_read = passages_read
        tokenizer = bundled_folder() / "tokenizer.json"
        check_sha256(tokenizer, TOKENIZER_SHA256)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return each passage's best span; see ``Reading`` for the order."""
        if not hits:
            return Reading((), 0.0)
        spans = self.spans(question, [hit.passage for hit in hits])
        best = max(hit.score for hit in hits)
        weight = self.calibration.retrieval_weight
        scored = [
            Span(s.passage, s.start, s.end, s.score + weight * (hit.score - best))
            for s, hit in zip(spans, hits, strict=True)
        ]
        order = sorted(range(len(scored)), key=lambda i: (-scored[i].score, i))
        top = scored[order[0]]
        logit = self.calibration.slope * top.score + self.calibration.offset
        return Reading(tuple(scored[i] for i in order), 1 / (1 + math.exp(-logit)))

    def spans(self, question: str, passages: Sequence[Passage]) -> list[Span]:
        """Return the best span of each passage with its score against the null answer."""
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:_QUESTION_TOKENS]
        lead = [101, *asked, 102]
        rows = [self._tokenizer.encode(p.text, add_special_tokens=False) for p in passages]
        found: list[Span | None] = [None] * len(passages)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
        for begin in range(0, len(order), 8):
            batch = order[begin : begin + 8]
            width = len(lead) + len(rows[batch[-1]].ids) + 1
            ids = np.zeros((len(batch), width), dtype=np.int64)
            mask, types = np.zeros_like(ids), np.zeros_like(ids)
            for row, i in enumerate(batch):
                tokens = [*lead, *rows[i].ids, 102]
                ids[row, : len(tokens)] = tokens
                mask[row, : len(tokens)] = 1
                types[row, len(lead) : len(tokens)] = 1
            starts, ends = self._session.run(
                None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
            )
            for row, i in enumerate(batch):
                inside = slice(len(lead), len(lead) + len(rows[i].ids))
                start, end, score = best_span(starts[row, inside], ends[row, inside])
                null = float(starts[row, 0] + ends[row, 0])
                offsets = rows[i].offsets
                base = passages[i].start
                found[i] = Span(
                    passages[i], base + offsets[start][0], base + offsets[end][1], score - null
                )
        return [span for span in found if span is not None]


def best_span(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[int, int, float]:
    """Return the tokens (first, last) and the score of the best span of at most 40 tokens.

    ``starts`` and ``ends`` are logits of shape (tokens,). Ties go to the earliest, shortest span.
    """
    size = len(starts)
    scores = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(
        np.ones((size, size), dtype=bool), _SPAN_TOKENS
    )
    scores = np.where(allowed, scores, -np.inf)
    at = int(scores.argmax())
    return at // size, at % size, float(scores.flat[at])
