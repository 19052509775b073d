"""JSON lines: each line an object, each object a document."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qa.documents.formats.encoding import decode
from qa.documents.formats.kinds import refuse_other_kinds
from qa.documents.formats.parts import (
    EmptyError,
    Extract,
    Inside,
    Limits,
    Part,
    refused,
)
from qa.documents.formats.rows import read_row, row_id
from qa.documents.names import title_of


def split_lines(file_id: str, data: bytes, limits: Limits, inside: Inside) -> Iterator[Part]:
    """Yield a part for each line that is not blank.

    Raises:
        UnreadableError: no text, or no objects.
    """
    refuse_other_kinds(data, "JSON lines")
    text = decode(data).removeprefix("\ufeff")
    name = title_of(file_id.rpartition("/")[2])
    taken: set[str] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            part_id = f"{file_id}/{row_id(value, number, taken)}"
            yield Part(part_id, f"{name}, row {number}", line.strip().encode(), _read)
        else:
            row_name = row_id({}, number, taken)
            yield refused(
                f"{file_id}/{row_name}",
                "is not an object of JSON",
                f"Mend line {number} of its file.",
            )
    if not taken:
        raise EmptyError("holds no objects", "Remove it, or write some into it.")


def _read(data: bytes, limits: Limits) -> Extract:
    return read_row(json.loads(data), limits.text_field)
