from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from qa.errors import QuestionSetError
from qa.evaluation.evaluation import evaluate
from qa.evaluation.questions import GoldAnswer, Question
from qa.evaluation.rewordings import reworded

QUESTIONS = (
    Question("1", "How long is it?", (GoldAnswer("1,230 kilometres"),)),
    Question("2", "Who hovers?"),
)


def test_only_what_is_worded_anew_is_asked_in_the_new_words(tmp_path: Path) -> None:
    path = tmp_path / "words.json.gz"
    words = {"2": {"original": "Who hovers?", "disfluent": "Who sits no hovers?"}, "9": {}}
    words["9"] = {"disfluent": "Of another half"}
    path.write_bytes(gzip.compress(json.dumps(words).encode()))
    assert reworded(QUESTIONS, path) == (Question("2", "Who sits no hovers?"),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("7", "should be an object"),
        ("[]", "another set"),
        ('{"1": {"original": "x"}}', "disfluent"),
        ('{"1": {"disfluent": " "}}', "disfluent"),
        ('{"9": {"disfluent": "Who?"}}', "another set"),
    ],
)
def test_a_file_of_another_kind_is_refused(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    path.write_text(content)
    with pytest.raises(QuestionSetError, match=reason):
        reworded(QUESTIONS, path)


def test_an_evaluation_asks_in_the_new_words(
    tmp_path: Path, index_dir: Path, question_file: Path
) -> None:
    first = json.loads(question_file.read_text().splitlines()[0])["id"]
    path = tmp_path / "words.json"
    path.write_text(json.dumps({first: {"disfluent": "kestrel no wait how much?"}}))
    found = evaluate(question_file, index_dir=index_dir, rewordings=path)
    assert [record.question.question for record in found.records] == ["kestrel no wait how much?"]
    assert found.run["rewordings"] == str(path)
