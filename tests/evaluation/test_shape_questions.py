"""The bundled questions for lists, reasons, yes or no and summaries."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from qa.documents.corpus import find_files
from qa.evaluation.datasets import load_questions
from qa.evaluation.questions import Question, Shape

CORPUS = Path(__file__).parents[2] / "corpus"
SHAPES: dict[str, Shape] = {
    "lists": "list", "reasons": "reason", "yes-no": "yes_no", "summaries": "summary",
}  # fmt: skip
# Three of them have a test half over other texts, the others none.
MORE: dict[str, Shape | None] = {
    "lists-more": "list", "yes-no-more": "yes_no", "dialogues-more": None, "everyday": None,
    "everyday-more": None, "kinds": None, "chats": None,
}  # fmt: skip


@cache
def texts() -> dict[str, str]:
    questions = CORPUS / "questions"
    own = [
        questions / folder
        for folder in (
            "texts",
            "everyday",
            "everyday-more",
            "everyday-test",
            "kinds",
            "kinds-test",
            "chats",
            "chats-test",
        )
    ]
    folders = [CORPUS / "articles", *own]
    return {file.document_id: file.path.read_text("utf-8") for file in find_files(folders)}


def questions(name: str, half: str) -> tuple[Question, ...]:
    return load_questions(CORPUS / f"questions/{name}.{half}.jsonl").questions


@pytest.mark.parametrize(
    ("name", "half"),
    [
        *product(SHAPES, ["dev", "test"]),
        *product(MORE, ["dev"]),
        ("everyday", "test"),
        ("kinds", "test"),
        ("chats", "test"),
    ],
)
def test_every_gold_stands_in_its_text_word_for_word(name: str, half: str) -> None:
    for question in questions(name, half):
        assert question.shape == (SHAPES | MORE)[name] or name.startswith("everyday")
        (document,) = question.documents
        for wording in (*(gold.text for gold in question.answers), *sum(question.items, ())):
            assert wording in texts()[document], question.id


@pytest.mark.parametrize("half", ["dev", "test"])
@pytest.mark.parametrize("name", SHAPES)
def test_there_are_enough_over_all_texts_and_some_cannot_be_answered(name: str, half: str) -> None:
    found = questions(name, half)
    assert len(found) >= 20
    asked = Counter(question.documents[0] for question in found)
    unanswerable = Counter(question.documents[0] for question in found if not question.answers)
    assert len(asked) == 4
    assert min(asked.values()) >= 4
    assert unanswerable == dict.fromkeys(asked, 1)


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_is_asked_in_both_halves(name: str) -> None:
    dev, test = ({each.question.lower() for each in questions(name, h)} for h in ("dev", "test"))
    assert not dev & test


def test_the_default_corpus_is_the_one_article() -> None:
    assert [file.document_id for file in find_files([CORPUS / "articles"])] == [
        "soyuz-ms22-leak.txt"
    ]
