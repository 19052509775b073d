from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from qa.datatypes import Turn
from qa.errors import QuestionSetError
from qa.evaluation.datasets import load_questions
from qa.evaluation.questions import GoldAnswer, Question

FULL = (
    '{"id": "1", "question": "How wide?", "answers": ["0.8 mm", "0.8"], "documents": ["a.txt"],'
    ' "history": [["q1", "a1"], ["q2", "a2"]], "rating": 5}'
)
BARE = '{"id": "2", "question": "Who?", "answers": []}'


def written(folder: Path, *lines: str) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_all_fields_are_read(tmp_path: Path) -> None:
    found = load_questions(written(tmp_path, FULL, "", BARE))
    assert found.kind == "jsonl"
    assert found.documents == ()
    assert found.questions == (
        Question(
            "1",
            "How wide?",
            (GoldAnswer("0.8 mm"), GoldAnswer("0.8")),
            ("a.txt",),
            (Turn("q1", "a1"), Turn("q2", "a2")),
        ),
        Question("2", "Who?"),
    )


def test_shapes_are_read(tmp_path: Path) -> None:
    listed = '{"id": "1", "question": "Which?", "shape": "list", "items": [["a", "b"], ["c"]]}'
    decided = '{"id": "2", "question": "Is it?", "shape": "yes_no", "answers": ["d"], "yes": false}'
    assert load_questions(written(tmp_path, listed, decided)).questions == (
        Question(
            "1",
            "Which?",
            (GoldAnswer("a"), GoldAnswer("b"), GoldAnswer("c")),
            shape="list",
            items=(("a", "b"), ("c",)),
        ),
        Question("2", "Is it?", (GoldAnswer("d"),), shape="yes_no", yes=False),
    )


def test_compressed_with_a_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress(f"\ufeff{FULL}\r\n{BARE}\r\n".encode()))
    assert [question.id for question in load_questions(path).questions] == ["1", "2"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2: Invalid JSON"),
        ("[]", "line 2"),
        ('{"id": "3", "answers": []}', "line 2: question: Field required"),
        ('{"id": "3", "question": "Who?"}', "line 2: answers: Field required"),
        ('{"id": 3, "question": "Who?", "answers": []}', "line 2: id: "),
        ('{"id": "", "question": "Who?", "answers": []}', "line 2: id: "),
        ('{"id": "3", "question": " ", "answers": []}', "line 2: question: "),
        ('{"id": "3", "question": "Who?", "answers": "me"}', "line 2: answers: "),
        ('{"id": "3", "question": "Who?", "answers": [" "]}', "line 2: an answer is blank"),
        ('{"id": "3", "question": "Who?", "answers": [], "history": [["q"]]}', "line 2: history"),
        ('{"id": "3", "question": "Who?", "items": [[]]}', "line 2: items.0: "),
        ('{"id": "3", "question": "Who?", "items": [[" "]]}', "line 2: items.0.0: "),
        ('{"id": "3", "question": "Who?", "items": [["a"]]}', "line 2: question 3: lists and"),
        ('{"id": "3", "question": "Q", "shape": "list", "answers": ["a"]}', "lists and summaries"),
        ('{"id": "3", "question": "Q", "shape": "essay", "answers": []}', "line 2: shape: "),
        ('{"id": "3", "question": "Q", "answers": ["a"], "yes": true}', "line 2: question 3: only"),
        ('{"id": "3", "question": "Q", "shape": "summary", "items": [["a"]]}', "name them"),
        ('{"id": "2", "question": "Who?", "answers": []}', "line 2: the id '2' was used before"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = written(tmp_path, BARE, line)
    with pytest.raises(QuestionSetError) as caught:
        load_questions(path)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.path == path


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(BARE.encode() + b"\n" + FULL.replace("mm", "µm").encode("latin-1"))
    with pytest.raises(QuestionSetError, match="line 2"):
        load_questions(path)


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(QuestionSetError, match="no question"):
        load_questions(written(tmp_path, content))
