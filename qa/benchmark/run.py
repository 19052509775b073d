"""All sizes, one after the other: articles, index, questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.benchmark.figures import Figure, figures_of
from qa.benchmark.processes import run_module
from qa.benchmark.texts import Material, some_questions, write_articles
from qa.documents.passages import split_passages
from qa.models.encoder import Encoder
from qa.settings import Settings

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured; ``folder`` keeps articles and indexes for the next run."""

    folder: Path
    sizes: tuple[int, ...]
    questions: int = 100
    askers: int = 8
    index_repeats: int = 1
    repeats: int = 3
    embedded: int = 100_000


@dataclass(frozen=True, slots=True)
class Size:
    """The figures of one corpus, as it was made for ``wanted`` passages."""

    wanted: int
    figures: dict[str, Figure]

    def to_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        figures = {name: asdict(figure) for name, figure in self.figures.items()}
        return {"wanted": self.wanted, "figures": figures}


def measure(
    plan: Plan, material: Material, encoder: Encoder, settings: Settings, say: Say
) -> Iterator[Size]:
    """Measure each size, smallest first, and yield it when it is done.

    Raises:
        MeasurementError: a measured process failed.
        OSError: the folder cannot be written.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    asked = plan.folder / "questions.json"
    asked.write_text(json.dumps(some_questions(material, plan.questions)), encoding="utf-8")

    def count_passages(text: str) -> int:
        return len(
            split_passages(
                text, max_tokens=settings.passage_tokens, count_tokens=encoder.count_tokens
            )
        )

    for size in sorted(plan.sizes):
        articles = plan.folder / f"articles-{size}"
        if not articles.exists():
            say(f"{size:,} passages: writing the articles")
            write_articles(material, articles, size, count_passages)
        runs = []
        for number in range(plan.index_repeats):
            say(f"{size:,} passages: indexing, run {number + 1} of {plan.index_repeats}")
            index = plan.folder / f"index-{size}"
            _empty(index)
            _, figures = run_module(
                "qa.benchmark.indexing", str(articles), str(index), str(plan.embedded)
            )
            runs.append(figures)
        yield Size(size, figures_of(runs) | _asked(plan, size, asked, say))


def _asked(plan: Plan, size: int, asked: Path, say: Say) -> dict[str, Figure]:
    runs: list[dict[str, float]] = []
    for number in range(plan.repeats):
        say(f"{size:,} passages: asking, run {number + 1} of {plan.repeats}")
        elapsed, figures = run_module(
            "qa.benchmark.asking", str(plan.folder / f"index-{size}"), str(asked), str(plan.askers)
        )
        runs.append({"cold_start_ms": elapsed} | figures)
    say(f"{size:,} passages: comparing with brute force")
    _, found = run_module("qa.benchmark.recall", str(plan.folder / f"index-{size}"), str(asked))
    return figures_of(runs) | figures_of([found])


def _empty(folder: Path) -> None:
    """Remove an earlier run's index."""
    import shutil

    if folder.exists():
        shutil.rmtree(folder)


def parse_sizes(text: str) -> Sequence[int]:
    """Return numbers of passages; k and M stand for thousands and millions.

    >>> parse_sizes("14, 1k,2.5M")
    [14, 1000, 2500000]

    Raises:
        ValueError: one is no number above 0.
    """
    sizes = []
    for part in text.split(","):
        word = part.strip()
        unit = {"k": 1_000, "m": 1_000_000}.get(word[-1:].lower(), 1)
        size = int(float(word[:-1] if unit > 1 else word) * unit)
        if size < 1:
            raise ValueError(f"{word!r} is no size of a corpus")
        sizes.append(size)
    return sizes
