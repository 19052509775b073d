"""A process that asks again and again, checks each answer, and prints how many it got.

Run as ``python -m tests.robustness.asking INDEX STOP OLD NEW``: OLD and NEW are folders with the
two versions of the same articles; it ends when the file STOP is there.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections import Counter
from pathlib import Path

from qa.datatypes import Answer
from tests.robustness.shelf import QUESTIONS, Place, Shelf, passages_of, quotes_of


def version_of(answer: Answer, versions: dict[str, dict[str, str]]) -> str:
    """Return the one version that all of an answer comes from; what fits none is an error."""
    places: list[Place] = [*quotes_of(answer), *passages_of(answer)]
    fitting = [
        name
        for name, texts in versions.items()
        if all(texts.get(document, "")[start:end] == text for document, start, end, text in places)
    ]
    if not places or len(fitting) != 1:
        raise AssertionError(f"{places} is of the versions {fitting}")
    return fitting[0]


def read_folder(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def main(index: Path, stop: Path, old: Path, new: Path) -> None:
    versions = {"old": read_folder(old), "new": read_folder(new)}
    shelf = Shelf(old, index)
    seen: Counter[str] = Counter()
    assistant = shelf.open()
    for turn, question in enumerate(itertools.cycle(QUESTIONS)):
        if turn % 7 == 0:  # now and then, as a process that has just been started
            assistant.store.close()
            assistant = shelf.open()
        seen[version_of(assistant.ask(question), versions)] += 1
        time.sleep(0.02)  # leaves the one that indexes some of the processor
        if turn >= 40 and turn % len(QUESTIONS) == 0 and stop.exists():
            break
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
