"""Question and text -> logits of a span's start and end: the bundled graph, or a model by path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelNotFoundError
from qa.models.encoder import TOKENIZER_SHA256, bundled_folder, check_sha256
from qa.models.offline import prepare_transformers
from qa.models.sessions import open_session

GRAPH, FACTS = "reader.onnx", "reader.json"

# Of a longer question the end is read: that is where people ask.
_QUESTION_TOKENS, _LEAD_TOKENS = 64, 64
# Question, lead, text and four special tokens fit the 512 positions of most models.
_WINDOW_TOKENS = 380
_CLS, _SEP = 101, 102


class Facts(TypedDict, total=False):
    """What stands in ``reader.json``: the graph's hash, and a ``Calibration``.

    ``leads`` says whether the graph was taught to read a lead before the text.
    """

    sha256: str
    leads: bool
    calibration: dict[str, float]


@dataclass(frozen=True, slots=True)
class Window:
    """What a model thinks of a stretch of a text, which it read together with the question.

    ``offsets`` are each token's characters in the text; ``starts`` and ``ends`` are float32
    logits of shape (tokens,), and ``null`` is the sum of both for "nothing here answers".
    """

    offsets: Sequence[tuple[int, int]]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    null: float


class SpanModel(Protocol):
    """What scores the tokens of a text as the start and the end of the answer."""

    def windows(self, question: str, lead: str, text: str) -> Iterator[Window]:
        """Yield the windows of a text in its order; one where it is short, none where blank.

        ``lead`` says where the text stands, and no answer is looked for in it; it may be empty.
        """
        ...


class GraphSpanModel:
    """``reader.onnx`` as ``qa.training.export`` writes it. Thread-safe; deterministic.

    Each window is run by itself, without padding: faster than a padded batch of five, and its
    logits depend on nothing else that is read (int8 takes its scale from the whole batch).
    """

    def __init__(self, folder: Path) -> None:
        """Load the graph; each window is run by one thread.

        Raises:
            ModelDamagedError: the weights are not those that ``reader.json`` names.
        """
        from tokenizers import Tokenizer

        facts = read_facts(folder)
        check_sha256(folder / GRAPH, facts["sha256"])
        self._reads_leads = facts.get("leads", False)
        tokenizer = bundled_folder() / "tokenizer.json"
        check_sha256(tokenizer, TOKENIZER_SHA256)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._session = open_session(folder / GRAPH, threads=1)

    def windows(self, question: str, lead: str, text: str) -> Iterator[Window]:
        """See ``SpanModel.windows``."""
        asked = self._ids(question)[-_QUESTION_TOKENS:]
        told = self._ids(lead)[:_LEAD_TOKENS] if self._reads_leads else []
        before = [_CLS, *asked, _SEP, *told, *([_SEP] if told else [])]
        tokens = self._tokenizer.encode(text, add_special_tokens=False)
        for begin in range(0, len(tokens.ids), _WINDOW_TOKENS):
            inside = slice(begin, begin + _WINDOW_TOKENS)
            ids = np.array([[*before, *tokens.ids[inside], _SEP]])
            types = np.zeros_like(ids)
            types[0, len(before) :] = 1
            starts, ends = self._session.run(
                None,
                {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types},
            )
            yield Window(
                tokens.offsets[inside],
                starts[0, len(before) : -1],
                ends[0, len(before) : -1],
                float(starts[0, 0] + ends[0, 0]),
            )

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


class NamedSpanModel:
    """Any extractive question-answering model of the transformers library, by its folder."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        """Load it; nothing is downloaded.

        Raises:
            ModelNotFoundError: it cannot be loaded, or its tokenizer tells no offsets.
        """
        prepare_transformers()
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._model = AutoModelForQuestionAnswering.from_pretrained(
                folder, local_files_only=True
            ).eval()
        except (OSError, ValueError) as error:
            raise ModelNotFoundError(
                str(folder), "QA_READER must name the folder of a question-answering model."
            ) from error
        if not self._tokenizer.is_fast:
            raise ModelNotFoundError(
                str(folder), "Its tokenizer does not tell where tokens stand (no tokenizer.json)."
            )
        torch.set_num_threads(threads)

    def windows(self, question: str, lead: str, text: str) -> Iterator[Window]:
        """See ``SpanModel.windows``; the lead is left out: most such models never saw one."""
        import torch

        asked = self._tokenizer(question, add_special_tokens=False, verbose=False)["input_ids"]
        encoded = self._tokenizer(
            str(self._tokenizer.decode(asked[-_QUESTION_TOKENS:])),
            text,
            truncation="only_second",
            max_length=512,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            padding=False,
        )
        for row in encoded.encodings:
            inside = [at for at, part in enumerate(row.sequence_ids) if part == 1]
            if not inside:
                continue
            fields = {"input_ids": row.ids, "attention_mask": row.attention_mask}
            if "token_type_ids" in self._tokenizer.model_input_names:
                fields["token_type_ids"] = row.type_ids
            with torch.inference_mode():
                out = self._model(**{name: torch.tensor([ids]) for name, ids in fields.items()})
            starts, ends = (x[0].float().numpy() for x in (out.start_logits, out.end_logits))
            yield Window(
                [row.offsets[at] for at in inside],
                starts[inside],
                ends[inside],
                float(starts[0] + ends[0]),
            )


def holds_graph(folder: Path) -> bool:
    """Return whether a folder holds a graph with its facts."""
    return (folder / GRAPH).exists() and (folder / FACTS).exists()


def read_facts(folder: Path) -> Facts:
    """Return what ``reader.json`` says; empty where there is none."""
    path = folder / FACTS
    return cast("Facts", json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
