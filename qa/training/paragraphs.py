"""SQuAD files -> the paragraphs that examples are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from qa.conversation import understand
from qa.datatypes import Turn
from qa.errors import QuestionSetError
from qa.evaluation.files import read_bytes
from qa.evaluation.text import f1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One context of a SQuAD file with its questions: (question, answer or None, offset)."""

    article: str
    text: str
    questions: tuple[tuple[str, str | None, int], ...]


def load_paragraphs(path: Path) -> list[Paragraph]:
    """Read a SQuAD v2 JSON file (.gz too).

    A question with a history is taken as it is read after one: as ``understand`` makes it stand
    alone. Of several answers the one counts that shares the most words with the others.

    Raises:
        QuestionSetError: the file cannot be read, or is no JSON.
    """
    try:
        articles = json.loads(read_bytes(path))["data"]
    except ValueError as error:
        raise QuestionSetError(path, f"Invalid JSON: {error}") from None
    return [
        Paragraph(
            f"{path.name}/{article.get('title', '')}",
            paragraph["context"],
            tuple(_questions(paragraph["qas"])),
        )
        for article in articles
        for paragraph in article["paragraphs"]
    ]


def _questions(rows: Sequence[dict[str, object]]) -> Iterator[tuple[str, str | None, int]]:
    for row in rows:
        answers = cast("list[dict[str, Any]]", row["answers"])
        turns = [Turn(*turn) for turn in cast("list[list[str]]", row.get("history") or [])]
        question = understand(str(row["question"]), turns).question
        if not answers:
            yield question, None, 0
        elif answers[0]["text"].strip():  # a few sets hold questions whose answer is blank
            texts = [answer["text"] for answer in answers]
            answer = max(answers, key=lambda one: sum(f1(one["text"], [text]) for text in texts))
            yield question, answer["text"], answer["answer_start"]
