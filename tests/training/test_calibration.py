from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import typer

from qa.evaluation.questions import Question, QuestionSet
from qa.models.span_models import FACTS
from qa.reading.choice import bundled_reader
from qa.training.calibration import Row, fit_logistic, main, questions_of, right_share


def row(score: float, *, right: bool, answerable: bool = True) -> Row:
    return Row(np.array([score]), np.array([0.0]), np.array([right]), answerable)


def test_retrieval_decides_between_passages_as_far_as_it_weighs() -> None:
    both = Row(np.array([1.0, 3.0]), np.array([0.0, -0.5]), np.array([True, False]), True)
    assert (both.chosen(0.0), both.chosen(3.9), both.chosen(4.1)) == (1, 1, 0)
    assert (right_share([both], 0.0), right_share([both], 5.0)) == (0.0, 1.0)


def test_the_share_is_of_the_answerable_questions() -> None:
    rows = [row(1, right=True), row(1, right=False), row(1, right=False, answerable=False)]
    assert right_share(rows, 1.0) == 0.5
    assert np.isnan(right_share(rows[2:], 1.0))


def rows_of_slope(slope: float, offset: float) -> list[Row]:
    """Return rows that are right as often as the logistic of their score says."""
    chance = np.random.default_rng(3)
    scores = chance.uniform(-4, 4, 4000)
    right = chance.uniform(size=4000) < 1 / (1 + np.exp(-(slope * scores + offset)))
    return [row(s, right=bool(r), answerable=bool(r)) for s, r in zip(scores, right, strict=True)]


def test_the_logistic_is_found_on_the_squad_sets(capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        "half.json, corpus": rows_of_slope(0.8, -0.5),
        "own.jsonl, corpus": rows_of_slope(0.2, 1.0),
        "answerable.json, corpus": [row(1, right=False)] * 50,
    }
    assert fit_logistic(found, 0.0) == pytest.approx((0.8, -0.5), abs=0.1)
    told = capsys.readouterr().out.splitlines()
    assert [", AUROC 0." in line for line in told] == [True, True, False]


@pytest.mark.parametrize("slope", [-0.5, 0.0])
def test_scores_that_say_nothing_are_refused(slope: float) -> None:
    rows = [row(s, right=s * slope > 0, answerable=s > 0) for s in (-2.0, -1.0, 1.0, 2.0)]
    with pytest.raises(typer.BadParameter, match="say nothing about what is right"):
        fit_logistic({"half.json, corpus": rows}, 0.0)


def test_only_what_was_held_out_of_training_is_asked() -> None:
    def question(article: str, number: int) -> Question:
        return Question(f"{article}{number}", "Why?", documents=(f"{article}/{number}",))

    asked = tuple(question(article, n) for article in ("Lima", "Bern", "Oslo") for n in range(4))

    def articles(name: str, most: int, held_out: int) -> list[str]:
        found = questions_of(QuestionSet(Path(name), "squad", "", asked), most, held_out)
        return [each.documents[0] for each in found]

    half = "squad2_dev_half_b.json.gz"
    assert articles(half, 100, 1) == [f"Oslo/{n}" for n in range(4)]
    # Spread over both, not the first ones.
    assert articles(half, 4, 2) == ["Lima/0", "Lima/2", "Oslo/0", "Oslo/2"]
    assert articles(half, 100, 0) == []
    assert len(articles("other.json", 100, 1)) == 12


def squad_file(path: Path, answerable: bool) -> Path:
    text = "The meeting was held in Lima. Nobody wrote down who came."
    answers = [{"text": "Lima", "answer_start": text.index("Lima")}] if answerable else []
    asked = [{"id": "1", "question": "Where was the meeting held?", "answers": answers}]
    data = [{"title": "Meetings", "paragraphs": [{"context": text, "qas": asked}]}]
    path.write_text(json.dumps({"data": data}))
    return path


@pytest.mark.parametrize(("answerable", "lack"), [(True, "unanswerable"), (False, "answerable")])
def test_both_kinds_of_question_are_needed(tmp_path: Path, answerable: bool, lack: str) -> None:
    with pytest.raises(typer.BadParameter, match=f"hold no {lack} question"):
        main(tmp_path, [squad_file(tmp_path / "questions.json", answerable)])


def test_it_is_written_beside_the_hash_of_the_reader(tmp_path: Path) -> None:
    shutil.copytree(bundled_reader(), tmp_path / "reader")
    before = json.loads((tmp_path / "reader" / FACTS).read_text())
    text = "The Severn Bridge opened in 1966. It carries the M48. Tolls were ended in 2018."
    asked = []
    for number, (question, answer) in enumerate(
        [
            ("When did the Severn Bridge open?", "1966"),
            ("What does the bridge carry?", "the M48"),
            ("When were tolls ended?", "2018"),
            ("Who is the mayor of Lima?", None),
            ("How heavy is a whale?", None),
            ("Which bank failed?", None),
        ]
    ):
        answers = [{"text": answer, "answer_start": text.index(answer)}] if answer else []
        asked.append({"id": str(number), "question": question, "answers": answers})
    data = [{"title": "Bridges", "paragraphs": [{"context": text, "qas": asked}]}]
    path = tmp_path / "bridges.json"
    path.write_text(json.dumps({"data": data}))
    main(tmp_path / "reader", [path], index_dir=tmp_path / "index")
    after = json.loads((tmp_path / "reader" / FACTS).read_text())
    assert after["sha256"] == before["sha256"]
    assert after["calibration"]["slope"] > 0
    main(tmp_path / "reader", [path], index_dir=tmp_path / "index", retrieval=3)
    chosen = json.loads((tmp_path / "reader" / FACTS).read_text())
    assert chosen["calibration"]["retrieval"] == 3
