"""A conversation as JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from qa.datatypes import Answer

_FORMAT = "qa conversation"
_VERSION = 1


def to_json(answers: Sequence[Answer]) -> str:
    """Return one JSON object in ASCII: offsets are characters into the documents' texts."""
    body = {"format": _FORMAT, "version": _VERSION, "answers": [_as_data(a) for a in answers]}
    return json.dumps(body, indent=1) + "\n"


def from_json(text: str) -> tuple[Answer, ...]:
    """Read what ``to_json`` wrote; the answers are equal to those that it was given.

    Raises:
        ValueError: the text is not JSON, or not a conversation of this version.
    """
    body = json.loads(text)
    if not isinstance(body, dict) or (body.get("format"), body.get("version")) != (
        _FORMAT,
        _VERSION,
    ):
        raise ValueError(f"this is not a {_FORMAT} of version {_VERSION}")
    # From objects: pydantic's own JSON reader refuses what stands for half a surrogate pair.
    return TypeAdapter(tuple[Answer, ...]).validate_python(body.get("answers", ()))


def _as_data(answer: Answer) -> dict[str, Any]:
    data = asdict(answer)
    # How long it took on this machine says nothing elsewhere.
    del data["timings"]
    return data
