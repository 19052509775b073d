"""One frozen settings object; each default with its reason.

Every setting can be given as ``QA_<NAME>`` in the environment, e.g. ``QA_ENCODER``.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from qa.errors import SettingsError

DEFAULT_ENCODER = "all-MiniLM-L6-v2"


class Settings(BaseSettings):
    """How the engine works. Unknown names are refused, values are checked."""

    model_config = SettingsConfigDict(
        env_prefix="QA_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    encoder: str = Field(
        DEFAULT_ENCODER,
        min_length=1,
        description="Sentence-transformers model: the bundled one, a folder, or a name that is "
        "already in the local Hugging Face cache.",
    )
    corpus_dir: Path = Field(
        Path("corpus/articles"), description="What `qa index` reads when no path is given."
    )
    cache_dir: Path = Field(
        user_cache_path("qa"),
        description="Where the encoder's exported graph is kept; derived, safe to delete.",
    )
    reader: str = Field(
        "auto",
        description="What reads the passages: `auto` (the bundled weights, or evidence without "
        "them), `evidence` (the nearest sentence), `passage` (no reading: the best passage), or a "
        "folder: reader.onnx and reader.json, or any question-answering model of transformers.",
    )
    # Chosen on dev data; the table is in docs/retrieval.md.
    passage_tokens: int = Field(
        96, ge=8, le=8192, description="Longest passage, in the encoder's own tokens."
    )
    candidates: int = Field(
        50, ge=1, le=1000, description="Passages that each of dense and lexical search brings."
    )
    threads: int = Field(2, ge=1, le=64, description="Processor threads of one question.")
    # Of the thresholds tried the best for the total F1 of both dev sets (docs/reading.md).
    answer_at: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Answer when at least this sure, else say that the text does not tell.",
    )
    question_characters: int = Field(
        2000, ge=1, description="Longest question; a longer one is refused with a clear sentence."
    )
    document_characters: int = Field(
        20_000_000, ge=1, description="Longest document; a longer file is refused."
    )
    # A file is read into memory whole, and some formats take several times its size.
    document_bytes: int = Field(
        200_000_000, ge=1, description="Largest file, or member of an archive."
    )
    document_pages: int = Field(5000, ge=1, description="Most pages of a PDF.")
    # Hundreds of pages take a second or two: only what hangs takes this long.
    document_seconds: float = Field(
        60, gt=0, description="Longest time to read one file, or one member of an archive."
    )
    document_memory: int = Field(
        2_000_000_000,
        ge=200_000_000,
        description="Most bytes of memory for the process that parses files (not on Windows).",
    )
    archive_bytes: int = Field(
        1_000_000_000, ge=1, description="Most bytes that an archive may hold once unpacked."
    )
    # Text packs to a tenth of its size, tables to a thirtieth; bombs to a thousandth.
    archive_ratio: int = Field(
        200, ge=1, description="How many times its own size an archive may hold once unpacked."
    )
    archive_members: int = Field(100_000, ge=1, description="Most files that an archive may hold.")
    archive_depth: int = Field(
        2, ge=0, le=20, description="How deep archives may lie within an archive."
    )
    text_field: str = Field(
        "",
        description="The field of .csv and .jsonl files that holds the text; empty: one named "
        "text, content, body or the like, else all fields, one a line.",
    )


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a value cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"QA_{name}={first['input']!r}: {first['msg']}. Correct it, or unset QA_{name}."
        ) from error
