"""SQuAD v1.1 and v2 JSON, and multi-turn sets in the same shape with a history."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.datatypes import Document, Turn
from qa.errors import QuestionSetError
from qa.evaluation.files import check_ids, first_error, read_bytes, sha256_of_files
from qa.evaluation.questions import GoldAnswer, Question, QuestionSet


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str
    answer_start: int = Field(ge=0)


class _Question(BaseModel):
    model_config = ConfigDict(strict=True)

    id: str = Field(min_length=1)
    question: str = Field(pattern=r"\S")
    answers: list[_Answer]
    history: list[tuple[str, str]] = []


class _Paragraph(BaseModel):
    context: str = Field(pattern=r"\S")
    qas: list[_Question]


class _Article(BaseModel):
    title: str = Field(min_length=1)
    paragraphs: list[_Paragraph]


class _File(BaseModel):
    data: list[_Article]


def read_squad(path: Path) -> QuestionSet:
    """Read SQuAD JSON; every paragraph becomes one document, named ``title/number`` from 1.

    A paragraph that comes twice is one document, under its first name. As in the official
    script a question is unanswerable if and only if its ``answers`` are empty, and blank answers
    don't count. A question with blank answers only is neither: it is counted, not kept.

    Raises:
        QuestionSetError: the file is not such JSON, an answer does not stand at its offset,
            or an id comes twice.
    """
    try:
        content = _File.model_validate_json(read_bytes(path))
    except ValidationError as error:
        raise QuestionSetError(path, first_error(error)) from None
    numbers: Counter[str] = Counter()
    documents: dict[str, Document] = {}
    questions: list[Question] = []
    blank = 0
    for article in content.data:
        for paragraph in article.paragraphs:
            numbers[article.title] += 1
            document = documents.setdefault(
                paragraph.context,
                Document(
                    id=f"{article.title}/{numbers[article.title]}",
                    title=article.title.replace("_", " "),
                    text=paragraph.context,
                    source=path.name,
                    sha256=hashlib.sha256(paragraph.context.encode()).hexdigest(),
                ),
            )
            for asked in paragraph.qas:
                question = _question(path, asked, document)
                if asked.answers and not question.answers:
                    blank += 1
                else:
                    questions.append(question)
    check_ids(path, ((asked.id, f"question {asked.question!r}") for asked in questions))
    return QuestionSet(
        path,
        "squad",
        sha256_of_files(path),
        tuple(questions),
        tuple(documents.values()),
        blank_questions=blank,
    )


def _question(path: Path, asked: _Question, document: Document) -> Question:
    answers = [answer for answer in asked.answers if answer.text.strip()]
    for answer in answers:
        if not document.text.startswith(answer.text, answer.answer_start):
            raise QuestionSetError(
                path,
                f"question {asked.id}: {answer.text!r} does not stand at offset "
                f"{answer.answer_start} of paragraph {document.id}",
            )
    return Question(
        asked.id,
        asked.question,
        tuple(GoldAnswer(answer.text, answer.answer_start) for answer in answers),
        (document.id,),
        tuple(Turn(question, answer) for question, answer in asked.history),
    )
