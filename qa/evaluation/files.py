"""Reading the bytes, lines and ids of question files, with errors that name the place."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from qa.errors import QuestionSetError

Row = TypeVar("Row", bound=BaseModel)


def parse_lines(path: Path, data: bytes, row: type[Row]) -> Iterator[tuple[int, Row]]:
    """Yield the number (from 1) and the checked row of every line that is not blank.

    Raises:
        QuestionSetError: a line is not UTF-8, not JSON, or not such a row.
    """
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, row.model_validate_json(line)
        except ValidationError as error:
            # The parser saw this line alone, and calls it line 1.
            reason = first_error(error).replace(" at line 1 column ", " at column ")
            raise QuestionSetError(path, f"line {number}: {reason}") from None


def first_error(error: ValidationError) -> str:
    """Return the first of pydantic's complaints as one clause: where, then what."""
    details = error.errors(include_url=False)[0]
    place = ".".join(str(step) for step in details["loc"])
    return f"{place}: {details['msg']}" if place else details["msg"]


def check_ids(path: Path, ids: Iterable[tuple[str, str]]) -> None:
    """Refuse two questions with the same id; ``ids`` are pairs of an id and where it stands.

    Raises:
        QuestionSetError: an id comes twice.
    """
    places: dict[str, str] = {}
    for id, place in ids:
        if id in places:
            raise QuestionSetError(path, f"{place}: the id {id!r} was used before")
        places[id] = place


def read_bytes(path: Path) -> bytes:
    """Return a file's content, decompressed where it is gzip.

    Raises:
        QuestionSetError: the file cannot be read, or is damaged.
    """
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    except FileNotFoundError:
        raise QuestionSetError(path, "there is no such file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise QuestionSetError(path, f"it cannot be read ({error})") from error


def sha256_of_files(*paths: Path) -> str:
    """Return the hex digest of the files' bytes, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
