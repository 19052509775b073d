"""How the evidence weights were fitted: ``python -m qa.training.evidence TRAIN... --dev DEV...``.

Weights: the sentence that holds the gold answer against all others of the passages read, a
conditional logit (McFadden 1974). Calibration: a logistic of the best score on dev questions,
answerable and not, each file counting the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from qa.datatypes import Hit
from qa.evaluation.datasets import load_questions
from qa.evaluation.indexing import engine_for
from qa.evaluation.questions import Question, limited, standing_alone
from qa.evaluation.relevance import answers_question
from qa.models.encoder import open_encoder
from qa.reading.evidence import WEIGHTS, EvidenceReader, sentences_of, text_of
from qa.settings import Settings

Features = NDArray[np.float64]
Labels = NDArray[np.bool_]


def examples(path: Path, most: int, index_dir: Path) -> list[tuple[Features, Labels, bool]]:
    """Return (features, which sentences hold a gold answer, answerable) of each question."""
    question_set = load_questions(path)
    reader = EvidenceReader(open_encoder(Settings()))
    rows = []
    with engine_for(question_set, index_dir) as (engine, _):
        for question in limited(standing_alone(question_set), most):
            hits = engine.search(question.question, k=reader.passages_read)
            sentences = sentences_of(hits)
            if sentences:
                features = reader.features(question.question, hits, sentences)
                labels = np.array([_holds(question, hits[r], a, b) for r, a, b in sentences])
                rows.append((features, labels, bool(question.answers)))
    return rows


def _holds(question: Question, hit: Hit, start: int, end: int) -> bool:
    text = text_of(hit, start, end)
    return answers_question(question, hit.passage.document_id, start, end, text)


def fit_weights(rows: Sequence[tuple[Features, Labels, bool]]) -> NDArray[np.float64]:
    """Return the weights that make the right sentences most probable."""
    usable = [(features, labels) for features, labels, _ in rows if labels.any()]

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.0
        for features, labels in usable:
            scores = features @ weights
            total += np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[labels])
        return total / len(usable) + 1e-4 * float(weights @ weights)

    found = minimize(loss, np.array(list(WEIGHTS.values())), method="L-BFGS-B")
    return np.asarray(found.x)


def main(
    train: list[Path],
    dev: Annotated[list[Path], typer.Option()],
    most: int = 1500,
    index_dir: Path = Path("index"),
) -> None:
    """Print the weights, and accuracy and AUROC on each dev file."""
    weights = fit_weights([row for path in train for row in examples(path, most, index_dir)])
    typer.echo(f"weights {dict(zip(WEIGHTS, weights.round(2).tolist(), strict=True))}")
    scores, right, share = [], [], []
    for path in dev:
        rows = examples(path, most, index_dir)
        best = [int((features @ weights).argmax()) for features, _, _ in rows]
        top = [float((f @ weights).max()) for f, _, _ in rows]
        hit = [bool(labels[b]) for (_, labels, _), b in zip(rows, best, strict=True)]
        answerable = [a for _, _, a in rows]
        accuracy = np.mean([h for h, a in zip(hit, answerable, strict=True) if a])
        area = roc_auc_score(answerable, top) if not all(answerable) else float("nan")
        typer.echo(f"{path.name}: right sentence {accuracy:.3f}, AUROC {area:.3f}")
        scores += top
        right += hit
        share += [1 / len(rows)] * len(rows)
    model = LogisticRegression(C=1e6).fit(
        np.array(scores)[:, None], np.array(right), sample_weight=np.array(share)
    )
    typer.echo(f"slope {model.coef_[0, 0]:.3f}, offset {model.intercept_[0]:.3f}")


if __name__ == "__main__":
    typer.run(main)
