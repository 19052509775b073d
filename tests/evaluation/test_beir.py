from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from qa.errors import QuestionSetError
from qa.evaluation.datasets import load_questions
from qa.evaluation.questions import Question

CORPUS = """{"_id": "d1", "title": "Rhine", "text": "It rises in the Alps.", "metadata": {}}
{"_id": "d2", "title": "Only a title", "text": ""}
{"_id": "d3", "title": "", "text": " "}
"""
QUERIES = """{"_id": "q1", "text": "source of the Rhine"}
{"_id": "q2", "text": "not judged"}
{"_id": "q3", "text": "judged irrelevant"}
"""
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td9\t1\nq1\td2\t0\nq3\td2\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(CORPUS.encode()))
    (tmp_path / "queries.jsonl").write_text(QUERIES)
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS)
    return tmp_path


def test_relevant_documents_and_grades(folder: Path) -> None:
    found = load_questions(folder)
    assert found.kind == "beir"
    assert found.questions == (
        Question("q1", "source of the Rhine", documents=("d1", "d9"), grades=(2, 1)),
    )


def test_documents_without_text_are_their_title_or_counted(folder: Path) -> None:
    found = load_questions(folder)
    assert [(d.id, d.title, d.text) for d in found.documents] == [
        ("d1", "Rhine", "It rises in the Alps."),
        ("d2", "Only a title", "Only a title"),
    ]
    assert found.documents[0].sha256 == hashlib.sha256(b"It rises in the Alps.").hexdigest()
    assert found.blank_documents == 1


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("queries.jsonl", "{", "line 1: Invalid JSON"),
        ("queries.jsonl", '{"_id": "q2", "text": "x"}', "query 'q1' is not in queries.jsonl"),
        ("queries.jsonl", '{"_id": "q1", "text": " "}', "line 1: the query is blank"),
        ("queries.jsonl", QUERIES + '{"_id": "q1", "text": "x"}', "line 4: the id 'q1' was used"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\n", "line 2: expected"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\tyes\n", "line 2: expected"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", "no question"),
        ("corpus.jsonl", '{"_id": "d1", "text": "a"}\n{"_id": "d1", "text": "b"}', "comes twice"),
    ],
)
def test_a_bad_file_is_named(folder: Path, name: str, content: str, complaint: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(QuestionSetError, match=complaint):
        load_questions(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl.gz", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(QuestionSetError, match=Path(name).name.split(".")[0]):
        load_questions(folder)
