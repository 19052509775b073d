"""The same questions in other words: Disfl-QA's stammered ones, or those that stand alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from qa.errors import QuestionSetError
from qa.evaluation.canard import is_canard, read_rewrites
from qa.evaluation.files import first_error, read_bytes
from qa.evaluation.questions import Question


class _Wording(BaseModel):
    disfluent: str = Field(pattern=r"\S")


def reworded(questions: tuple[Question, ...], path: Path) -> tuple[Question, ...]:
    """Return the questions that the file words anew, in their order, in its words.

    The file is JSON (``.gz`` too): ``{id: {"disfluent": question}}``, as Disfl-QA (Gupta et al.
    2021) comes, or CANARD's, whose rewrites need no history and are asked without one.

    Raises:
        QuestionSetError: the file is not of this kind, or words none of these questions.
    """
    alone = is_canard(path)
    wordings = read_rewrites(path) if alone else _read(path)
    found = tuple(
        replace(
            question,
            question=wordings[question.id],
            history=() if alone else question.history,
        )
        for question in questions
        if question.id in wordings
    )
    if not found:
        raise QuestionSetError(path, "it words none of these questions: it is of another set")
    return found


def _read(path: Path) -> dict[str, str]:
    try:
        found = TypeAdapter(dict[str, _Wording]).validate_json(read_bytes(path))
    except ValidationError as error:
        raise QuestionSetError(path, first_error(error)) from None
    return {id: wording.disfluent for id, wording in found.items()}
