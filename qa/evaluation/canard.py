"""CANARD (Elgohary et al. 2019): follow-ups of QuAC's dialogues, and what people made of them.

It brings no texts. What it can be asked over are the answers that its dialogues hold: each is a
small document, titled as the page that the dialogue is about, and the follow-up has to find its
own among all. Whoever asks knows that page: its title is the first turn of the history.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from qa.datatypes import Document, Turn
from qa.errors import QuestionSetError
from qa.evaluation.files import check_ids, first_error, read_bytes, sha256_of_files
from qa.evaluation.questions import GoldAnswer, Question, QuestionSet

_NO_ANSWER = "I don't know."


class _Row(BaseModel):
    History: list[str] = Field(min_length=2)
    """The page's title, the section's, then question and answer in turn."""
    QuAC_dialog_id: str = Field(min_length=1)
    Question: str = Field(pattern=r"\S")
    Question_no: int
    Rewrite: str = Field(pattern=r"\S")

    @property
    def id(self) -> str:
        return f"{self.QuAC_dialog_id}#{self.Question_no}"


def is_canard(path: Path) -> bool:
    """Tell by its first character whether a JSON file is a list of rows, as CANARD's are."""
    return read_bytes(path).lstrip()[:1] == b"["


def read_canard(path: Path) -> QuestionSet:
    """Read the questions whose answer a later row of their dialogue holds; the rest are left out.

    Raises:
        QuestionSetError: the file is not such JSON, or a question comes twice.
    """
    rows = _read(path)
    check_ids(path, ((row.id, f"question {row.Question!r}") for row in rows))
    latest = {row.QuAC_dialog_id: row.History for row in sorted(rows, key=lambda r: r.Question_no)}
    questions, documents = [], []
    for row in rows:
        said = latest[row.QuAC_dialog_id][len(row.History) :]
        answer = said[1].strip() if len(said) > 1 else ""
        if not answer or answer == _NO_ANSWER or said[0] != row.Question:
            continue
        document = Document(
            id=row.id,
            title=row.History[0],
            text=answer,
            source=path.name,
            sha256=hashlib.sha256(answer.encode()).hexdigest(),
        )
        turns = row.History[2:]
        history = (Turn(row.History[0], ""), *map(Turn, turns[::2], turns[1::2]))
        gold = (GoldAnswer(answer, 0),)
        questions.append(Question(row.id, row.Question, gold, (document.id,), history))
        documents.append(document)
    return QuestionSet(path, "canard", sha256_of_files(path), tuple(questions), tuple(documents))


def read_rewrites(path: Path) -> dict[str, str]:
    """Return what people made of each question, by its id, so that it stands alone."""
    return {row.id: row.Rewrite for row in _read(path)}


def _read(path: Path) -> list[_Row]:
    try:
        return TypeAdapter(list[_Row]).validate_json(read_bytes(path))
    except ValidationError as error:
        raise QuestionSetError(path, first_error(error)) from None
