"""Example questions: from a file beside the evaluation questions, else the engine's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from qa.datatypes import Document, DocumentFacts
from qa.web.engine import Engine

_MOST = 6
_LONGEST = 200
# Making suggestions takes a few answers each, before the page is there.
_ASKED = 4


def example_questions(folder: Path, engine: Engine, most: int = _MOST) -> list[str]:
    """Return up to ``most`` questions: from ``folder`` where it has some, else the engine's own."""
    documents = engine.facts()
    written = read_examples(folder, documents, most)
    if written:
        return written
    return _shared([list(engine.suggest(each.id)) for each in documents[:_ASKED]], most)


def read_examples(
    folder: Path, documents: Iterable[Document | DocumentFacts], most: int = _MOST
) -> list[str]:
    """Return up to ``most`` questions from ``folder/<document stem>.examples.txt``.

    The documents share the room: first the first question of each, then the second, and so on.
    A missing file gives none; lines that are blank or too long for a button are passed over.
    """
    lists = []
    for document in documents:
        path = folder / f"{PurePosixPath(document.id).stem}.examples.txt"
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            lists.append([line.strip() for line in lines if 0 < len(line.strip()) <= _LONGEST])
        if len(lists) == most:
            break
    return _shared(lists, most)


def _shared(lists: Sequence[Sequence[str]], most: int) -> list[str]:
    rounds = max((len(each) for each in lists), default=0)
    shared = [each[turn] for turn in range(rounds) for each in lists if turn < len(each)]
    return list(dict.fromkeys(shared))[:most]
