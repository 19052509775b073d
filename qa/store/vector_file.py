"""A FAISS index in a checked file, memory-mapped where it is large."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from qa.store.files import replace_atomically
from qa.store.kinds import EXACT, lists_of

if TYPE_CHECKING:
    import faiss

logger = logging.getLogger(__name__)

FILE_NAME = "vectors.faiss"
_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Base:
    """A FAISS index of the passages of state ``operation``, and how it is searched.

    ``probes`` is how many of its lists are searched; ``last_passage`` the highest id that had
    been given out by then.
    """

    index: faiss.Index
    kind: str
    probes: int
    operation: int
    last_passage: int


def stamp_of(folder: Path) -> tuple[int, int, int] | None:
    """Return what tells one version of the file from the next; None where there is none."""
    try:
        status = (folder / FILE_NAME).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def load(folder: Path, dimension: int, *, to_change: bool = False) -> Base | None:
    """Return what is stored; None where there is nothing, or it is damaged or of other vectors.

    ``to_change`` reads it into memory whole: a mapped one can only be searched.
    """
    import faiss

    path = folder / FILE_NAME
    try:
        with path.open("rb") as file:
            facts = _checked_facts(file)
        index = faiss.read_index(str(path), 0 if to_change else _mapping(facts["kind"]))
        base = Base(
            index,
            str(facts["kind"]),
            int(facts["probes"]),
            int(facts["operation"]),
            int(facts["last_passage"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        logger.warning(
            "%s is damaged; its vectors are taken from the database anew (%s)", path, error
        )
        return None
    return base if index.d == dimension else None


def save(base: Base, folder: Path) -> None:
    """Write FAISS's bytes, which must come first to be mapped, then the facts and their length."""
    replace_atomically(folder / FILE_NAME, lambda path: _write(base, path))


def _write(base: Base, path: Path) -> None:
    import faiss

    faiss.write_index(base.index, str(path))
    facts = {
        "operation": base.operation,
        "kind": base.kind,
        "probes": base.probes,
        "last_passage": base.last_passage,
    }
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        facts["sha256"] = _digest(facts, file, size)
        tail = json.dumps(facts).encode()
        file.seek(size)
        file.write(tail + len(tail).to_bytes(_LENGTH_BYTES, "big"))


def _checked_facts(file: BinaryIO) -> dict[str, str]:
    """Return what is said of the index.

    Raises:
        ValueError: neither it nor the index is what was written.
    """
    end = file.seek(0, os.SEEK_END) - _LENGTH_BYTES
    file.seek(max(0, end))
    size = end - int.from_bytes(file.read(_LENGTH_BYTES), "big")
    if size < 0:
        raise ValueError("its end is missing")
    file.seek(size)
    facts: dict[str, str] = json.loads(file.read(end - size))
    wanted = facts.pop("sha256")
    if _digest(facts, file, size) != wanted:
        raise ValueError("it does not have its checksum")
    return facts


def _digest(facts: object, file: BinaryIO, size: int) -> str:
    digest = hashlib.sha256(json.dumps(facts).encode())
    file.seek(0)
    while size > 0:
        block = file.read(min(size, 1 << 20))
        if not block:
            break
        digest.update(block)
        size -= len(block)
    return digest.hexdigest()


def _mapping(kind: str) -> int:
    """Return how FAISS is to open the file: what is small is read, what is large is mapped."""
    import faiss

    # A file that is mapped cannot be replaced on Windows.
    if kind == EXACT or os.name == "nt":
        return 0
    return int(faiss.IO_FLAG_MMAP if lists_of(kind) > 1 else faiss.IO_FLAG_MMAP_IFC)
