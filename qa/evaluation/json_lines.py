"""Question sets as JSON lines: questions about documents that are indexed already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from qa.datatypes import Turn
from qa.errors import QuestionSetError
from qa.evaluation.files import check_ids, parse_lines, read_bytes, sha256_of_files
from qa.evaluation.questions import GoldAnswer, Question, QuestionSet, Shape

# The ways in which a text words one item.
_Wordings = Annotated[list[Annotated[str, Field(pattern=r"\S")]], Field(min_length=1)]


class _Line(BaseModel):
    """One line of a JSON-lines question set; further keys are allowed and not read."""

    model_config = ConfigDict(strict=True)

    id: str = Field(min_length=1)
    question: str = Field(pattern=r"\S")
    answers: list[str] | None = None
    documents: list[str] = []
    history: list[tuple[str, str]] = []
    shape: Shape | None = None
    items: list[_Wordings] = []
    yes: bool | None = None

    @property
    def golds(self) -> list[str] | None:
        """The answers; where none are given, the wordings of the items; None without either."""
        if self.answers is None and self.items:
            return [wording for item in self.items for wording in item]
        return self.answers


def read_json_lines(path: Path) -> QuestionSet:
    """Read JSON lines of ``{"id", "question", "answers", "documents"?, "history"?}``.

    Blank lines are passed over. No answers means unanswerable. A line may also say which
    ``shape`` the answer should have, with ``items`` (a list of wordings each) or ``yes``: see
    ``Question``. Where there are items ``answers`` may be left out: they are the wordings then.

    Raises:
        QuestionSetError: a line is malformed, or two lines have the same id.
    """
    data = read_bytes(path)
    rows = list(parse_lines(path, data, _Line))
    check_ids(path, ((row.id, f"line {number}") for number, row in rows))
    questions = []
    for number, row in rows:
        golds = row.golds
        if golds is None:
            raise QuestionSetError(path, f"line {number}: answers: Field required")
        if any(not answer.strip() for answer in golds):
            raise QuestionSetError(path, f"line {number}: an answer is blank")
        try:
            question = Question(
                row.id,
                row.question,
                tuple(GoldAnswer(text) for text in golds),
                tuple(row.documents),
                tuple(Turn(asked, answered) for asked, answered in row.history),
                shape=row.shape,
                items=tuple(map(tuple, row.items)),
                yes=row.yes,
            )
        except ValueError as error:
            raise QuestionSetError(path, f"line {number}: {error}") from None
        questions.append(question)
    return QuestionSet(path, "jsonl", sha256_of_files(path), tuple(questions))
