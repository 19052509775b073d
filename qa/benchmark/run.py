"""All sizes, one after the other: articles, index, questions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.benchmark.figures import Figure, figures_of
from qa.benchmark.processes import run_module
from qa.benchmark.texts import Material, some_questions, splitter, write_articles
from qa.models.encoder import Encoder
from qa.settings import Settings

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured; ``folder`` keeps articles and indexes for the next run."""

    folder: Path
    sizes: tuple[int, ...]
    questions: int
    askers: int
    index_repeats: int
    repeats: int
    embedded: int


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

    for size in sorted(plan.sizes):
        articles = plan.folder / f"articles-{size}"
        if not articles.exists():
            say(f"{size:,} passages: writing the articles")
            write_articles(material, articles, size, splitter(encoder, settings))
        runs = []
        for number in range(plan.index_repeats):
            say(f"{size:,} passages: indexing, run {number + 1} of {plan.index_repeats}")
            index = plan.folder / f"index-{size}"
            if index.exists():
                shutil.rmtree(index)
            _, figures = run_module(
                "qa.benchmark.indexing", str(articles), str(index), str(plan.embedded)
            )
            runs.append(_rates(figures))
        yield Size(size, figures_of(runs) | _asked(plan, size, asked, say))


def _rates(run: Mapping[str, float]) -> dict[str, float]:
    """Return what is told of a run that indexed all anew; the rates are of passages a second."""
    passages, embedded = run["passages"], run["embedded"]
    rest_processor = run["indexing_processor_s"] - run["embedding_processor_s"]
    told = ("documents", "passages", "embedded", "published_s", "indexing_peak_mb", "index_mb")
    return {name: run[name] for name in told} | {
        "indexing_per_s": passages / run["indexing_s"],
        "embedding_per_s": embedded / run["embedding_s"],
        "all_but_embedding_per_s": passages / (run["indexing_s"] - run["embedding_s"]),
        "embedding_processor_ms": run["embedding_processor_s"] * 1000 / embedded,
        "rest_processor_ms": rest_processor * 1000 / passages,
        "index_bytes_a_passage": run["index_mb"] * 1e6 / passages,
    }


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
