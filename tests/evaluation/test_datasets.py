from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from qa.errors import QuestionSetError
from qa.evaluation.datasets import load_questions

REPOSITORY = Path(__file__).parents[2]
DEV_QUESTIONS = REPOSITORY / "corpus/questions/soyuz-ms22-leak.dev.jsonl"


def test_the_bundled_dev_questions() -> None:
    found = load_questions(DEV_QUESTIONS)
    answerable = sum(bool(question.answers) for question in found.questions)
    assert answerable >= 30
    assert len(found.questions) - answerable >= 10
    assert found.sha256 == hashlib.sha256(DEV_QUESTIONS.read_bytes()).hexdigest()


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="no such file"):
        load_questions(tmp_path / "absent.jsonl")


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "questions.csv"
    path.write_text("id,question")
    with pytest.raises(QuestionSetError, match=r"neither in \.jsonl nor in \.json"):
        load_questions(path)


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:12] + b"\xff" * 9])
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    path = tmp_path / "questions.json.gz"
    path.write_bytes(damage(gzip.compress(b'{"data": []}' * 9)))
    with pytest.raises(QuestionSetError, match="cannot be read"):
        load_questions(path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError):
        load_questions(tmp_path)
