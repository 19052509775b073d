from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.datatypes import Turn
from qa.errors import QuestionSetError
from qa.evaluation.datasets import load_questions
from qa.evaluation.layouts import find_in_all
from qa.evaluation.questions import GoldAnswer
from qa.evaluation.rewordings import reworded

TOPIC = ["Frank Zappa", "Disbandment"]
TURNS = [("When did they disband?", "In late 1969."), ("Why?", "I don't know."), ("And then?", "?")]


@pytest.fixture
def canard_file(tmp_path: Path) -> Path:
    rows = [
        {
            "History": [*TOPIC, *(text for turn in TURNS[:number] for text in turn)],
            "QuAC_dialog_id": "C_1",
            "Question": question,
            "Question_no": number + 1,
            "Rewrite": f"{question} (Zappa)",
        }
        for number, (question, _) in enumerate(TURNS)
    ]
    path = tmp_path / "canard.json"
    path.write_text(json.dumps(rows[::-1]))
    return path


def test_a_question_is_asked_where_a_later_row_holds_its_answer(canard_file: Path) -> None:
    found = load_questions(canard_file)
    assert found.kind == "canard"
    (question,) = found.questions
    assert (question.id, question.question, question.history) == (
        "C_1#1",
        "When did they disband?",
        (Turn("Frank Zappa", ""),),
    )
    assert question.answers == (GoldAnswer("In late 1969.", 0),)
    (document,) = found.documents
    assert (document.id, document.text) == ("C_1#1", "In late 1969.")
    assert document.title == "Frank Zappa"


def test_the_turns_before_are_its_history(canard_file: Path) -> None:
    rows = json.loads(canard_file.read_text())
    for row in rows:
        row["History"] = [text.replace("I don't know.", "Money.") for text in row["History"]]
    canard_file.write_text(json.dumps(rows))
    second = load_questions(canard_file).questions[0]
    assert second.question == "Why?"
    assert second.history[1:] == (Turn("When did they disband?", "In late 1969."),)
    (rewritten, _) = reworded(load_questions(canard_file).questions, canard_file)
    assert (rewritten.question, rewritten.history) == ("Why? (Zappa)", ())


def test_its_answers_are_no_paragraphs_that_lie_in_files(canard_file: Path) -> None:
    found = load_questions(canard_file)
    with pytest.raises(QuestionSetError, match="holds no question with its paragraph"):
        find_in_all(found, found.questions)


@pytest.mark.parametrize("content", ["[1]", "[{}]", '[{"History": []}]', "[]"])
def test_what_is_no_such_file_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "canard.json"
    path.write_text(content)
    with pytest.raises(QuestionSetError):
        load_questions(path)
