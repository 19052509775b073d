"""The trained reader: question and passage read together, every span scored against nothing.

A MiniLM with a span head (Devlin et al. 2019), run by onnxruntime in int8. Each passage is read
by itself: the best span's logits less those of the null answer at [CLS], so scores compare
across passages. What retrieval and the evidence way say of the span's sentence is added with
weights fitted on dev data.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Hit, Passage, Stage
from qa.models.encoder import TOKENIZER_SHA256, bundled_folder, check_sha256
from qa.reading.evidence import EvidenceReader
from qa.reading.spans import Reading, Span, quote_around

GRAPH, FACTS = "reader.onnx", "reader.json"
FEATURES = ("span", "sentence_cosine", "retrieval", "sentence_words")

# Of a longer question the end is read: that is where people ask.
_QUESTION_TOKENS = 64
_SPAN_TOKENS = 40
# Question, text and three special tokens fit BERT's 512 positions.
_WINDOW_TOKENS = 440
_UNREADABLE = -100.0
_CLS, _SEP = 101, 102


class SpanReader:
    """Scores spans of a few tokens. Thread-safe: onnxruntime's sessions are."""

    stage: Stage = "reader"

    def __init__(
        self, folder: Path, evidence: EvidenceReader, *, threads: int, passages_read: int = 5
    ) -> None:
        """Load ``reader.onnx`` and ``reader.json`` from ``folder``.

        Raises:
            ModelDamagedError: the weights are not those that ``reader.json`` names.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        check_sha256(folder / GRAPH, facts["sha256"])
        calibration = facts["calibration"]
        self._weights = np.array([calibration[name] for name in FEATURES])
        self._slope, self._offset = calibration["slope"], calibration["offset"]
        self._evidence = evidence
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
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return each passage's best span; see ``Reading`` for the order."""
        if not hits:
            return Reading((), 0.0)
        found, features = self.examine(question, hits)
        scores = features @ self._weights
        order = sorted(range(len(hits)), key=lambda rank: (-scores[rank], rank))
        ranked = tuple(
            Span(found[i].passage, found[i].start, found[i].end, float(scores[i])) for i in order
        )
        # Which span is best and whether there is an answer at all are two questions: the span's
        # own score against nothing tells the second one better than the sum does.
        logit = self._slope * found[order[0]].score + self._offset
        return Reading(ranked, 1 / (1 + math.exp(-logit)))

    def examine(self, question: str, hits: Sequence[Hit]) -> tuple[list[Span], NDArray[np.float64]]:
        """Return each hit's best span and the features, shape (hits, 4), columns as in FEATURES.

        A span's score here is that against the null answer. There must be at least one hit.
        """
        spans = self._spans(question, hits)
        quotes = [(rank, *quote_around(span)) for rank, span in enumerate(spans)]
        evidence = self._evidence.features(question, hits, quotes)
        columns = (
            [span.score for span in spans],
            evidence[:, 0],
            [hit.score - hits[0].score for hit in hits],
            evidence[:, 2],
        )
        return spans, np.column_stack(columns)

    def _spans(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Return the best span of each hit's passage with its score against the null answer."""
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[-_QUESTION_TOKENS:]
        lead = [_CLS, *asked, _SEP]
        rows = [self._tokenizer.encode(hit.passage.text, add_special_tokens=False) for hit in hits]
        # A passage sized in another encoder's tokens may be longer than what is read at once.
        windows = [
            (at, begin, row.ids[begin : begin + _WINDOW_TOKENS])
            for at, row in enumerate(rows)
            for begin in range(0, max(1, len(row.ids)), _WINDOW_TOKENS)
        ]
        width = len(lead) + max((len(ids) for _, _, ids in windows), default=0) + 1
        ids = np.zeros((len(windows), width), dtype=np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for line, (_, _, text) in enumerate(windows):
            tokens = [*lead, *text, _SEP]
            ids[line, : len(tokens)] = tokens
            mask[line, : len(tokens)] = 1
            types[line, len(lead) : len(tokens)] = 1
        starts, ends = self._session.run(
            None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        )
        best: dict[int, Span] = {}
        for line, (at, begin, text) in enumerate(windows):
            inside = slice(len(lead), len(lead) + len(text))
            offsets = rows[at].offsets[begin : begin + len(text)]
            null = float(starts[line, 0] + ends[line, 0])
            span = _span(hits[at].passage, offsets, starts[line, inside], ends[line, inside], null)
            if at not in best or span.score > best[at].score:
                best[at] = span
        return [best[at] for at in range(len(hits))]


def _span(
    passage: Passage,
    offsets: Sequence[tuple[int, int]],
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    null: float,
) -> Span:
    if not offsets:  # nothing that the tokenizer can read: the passage as a whole, for certain not
        return Span(passage, passage.start, passage.end, _UNREADABLE)
    first, last, score = best_span(starts, ends)
    start, end = passage.start + offsets[first][0], passage.start + offsets[last][1]
    return Span(passage, start, end, score - null)


def best_span(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[int, int, float]:
    """Return the tokens (first, last) and the score of the best span of at most 40 tokens.

    ``starts`` and ``ends`` are logits of shape (tokens,), at least one. Ties go to the earliest
    start, then the earliest end.
    """
    size = len(starts)
    scores = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones((size, size), dtype=bool))
    allowed &= ~np.triu(allowed, _SPAN_TOKENS)
    scores = np.where(allowed, scores, -np.inf)
    at = int(scores.argmax())
    return at // size, at % size, float(scores.flat[at])
