"""One evaluation from the path of its questions to its scores, records and provenance."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from qa.evaluation.cold_start import cold_start_ms
from qa.evaluation.datasets import load_questions
from qa.evaluation.indexing import engine_for
from qa.evaluation.provenance import describe_run
from qa.evaluation.questions import Setting, limited
from qa.evaluation.records import Record
from qa.evaluation.rewordings import reworded
from qa.evaluation.run import ask_all, check_documents
from qa.evaluation.scores import Scores, score
from qa.evaluation.typos import mistyped
from qa.settings import Settings
from qa.store.files import replace_atomically

# Told what is being done, how much of it is done, and of how much.
Progress = Callable[[str, float, int], None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of a run. ``complete`` is False where it was interrupted before the end.

    ``run`` says what was measured, with what (``provenance.describe_run``), as JSON values.
    """

    scores: Scores
    records: tuple[Record, ...]
    run: Mapping[str, object]
    complete: bool

    def to_dict(self) -> dict[str, object]:
        """Return JSON values, None where a score is not defined.

        A score ``a.b`` stands at ``[a][b]``, its interval at ``["intervals"][a][b]``.
        """
        scores = self.scores
        latency = {f"latency.{name}": value for name, value in scores.latency.items()}
        return {
            **nested({**scores.values, **latency}.items()),
            "counts": dict(scores.counts),
            "intervals": nested(
                (name, list(interval) if interval else None)
                for name, interval in scores.intervals.items()
            ),
            "run": {**self.run, "complete": self.complete},
            "records": [record.to_dict() for record in self.records],
        }

    def save(self, path: Path, baselines: Mapping[str, Evaluation] | None = None) -> None:
        """Write ``to_dict`` as JSON; the file is whole or not there.

        ``baselines`` stand below ``["baselines"]`` by their names.

        Raises:
            OSError: it cannot be written.
        """
        content = self.to_dict()
        if baselines:
            content["baselines"] = {name: each.to_dict() for name, each in baselines.items()}
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        replace_atomically(path, lambda draft: draft.write_text(text, encoding="utf-8"))


def evaluate(
    path: Path,
    *,
    setting: Setting = "corpus",
    index_dir: Path | None = None,
    limit: int | None = None,
    k: int = 20,
    cold_start: bool = False,
    rewordings: Path | None = None,
    history: bool = True,
    typos: bool = False,
    only: Collection[str] | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Ask every question of a set once and score the answers.

    Ctrl-C ends the asking: what was asked by then is scored, and ``complete`` is False. Before
    the first question is answered it raises, as usual.

    Args:
        path: JSON lines, SQuAD JSON, or a BEIR folder (``datasets.load_questions``).
        setting: ``corpus`` searches all documents; ``passage`` reads the question's own only.
        index_dir: see ``indexing.engine_for``, which says what it means for which set.
        limit: ask this many questions only, evenly spaced through the set.
        k: how many places of a ranking are scored; at least 10.
        cold_start: also time the first answer of a new process.
        rewordings: ask only the questions that this file words anew, in its words
            (``rewordings.reworded``).
        history: ask follow-ups with the turns before them; False asks each by itself.
        typos: ask with slips of the finger (``typos.mistyped``).
        only: search documents of these ids alone, as ``ask`` does; not with ``passage``.
        settings: how the engine works; read from the environment by default.
        progress: told of each document indexed and each question asked.

    Raises:
        QAError: the questions cannot be read, or the engine refuses.
        ValueError: ``limit`` or ``k`` is too small, or both ``only`` and ``passage`` are given.
    """
    if only is not None and setting == "passage":
        raise ValueError("with setting passage each question reads its own document")
    if k < 10:
        raise ValueError(f"recall@10 needs at least 10 passages, got k={k}")
    tell = progress or (lambda stage, done, total: None)
    question_set = load_questions(path)
    asked = question_set.questions
    questions = limited(reworded(asked, rewordings) if rewordings else asked, limit)
    if not history:
        questions = tuple(replace(question, history=()) for question in questions)
    if typos:
        questions = mistyped(questions)
    records: list[Record] = []
    first_answer = None
    indexing = partial(tell, "Indexing")
    with engine_for(question_set, index_dir, indexing, settings) as (engine, folder):
        check_documents(engine, question_set, setting)
        if cold_start:
            first_answer = cold_start_ms(questions[0].question, folder)
        tell("Asking", 0, len(questions))
        try:
            for record in ask_all(engine, question_set, questions, setting=setting, k=k, only=only):
                records.append(record)
                tell("Asking", len(records), len(questions))
        except KeyboardInterrupt:
            if not records:
                raise
        about = describe_run(question_set, engine.settings)
    scores = score(records)
    return Evaluation(
        scores=replace(
            scores,
            latency={**scores.latency, "cold_start_ms": first_answer},
            counts={
                **scores.counts,
                "documents": len(question_set.documents),
                "questions_left_out": question_set.blank_questions,
                "documents_left_out": question_set.blank_documents,
            },
        ),
        records=tuple(records),
        run=about
        | {
            "setting": setting,
            "k": k,
            "limit": limit,
            "selected": len(questions),
            "history": history,
            "typos": typos,
            "only": None if only is None else list(only),
            "rewordings": str(rewordings) if rewordings else None,
        },
        complete=len(records) == len(questions),
    )


def nested(values: Iterable[tuple[str, object]]) -> dict[str, dict[str, object]]:
    """Return values under two-part names as an object of objects.

    >>> nested([("a.x", 1), ("a.y", 2), ("b.x", 3)])
    {'a': {'x': 1, 'y': 2}, 'b': {'x': 3}}
    """
    groups: dict[str, dict[str, object]] = {}
    for name, value in values:
        group, _, rest = name.partition(".")
        groups.setdefault(group, {})[rest] = value
    return groups
