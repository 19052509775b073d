"""The bundled encoder as a graph for onnxruntime: made once from the weights, then cached."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.errors import CacheNotWritableError
from qa.models.offline import prepare_transformers
from qa.models.sessions import fuse, open_session

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Raised when the export changes, so that an older cached graph is not taken for this one.
GRAPH_FORMAT = 2


def graph_path(cache_dir: Path, fingerprint: str) -> Path:
    """Return where the graph of the weights with this fingerprint is kept."""
    return cache_dir / f"encoder-{fingerprint}-{GRAPH_FORMAT}.onnx"


def export_graph(folder: Path, path: Path) -> None:
    """Export the BERT weights in ``folder``, fuse the graph, and put it at ``path`` atomically."""
    prepare_transformers()
    import torch
    from transformers import BertModel

    class Hidden(torch.nn.Module):
        def __init__(self, model: BertModel) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> object:
            return self.model(ids, attention_mask=mask, token_type_ids=types).last_hidden_state

    model = BertModel.from_pretrained(
        folder, add_pooling_layer=False, attn_implementation="eager", local_files_only=True
    )
    model.eval()  # type: ignore[no-untyped-call]
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "hidden"]}
    some = torch.ones(2, 16, dtype=torch.long)
    with tempfile.TemporaryDirectory(dir=path.parent) as draft, warnings.catch_warnings():
        # The tracing exporter is deprecated, but the newer one needs onnxscript and 10 times as
        # long for the same fused graph.
        warnings.simplefilter("ignore")
        raw, fused = Path(draft) / "raw.onnx", Path(draft) / "fused.onnx"
        torch.onnx.export(
            Hidden(model),
            (some, some, torch.zeros_like(some)),
            str(raw),
            input_names=names,
            output_names=["hidden"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        fuse(raw, fused, heads=12, hidden=384)
        with fused.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        (Path(draft) / "sha256").write_text(json.dumps({"sha256": digest}))
        os.replace(Path(draft) / "sha256", _digest_path(path))
        os.replace(fused, path)


def is_whole(path: Path) -> bool:
    """Say whether the graph is there and holds the bytes that were exported."""
    try:
        wanted = json.loads(_digest_path(path).read_text(encoding="utf-8"))["sha256"]
        with path.open("rb") as file:
            return bool(hashlib.file_digest(file, "sha256").hexdigest() == wanted)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _digest_path(path: Path) -> Path:
    return path.with_suffix(".json")


def writable(cache_dir: Path) -> Path:
    """Return where a graph can be kept: the cache folder, or a temporary one of this user's.

    The temporary folder is the same each time, so a cache folder that cannot be written costs
    only the time to make the graph once, for as long as the machine keeps it.

    Raises:
        CacheNotWritableError: there is no room for a temporary folder either.
    """
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache_dir):
            return cache_dir
    except OSError as refused:
        try:
            return _temporary()
        except OSError:
            raise CacheNotWritableError(cache_dir, str(refused)) from refused


def _temporary() -> Path:
    user = os.getuid() if sys.platform != "win32" else "user"
    folder = Path(tempfile.gettempdir()) / f"qa-{user}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    # The name can be guessed: what somebody else put there first could hold any graph.
    return folder if _is_own(folder) else Path(tempfile.mkdtemp(prefix="qa-"))


def _is_own(folder: Path) -> bool:
    """Say whether nobody but this user can have put anything into a folder."""
    if sys.platform == "win32":
        return True  # each user has a temporary folder there
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


class EncoderGraph:
    """The graph with its tokenizer: token states averaged, then scaled to unit length."""

    def __init__(self, path: Path, tokenizer: Path, *, max_tokens: int, threads: int) -> None:
        from tokenizers import Tokenizer

        self._session = open_session(path, threads=threads)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        self._counter = Tokenizer.from_file(str(tokenizer))
        self._counter.no_truncation()
        self._counter.no_padding()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's number of tokens, special tokens left out, nothing cut."""
        rows = self._counter.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(row) for row in rows]

    def encode(self, texts: Sequence[str], *, batch_size: int = 8) -> NDArray[np.float32]:
        """Return (n, 384) float32 rows of unit length; a text past 256 tokens is cut."""
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        # Batches of eight of a length: larger ones no longer fit the cache.
        for batch in batches(self._tokenizer, texts, batch_size):
            (hidden,) = self._session.run(None, batch.inputs())
            vectors[batch.rows] = batch.vectors(hidden)
        return vectors


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of like length: their ``rows`` among all, tokens and mask of shape (n, width)."""

    rows: list[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]

    def inputs(self) -> dict[str, NDArray[np.int64]]:
        """Return what the graph is given, by name."""
        return {
            "input_ids": self.ids,
            "attention_mask": self.mask,
            "token_type_ids": np.zeros_like(self.ids),
        }

    def vectors(self, hidden: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, 384) rows of unit length from the states of the tokens, (n, width, 384)."""
        weights = self.mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        unit: NDArray[np.float32] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return unit


def batches(tokenizer: Tokenizer, texts: Sequence[str], size: int) -> Iterator[Batch]:
    """Yield batches of up to ``size`` texts, the shortest first, none padded beyond its longest."""
    found = tokenizer.encode_batch_fast(list(texts))
    order = sorted(range(len(found)), key=lambda i: len(found[i].ids))
    for begin in range(0, len(order), size):
        rows = order[begin : begin + size]
        ids = np.zeros((len(rows), len(found[rows[-1]].ids)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(found[row].ids)] = found[row].ids
            mask[at, : len(found[row].ids)] = 1
        yield Batch(rows, ids, mask)
