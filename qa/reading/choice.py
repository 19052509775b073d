"""Which reader a run has: the trained one, or the evidence way where there are no weights."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from qa.errors import ModelNotFoundError
from qa.models.encoder import Encoder
from qa.reading.evidence import EvidenceReader
from qa.reading.span_reader import FACTS, GRAPH, SpanReader
from qa.reading.spans import Reader
from qa.settings import Settings


def bundled_reader() -> Path:
    """Return the folder where the shipped weights lie, if they were shipped."""
    return Path(str(files("qa.models") / "weights"))


def open_reader(settings: Settings, encoder: Encoder) -> Reader:
    """Return the reader that the settings name.

    Raises:
        ModelNotFoundError: the folder they name holds no reader.
        ModelDamagedError: its weights are not those that it names.
    """
    evidence = EvidenceReader(encoder)
    if settings.reader == "evidence":
        return evidence
    folder = bundled_reader() if settings.reader == "auto" else Path(settings.reader)
    if (folder / GRAPH).exists() and (folder / FACTS).exists():
        return SpanReader(folder, evidence, threads=settings.threads)
    if settings.reader == "auto":
        return evidence
    raise ModelNotFoundError(
        settings.reader, f"QA_READER must name a folder with {GRAPH} and {FACTS}, or be unset."
    )
