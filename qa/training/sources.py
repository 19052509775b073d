"""The data sets that the reader learns from, and what an epoch sees of them."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from qa.errors import QuestionSetError
from qa.training.paragraphs import Paragraph, load_paragraphs

# The sets to learn from, and how often an epoch sees each one's paragraphs, 0.5 for half of them;
# the model card has their licences. Most weight is on the only one whose unanswerable questions are
# cunning. Left out: subjqa (review texts), policyqa (template questions, clauses).
SOURCES = {
    "squad2_dev_half_b": 4.0,
    "squad11_train": 0.6,
    "squad11_13_articles": 1.0,
    "squadshifts_wiki": 1.0,
    "squadshifts_reddit": 0.7,
    "qed_nq": 1.0,
    "unansq": 2.0,
    "fairytaleqa": 1.0,
    "friendsqa": 1.0,
    "doqa_cooking": 1.0,
    "quac": 1.0,
    "qamr_sample": 0.5,
}
# Articles of this set, the last by title, are left for choosing.
HELD_OUT_OF = "squad2_dev_half_b"


def find_sources(data: Sequence[Path]) -> dict[str, Path]:
    """Return the file of each set of SOURCES, from the first folder that has it.

    ``data`` may be a single SQuAD file instead. Raises ``typer.BadParameter`` where a set is in
    none of the folders.
    """
    if len(data) == 1 and data[0].is_file():
        return {data[0].name: data[0]}
    files = {}
    for source in SOURCES:
        places = [folder / f"{source}.json.gz" for folder in data]
        found = next((place for place in places if place.is_file()), None)
        if found is None:
            folders = ", ".join(str(folder) for folder in data)
            raise typer.BadParameter(
                f"no {source}.json.gz in {folders}: qa/models/weights/README.md says where each set"
                " is from."
            )
        files[source] = found
    return files


def read_sources(
    files: dict[str, Path], held_out: int
) -> tuple[dict[str, list[Paragraph]], list[Paragraph]]:
    """Return the paragraphs to train on, by source, and those left out to see what was learnt.

    Nothing is left out of a single SQuAD file of one's own. Raises ``typer.BadParameter`` where a
    file cannot be read, or is no JSON.
    """
    try:
        sources = {source: load_paragraphs(path) for source, path in files.items()}
    except QuestionSetError as error:
        raise typer.BadParameter(str(error)) from error
    if HELD_OUT_OF not in sources:
        return sources, []
    whole = sources[HELD_OUT_OF]
    left = last_articles((p.article for p in whole), held_out)
    sources[HELD_OUT_OF] = [p for p in whole if p.article not in left]
    return sources, [p for p in whole if p.article in left]


def last_articles(titles: Iterable[str], count: int) -> set[str]:
    """Return the last ``count`` of the titles by their letters, each counted once.

    >>> sorted(last_articles(["Oslo", "Bern", "Oslo", "Lima"], 2)), last_articles(["Bern"], 0)
    (['Lima', 'Oslo'], set())
    """
    ordered = sorted(set(titles))
    return set(ordered[max(0, len(ordered) - count) :])


def one_epoch(sources: dict[str, list[Paragraph]], seed: int) -> list[Paragraph]:
    """Return the paragraphs that one epoch sees, each source as often as SOURCES says."""
    chance = random.Random(seed)
    return [
        paragraph
        for source, paragraphs in sources.items()
        for paragraph in paragraphs
        for _ in range(math.floor(SOURCES.get(source, 1) + chance.random()))
    ]
