"""SQuAD 1.1's training set (Rajpurkar et al. 2016, CC BY-SA 4.0), less what the test sets hold.

docs/training.md says which package holds the file.
``python -m qa.training.squad train-v1.1.json OUT.json.gz --without TEST.json.gz ...`` writes the
set as ``qa.training.reader`` reads it. A paragraph goes where it shares a run of words with one of
a set to test on: the two may be of different revisions of a Wikipedia page.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from qa.training.paragraphs import load_paragraphs

# Words in a row; so many are copied, not chance.
_RUN = 12


def main(
    squad: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="train-v1.1.json of SQuAD.")
    ],
    out: Annotated[Path, typer.Argument(help="Where to write it, say DIR/squad11_train.json.gz.")],
    without: Annotated[
        list[Path],
        typer.Option(
            exists=True, dir_okay=False, help="SQuAD files whose paragraphs must not be learnt."
        ),
    ],
) -> None:
    """Write SQUAD to OUT less every paragraph that shares 12 words in a row with WITHOUT."""
    kept_out = {run for path in without for p in load_paragraphs(path) for run in _runs(p.text)}
    articles = json.loads(squad.read_text(encoding="utf-8"))["data"]
    before = sum(len(article["paragraphs"]) for article in articles)
    for article in articles:
        article["paragraphs"] = [
            p for p in article["paragraphs"] if kept_out.isdisjoint(_runs(p["context"]))
        ]
    after = sum(len(article["paragraphs"]) for article in articles)
    text = json.dumps({"data": articles}, ensure_ascii=False)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(gzip.compress(text.encode(), mtime=0))
    typer.echo(f"{after:,} of {before:,} paragraphs kept")


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    for first in range(len(words) - _RUN + 1):
        yield tuple(words[first : first + _RUN])


if __name__ == "__main__":
    typer.run(main)
