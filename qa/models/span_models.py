"""Question and text -> logits of a span's start and end: the bundled graph, or a model by path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelDamagedError, ModelNotFoundError
from qa.models.encoder import REINSTALL, TOKENIZER_SHA256, bundled_folder, check_sha256
from qa.models.offline import prepare_transformers
from qa.models.sessions import open_session

GRAPH, FACTS = "reader.onnx", "reader.json"

# Of a longer question the end is read: that is where people ask.
_QUESTION_TOKENS, _LEAD_TOKENS = 64, 64
# Question, lead, text and four special tokens fit the 512 positions of most models.
_WINDOW_TOKENS = 380
_CLS, _SEP = 101, 102


class CalibrationFacts(TypedDict, total=False):
    """The fields of a ``Calibration``."""

    retrieval: float
    slope: float
    offset: float


class Facts(TypedDict, total=False):
    """What stands in ``reader.json``: the graph's hash, and a ``Calibration``.

    Where there is a graph, so is its hash. ``leads`` says whether the graph was taught to read a
    lead before the text.
    """

    sha256: str
    leads: bool
    calibration: CalibrationFacts


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

        facts = check_graph(folder)
        self._reads_leads = facts.get("leads", False)
        tokenizer = bundled_folder() / "tokenizer.json"
        check_sha256(tokenizer, TOKENIZER_SHA256, REINSTALL)
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
            ModelDamagedError: some of its weights are missing, as those of the head are where it
                was made for something else.
        """
        prepare_transformers()
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model, loading = AutoModelForQuestionAnswering.from_pretrained(
                folder, local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError) as error:
            raise ModelNotFoundError(
                str(folder), "QA_READER must name the folder of a question-answering model."
            ) from error
        # What is missing was made anew, at random.
        missing = sorted(loading["missing_keys"])
        if missing:
            raise ModelDamagedError(
                folder,
                f"it is no whole question-answering model (no {', '.join(missing[:3])})",
                _remedy(folder),
            )
        self._model = model.eval()
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


def check_graph(folder: Path) -> Facts:
    """Return the facts of a folder's graph, compared with it.

    Raises:
        ModelDamagedError: it is not the graph that ``reader.json`` names, or that is damaged.
    """
    facts = read_facts(folder)
    check_sha256(folder / GRAPH, facts["sha256"], _remedy(folder))
    return facts


def read_facts(folder: Path) -> Facts:
    """Return what ``reader.json`` says; empty where there is none.

    Raises:
        ModelDamagedError: it cannot be read, or holds something else.
    """
    path = folder / FACTS
    if not path.exists():
        return {}
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelDamagedError(path, f"it cannot be read ({error})", _remedy(folder)) from error
    if not _are_facts(facts) or (holds_graph(folder) and "sha256" not in facts):
        known = ", ".join(sorted(CalibrationFacts.__optional_keys__))
        raise ModelDamagedError(
            path,
            f"it does not hold a reader's sha256, leads and calibration ({known})",
            _remedy(folder),
        )
    return cast("Facts", facts)


def _are_facts(found: object) -> bool:
    if not isinstance(found, dict):
        return False
    match {"sha256": "", "leads": False, "calibration": {}} | found:
        case {"sha256": str(), "leads": bool(), "calibration": dict() as calibration}:
            return calibration.keys() <= CalibrationFacts.__optional_keys__ and all(
                isinstance(value, int | float) for value in calibration.values()
            )
    return False


def _remedy(folder: Path) -> str:
    if folder.is_relative_to(Path(__file__).parent):  # it came with this package
        return "Install qa again; until then: QA_READER=evidence"
    return "Name the folder of another reader in QA_READER, or unset it."
