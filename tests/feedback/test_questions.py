"""Ratings become questions that the evaluation reads; what nobody can know goes to a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.answering import ABSTENTION, UNSURE
from qa.datatypes import Turn
from qa.errors import QuestionSetError
from qa.evaluation.json_lines import read_json_lines
from qa.evaluation.questions import GoldAnswer, Question
from qa.feedback import from_feedback
from qa.small_talk import HELLO
from qa.web.own.names import SHARED

from .conftest import Rate


def write(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_evaluation_reads_what_thumbs_say(tmp_path: Path, rate: Rate) -> None:
    turns = [Turn("What leaked?", "The Soyuz.")]
    known, review = from_feedback(
        [
            rate("1"),
            rate("2", text="under a millimeter"),
            rate("3", question="Who?", text=ABSTENTION, answered=False),
            rate("4", question="Did it leak?", text="Yes."),
            rate("5", question="How wide is it?", history=turns),
        ]
    )
    assert review == []
    assert read_json_lines(write(tmp_path / "q.jsonl", known)).questions == (
        Question(
            "feedback-1",
            "How wide is it?",
            (GoldAnswer("0.8 millimeters"), GoldAnswer("under a millimeter")),
            ("a.txt",),
        ),
        Question("feedback-3", "Who?"),
        Question(
            "feedback-4",
            "Did it leak?",
            (GoldAnswer("Yes."),),
            ("a.txt",),
            shape="yes_no",
            yes=True,
        ),
        Question(
            "feedback-5",
            "How wide is it?",
            (GoldAnswer("0.8 millimeters"),),
            ("a.txt",),
            tuple(turns),
        ),
    )


def test_what_is_wrong_or_disputed_goes_to_a_person(tmp_path: Path, rate: Rate) -> None:
    known, review = from_feedback(
        [
            rate("1", "down", comment="It says 0.8 inches."),
            rate("2", question="Did it leak?", text="Yes."),
            rate("3", question="Did it leak?", text="No."),
            rate("4", question="Who?"),
            rate("5", question="Who?", text=UNSURE, answered=False),
        ]
    )
    assert known == []
    assert [line["id"] for line in review] == ["feedback-1", "feedback-2", "feedback-4"]
    assert review[0]["given"] == [
        {
            "verdict": "down",
            "said": "0.8 millimeters",
            "quotes": ["It is 0.8 millimeters wide."],
            "comment": "It says 0.8 inches.",
        }
    ]
    path = write(tmp_path / "review.jsonl", review)
    with pytest.raises(QuestionSetError, match="answers: Field required"):
        read_json_lines(path)
    write(path, [line | {"answers": ["0.8 inches"]} for line in review])
    assert len(read_json_lines(path).questions) == 3


def test_what_is_no_question_to_the_index_is_left_out_and_counted(
    rate: Rate, caplog: pytest.LogCaptureFixture
) -> None:
    which = "There are several articles here: A; B. Which one?"
    ratings = [
        rate("1", question="hello", text=HELLO, answered=False),
        rate("2", "down", question="What is this about?", text=which, answered=False),
        rate("3", document_id=f"{SHARED}://notes.txt"),
        rate("4", "down", question="Who?", document_id=f"{SHARED}://notes.txt"),
    ]
    with caplog.at_level("INFO", logger="qa"):
        assert from_feedback(ratings) == ([], [])
        assert "4 ratings" in caplog.text
        caplog.clear()
        known, _ = from_feedback([*ratings, rate("5", document_id="https://a.example/b")])
    # Of the same question, that on an article counts by itself.
    assert [line["documents"] for line in known] == [["https://a.example/b"]]
