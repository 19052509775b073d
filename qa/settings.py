"""One frozen settings object; each default with its reason.

Every setting can be given as ``QA_<NAME>`` in the environment, e.g. ``QA_ENCODER``.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

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
        "them), `evidence` (the nearest sentence), or a folder with reader.onnx and reader.json.",
    )
    # Chosen on dev data; the table is in docs/retrieval.md.
    passage_tokens: int = Field(
        96, ge=8, le=8192, description="Longest passage, in the encoder's own tokens."
    )
    candidates: int = Field(
        50, ge=1, le=1000, description="Passages that each of dense and lexical search brings."
    )
    threads: int = Field(2, ge=1, le=64, description="Processor threads of one question.")
    answer_at: float = Field(
        0.5,
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
