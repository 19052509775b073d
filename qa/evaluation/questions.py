"""Questions with their gold answers: the one shape that every kind of question set is read into."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qa.datatypes import Document, Turn

Kind = Literal["jsonl", "squad", "canard", "beir"]
Setting = Literal["corpus", "passage"]
Shape = Literal["list", "reason", "yes_no", "summary"]


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """A right answer. ``start`` is its offset in the question's document, where it is known."""

    text: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set; no ``answers`` means that the corpus does not answer it.

    ``documents`` are the ids of the documents that answer it; empty where the set does not say.
    ``grades`` is how relevant each of them is (> 0, higher is better): only retrieval sets give
    it, and there ``answers`` is empty without meaning anything. An answer with an offset needs
    exactly one document for the offset to be in.

    ``shape`` is that of the answer that is wanted, where the set says so (``shapes.score_shape``).
    ``items`` are what a complete one holds, each in one or more wordings: the items of a list, the
    facts of a summary. ``yes`` is whether the text says yes or no; None where it does not decide.
    """

    id: str
    question: str
    answers: tuple[GoldAnswer, ...] = ()
    documents: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    grades: tuple[int, ...] = ()
    shape: Shape | None = None
    items: tuple[tuple[str, ...], ...] = ()
    yes: bool | None = None

    def __post_init__(self) -> None:
        if self.grades and len(self.grades) != len(self.documents):
            raise ValueError(f"question {self.id}: grades and documents do not pair up")
        if len(self.documents) != 1 and any(a.start is not None for a in self.answers):
            raise ValueError(f"question {self.id}: an offset needs exactly one document")
        if bool(self.items) != (self.shape in ("list", "summary") and bool(self.answers)):
            raise ValueError(f"question {self.id}: lists and summaries have items, no others do")
        if self.yes is not None and (self.shape != "yes_no" or not self.answers):
            raise ValueError(f"question {self.id}: only a yes_no question with answers has a yes")
        if self.shape == "summary" and not self.documents:
            raise ValueError(f"question {self.id}: a summary is of documents; name them")


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A question set as it was read from ``path``, its questions in the order of the file.

    ``documents`` is the corpus that the set brings along; empty for JSON lines, which ask about
    an index that is there already. ``sha256`` is of the file's bytes (for a folder: of its
    files' bytes, one after the other). ``blank_documents`` counts the documents left out because
    they have no text to index, ``blank_questions`` the questions left out because their only
    gold answers are blank.
    """

    path: Path
    kind: Kind
    sha256: str
    questions: tuple[Question, ...]
    documents: tuple[Document, ...] = ()
    blank_documents: int = 0
    blank_questions: int = 0


def limited(questions: tuple[Question, ...], limit: int | None) -> tuple[Question, ...]:
    """Return at most ``limit`` questions, evenly spaced so that every part of a set is asked.

    >>> [q.id for q in limited(tuple(Question(str(i), "Why?") for i in range(10)), 3)]
    ['0', '3', '6']

    Raises:
        ValueError: ``limit`` is below 1.
    """
    if limit is None:
        return questions
    if limit < 1:
        raise ValueError(f"limit must be at least 1, got {limit}")
    count = len(questions)
    if limit >= count:
        return questions
    return tuple(questions[i * count // limit] for i in range(limit))


def standing_alone(question_set: QuestionSet) -> tuple[Question, ...]:
    """Return the questions of the set that follow no others, in its order."""
    return tuple(question for question in question_set.questions if not question.history)
