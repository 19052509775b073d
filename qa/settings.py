"""One frozen settings object; each default with its reason.

Every setting can be given as ``QA_<NAME>`` in the environment, e.g. ``QA_ENCODER``.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from platformdirs import user_cache_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from qa.errors import SettingsError

DEFAULT_ENCODER = "all-MiniLM-L6-v2"


class Settings(BaseSettings):
    """How the engine works. Unknown names are refused, values are checked.

    In the environment a name is unknown that is nearly one of a setting: ``QA_ANSWERAT``.
    """

    model_config = SettingsConfigDict(
        env_prefix="QA_",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        # One of the inputs is a key.
        hide_input_in_errors=True,
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
    # Lower ones give a better F1 of all questions, and more wrong answers (docs/reading.md).
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
    feedback_dir: Path = Field(
        Path("feedback"),
        description="Where the page keeps thumbs up and down (docs/page.md), for "
        "`qa feedback export`.",
    )
    # Some ten thousand ratings.
    feedback_bytes: int = Field(
        50_000_000, ge=0, description="Most bytes of feedback; beyond them none is kept."
    )
    llm_url: str = Field(
        "",
        description="An OpenAI-compatible endpoint that words the answers, up to and with /v1; "
        "empty: none, and nothing leaves this machine (docs/llm.md).",
    )
    llm_model: str = Field("", description="The model's name at that endpoint.")
    llm_key: SecretStr = Field(
        SecretStr(""), description="The endpoint's key, where it wants one; never shown."
    )
    # A small model on a processor takes seconds to read the passages; nobody waits for a minute.
    llm_seconds: float = Field(
        30, gt=0, description="Longest time for the wording; then the text's own words stand."
    )
    llm_tokens: int = Field(
        400, ge=16, description="Longest wording, in the model's own tokens: three sentences or so."
    )

    root_path: str = Field(
        "",
        description="Where a reverse proxy shows the page: a path such as /qa, or a whole address.",
    )
    auth_file: Path | None = Field(
        None, description="Names and passwords, name:password a line; none: open to everyone."
    )
    # Answers take milliseconds of all cores; more at once would only wait for each other.
    answers_at_once: int = Field(
        4, ge=1, le=64, description="Questions that the page's server answers at the same time."
    )
    questions_waiting: int = Field(
        200, ge=1, description="Questions that may wait for their turn; more are turned away."
    )

    share_uploads: bool = Field(
        False,
        description="Whether what a visitor of the page adds is everyone's and stays, instead of "
        "his own while he is there.",
    )
    shared_files: int = Field(
        1000, ge=1, description="Files that all visitors together may add where they share them."
    )
    upload_bytes: int = Field(
        10_000_000, ge=1, description="Largest file that a visitor of the page may add."
    )
    upload_files: int = Field(
        20, ge=0, description="Files that a visitor may add; 0: none, and the page offers none."
    )
    upload_minutes: float = Field(
        60, gt=0, description="How long a visitor's own documents are kept at most."
    )
    # 20 files of 10 MB each would be 10 GB of disk.
    upload_visitors: int = Field(
        50, ge=1, description="Visitors who may have documents of their own at the same time."
    )

    @field_validator("root_path")
    @classmethod
    def _is_path_or_address(cls, root_path: str) -> str:
        parts = urlsplit(root_path)
        is_address = parts.scheme in ("http", "https") and parts.hostname
        if not root_path or (
            (is_address or (root_path.startswith("/") and not parts.netloc))
            and not (parts.query or parts.fragment)
        ):
            return root_path.rstrip("/")
        raise ValueError("it must be a path like /qa, or an address like https://example.org/qa")

    @field_validator("llm_url")
    @classmethod
    def _is_endpoint(cls, url: str) -> str:
        parts = urlsplit(url)
        if not url or (
            parts.scheme in ("http", "https")
            and parts.hostname
            and _has_possible_port(parts)
            and parts.path.rstrip("/").rpartition("/")[2] != "completions"
            and not (parts.username or parts.password or parts.query or parts.fragment)
        ):
            return url
        raise ValueError(
            "it must be like http://127.0.0.1:11434/v1, without a key, a query or "
            "/chat/completions (a key goes into QA_LLM_KEY)"
        )

    @field_validator("llm_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr) -> SecretStr:
        if all("!" <= character <= "~" for character in key.get_secret_value()):
            return key
        raise ValueError("it must be one word of plain ASCII characters")

    @model_validator(mode="after")
    def _names_its_model(self) -> Settings:
        if self.llm_url and not self.llm_model:
            raise ValueError("QA_LLM_URL is set, but QA_LLM_MODEL does not say which model")
        return self


def _has_possible_port(parts: SplitResult) -> bool:
    # What urlsplit complains of names the port, and that may be a key in the wrong place.
    try:
        return parts.port != 0
    except ValueError:
        return False


def _setting_meant(name: str) -> str | None:
    """Return the setting that a name in the environment is a misspelling of, if it is one."""
    known = [f"QA_{field.upper()}" for field in Settings.model_fields]
    if not name.upper().startswith("QA_") or name.upper() in known:
        return None
    return next(iter(difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)), None)


def read_settings(**given: object) -> Settings:
    """Read the settings from the environment; what is given, other than None, comes first.

    Raises:
        SettingsError: a value cannot be used, or a name in the environment is misspelt.
    """
    for name in sorted(os.environ):
        meant = _setting_meant(name)
        if meant is not None:
            raise SettingsError(f"{name} is no setting: did you mean {meant}? Correct or unset it.")
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            raise SettingsError(f"{reason}. Set both, or neither.") from None
        name = "_".join(str(part) for part in first["loc"]).upper()
        # What may hold a key is not shown, nor kept as this error's cause.
        value = "" if name in ("LLM_URL", "LLM_KEY") else f"={first['input']!r}"
        raise SettingsError(
            f"QA_{name}{value}: {reason}. Correct it, or unset QA_{name}."
        ) from None
