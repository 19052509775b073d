"""Question sets as JSON lines: questions about documents that are indexed already."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from qa.datatypes import Turn
from qa.errors import QuestionSetError
from qa.evaluation.files import check_ids, parse_lines, read_bytes, sha256_of_files
from qa.evaluation.questions import GoldAnswer, Question, QuestionSet


class _Line(BaseModel):
    """One line of a JSON-lines question set; further keys are allowed and not read."""

    model_config = ConfigDict(strict=True)

    id: str = Field(min_length=1)
    question: str = Field(pattern=r"\S")
    answers: list[str]
    documents: list[str] = []
    history: list[tuple[str, str]] = []


def read_json_lines(path: Path) -> QuestionSet:
    """Read JSON lines of ``{"id", "question", "answers", "documents"?, "history"?}``.

    Blank lines are passed over. No answers means unanswerable.

    Raises:
        QuestionSetError: a line is malformed, or two lines have the same id.
    """
    data = read_bytes(path)
    rows = list(parse_lines(path, data, _Line))
    check_ids(path, ((row.id, f"line {number}") for number, row in rows))
    questions = []
    for number, row in rows:
        if any(not answer.strip() for answer in row.answers):
            raise QuestionSetError(path, f"line {number}: an answer is blank")
        questions.append(
            Question(
                row.id,
                row.question,
                tuple(GoldAnswer(text) for text in row.answers),
                tuple(row.documents),
                tuple(Turn(asked, answered) for asked, answered in row.history),
            )
        )
    return QuestionSet(path, "jsonl", sha256_of_files(path), tuple(questions))
