"""How passage size and fusion were chosen: ``python -m qa.training.fusion FILE ...`` prints it.

Each file is a question set on dev or train data. A question counts as found at rank r where the
r-th document of the ranking (documents by their best passage) is one of the question's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray

from qa.assistant import Assistant
from qa.evaluation.datasets import load_questions
from qa.evaluation.questions import Question, limited, standing_alone
from qa.indexing import index_documents
from qa.models.encoder import open_encoder
from qa.settings import Settings

Scores = Mapping[int, float]
CANDIDATES = 50


def scaled_sum(weight: float) -> Callable[[Scores, Scores], dict[int, float]]:
    """Return: ``weight`` times the cosine, plus BM25 over its best score."""

    def fuse(cosines: Scores, words: Scores) -> dict[int, float]:
        best = max(words.values(), default=1.0) or 1.0
        return {p: weight * c + words.get(p, 0.0) / best for p, c in cosines.items()}

    return fuse


def reciprocal_ranks(cosines: Scores, words: Scores) -> dict[int, float]:
    """Reciprocal rank fusion with the constant 60 (Cormack et al. 2009)."""
    total: dict[int, float] = {}
    for scores in (cosines, words):
        ranked = sorted(scores, key=lambda p: (-scores[p], p))
        for rank, passage in enumerate(ranked, start=1):
            total[passage] = total.get(passage, 0.0) + 1 / (60 + rank)
    return total


FUSIONS: dict[str, Callable[[Scores, Scores], dict[int, float]]] = {
    "dense only": lambda cosines, words: dict(cosines),
    "BM25 only": lambda cosines, words: dict(words),
    "reciprocal ranks": reciprocal_ranks,
    **{f"{w:g} * cosine + scaled BM25": scaled_sum(w) for w in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)},
}


def rank(assistant: Assistant, question: Question, vector: NDArray[np.float32]) -> dict[str, int]:
    """Return, by fusion, the rank from 0 of the first right document; 1000 where none is."""
    with assistant.store.snapshot() as state:
        cosines = dict(state.search_vectors(vector, CANDIDATES))
        words = dict(state.search_words(question.question, CANDIDATES))
        missing = sorted(words.keys() - cosines.keys())
        if missing:
            exact = (state.vectors(missing) @ vector).tolist()
            cosines |= dict(zip(missing, exact, strict=True))
        home = {p.id: p.document_id for p in state.passages(sorted(cosines))}
    ranks = {}
    for name, fuse in FUSIONS.items():
        scores = fuse(cosines, words)
        documents = dict.fromkeys(home[p] for p in sorted(scores, key=lambda p: (-scores[p], p)))
        found = [i for i, document in enumerate(documents) if document in question.documents]
        ranks[name] = found[0] if found else 1000
    return ranks


def sweep(path: Path, sizes: Sequence[int], most: int) -> None:
    """Print one line a passage size and fusion."""
    question_set = load_questions(path)
    answerable = tuple(q for q in standing_alone(question_set) if q.answers)
    questions = limited(answerable, most)
    for size in sizes:
        settings = Settings(passage_tokens=size)
        encoder = open_encoder(settings)
        with tempfile.TemporaryDirectory() as folder:
            report = index_documents(question_set.documents, Path(folder), encoder, settings)
            assistant = Assistant.open(folder, settings=settings)
            vectors = encoder.encode_questions([q.question for q in questions])
            ranks = [rank(assistant, q, v) for q, v in zip(questions, vectors, strict=True)]
        for name in FUSIONS:
            places = np.array([r[name] for r in ranks])
            recalls = " | ".join(f"{np.mean(places < k):.3f}" for k in (1, 3, 5, 10))
            mrr = np.mean(np.where(places < 10, 1 / (places + 1), 0))
            typer.echo(
                f"| {path.name.split('.')[0]} | {size} | {report.passages} | {name} | {recalls} | "
                f"{mrr:.3f} |"
            )


def main(
    files: list[Path],
    sizes: str = "64,96,128,192,230",
    most: int = 1500,
) -> None:
    """Print a Markdown table of recall@1, 3, 5, 10 and MRR@10 over documents."""
    typer.echo("| set | tokens | passages | fusion | R@1 | R@3 | R@5 | R@10 | MRR |")
    typer.echo("|---|---|---|---|---|---|---|---|---|")
    for path in files:
        sweep(path, [int(size) for size in sizes.split(",")], most)


if __name__ == "__main__":
    typer.run(main)
