"""Which reader a run has: a trained one, the nearest sentence, or retrieval alone."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from qa.errors import ModelNotFoundError
from qa.models.encoder import Encoder
from qa.models.span_models import (
    FACTS,
    GRAPH,
    GraphSpanModel,
    NamedSpanModel,
    holds_graph,
    read_facts,
)
from qa.reading.evidence import EvidenceReader
from qa.reading.passage import PassageReader
from qa.reading.span_reader import Calibration, SpanReader
from qa.reading.spans import Reader
from qa.settings import Settings


def bundled_reader() -> Path:
    """Return the folder where the shipped weights lie, if they were shipped."""
    return Path(str(files("qa.models") / "weights"))


def reader_in_use(settings: Settings) -> str:
    """Return the reader's name, the sha256 of its graph, or its folder, without loading it.

    Raises:
        ModelNotFoundError: the folder that the settings name holds no reader.
        ModelDamagedError: what it says of its reader cannot be read.
    """
    if settings.reader == "passage":
        return settings.reader
    folder = reader_folder(settings)
    if folder is None:
        return "evidence"
    return str(read_facts(folder).get("sha256", folder))


def open_reader(settings: Settings, encoder: Encoder) -> Reader:
    """Return the reader that the settings name.

    Raises:
        ModelNotFoundError: the folder they name holds no reader.
        ModelDamagedError: its weights are not those that it names, or some are missing.
    """
    if settings.reader == "passage":
        return PassageReader()
    folder = reader_folder(settings)
    if folder is None:
        return EvidenceReader(encoder)
    return open_span_reader(folder, settings.threads)


def open_span_reader(folder: Path, threads: int) -> SpanReader:
    """Return the trained reader in a folder: a graph, or a model of the transformers library.

    Raises:
        ModelNotFoundError: the folder holds no reader.
        ModelDamagedError: its weights are not those that it names, or some are missing.
    """
    calibration = Calibration(**read_facts(folder).get("calibration", {}))
    if holds_graph(folder):
        return SpanReader(GraphSpanModel(folder), calibration, threads=threads)
    return SpanReader(NamedSpanModel(folder, threads=threads), calibration)


def is_named_model(folder: Path) -> bool:
    """Return whether a folder is one that the transformers library may load."""
    return (folder / "config.json").exists()


def reader_folder(settings: Settings) -> Path | None:
    """Return where the trained reader lies; None where none is to be loaded.

    Raises:
        ModelNotFoundError: the folder that the settings name holds no reader.
    """
    if settings.reader in ("evidence", "passage"):
        return None
    folder = bundled_reader() if settings.reader == "auto" else Path(settings.reader)
    if holds_graph(folder) or is_named_model(folder):
        return folder
    if settings.reader == "auto":
        return None
    raise ModelNotFoundError(
        settings.reader,
        f"QA_READER must name a folder with {GRAPH} and {FACTS}, or with a question-answering "
        "model of the transformers library (config.json), or be unset.",
    )
