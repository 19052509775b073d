from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from qa.datatypes import Document, Turn
from qa.errors import QuestionSetError
from qa.evaluation.datasets import load_questions
from qa.evaluation.questions import GoldAnswer, Question

ALPS = "The Rhine rises in the Alps."
SEA = "  It ends in the North Sea."  # the spaces belong to the text


def asked(id: str, *answers: tuple[str, int], **more: object) -> dict[str, Any]:
    golds = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": id, "question": f"Question {id}?", "answers": golds, **more}


def content() -> dict[str, Any]:
    return {
        "version": "v2.0",
        "data": [
            {
                "title": "Rhine_(river)",
                "paragraphs": [
                    {"context": ALPS, "qas": [asked("1", ("the Alps", 19), ("Alps", 23))]},
                    {
                        "context": SEA,
                        "qas": [
                            asked("2", is_impossible=True, plausible_answers=[]),
                            asked("3", ("North Sea", 17), history=[["Where from?", "The Alps"]]),
                        ],
                    },
                ],
            }
        ],
    }


def written(folder: Path, value: object) -> Path:
    path = folder / "set.json"
    path.write_text(json.dumps(value))
    return path


def test_paragraphs_become_documents(tmp_path: Path) -> None:
    found = load_questions(written(tmp_path, content()))
    assert found.kind == "squad"
    assert found.documents == tuple(
        Document(
            f"Rhine_(river)/{number}",
            "Rhine (river)",
            text,
            "set.json",
            hashlib.sha256(text.encode()).hexdigest(),
        )
        for number, text in enumerate((ALPS, SEA), start=1)
    )


def test_questions_keep_offsets_and_history(tmp_path: Path) -> None:
    found = load_questions(written(tmp_path, content()))
    first, second = (document.id for document in found.documents)
    assert found.questions == (
        Question(
            "1", "Question 1?", (GoldAnswer("the Alps", 19), GoldAnswer("Alps", 23)), (first,)
        ),
        Question("2", "Question 2?", (), (second,)),
        Question(
            "3",
            "Question 3?",
            (GoldAnswer("North Sea", 17),),
            (second,),
            (Turn("Where from?", "The Alps"),),
        ),
    )


def test_compressed_is_the_same_but_for_its_digest(tmp_path: Path) -> None:
    plain = load_questions(written(tmp_path, content()))
    packed = tmp_path / "set.json.gz"
    packed.write_bytes(gzip.compress(plain.path.read_bytes()))
    found = load_questions(packed)
    assert found.questions == plain.questions
    assert found.sha256 == hashlib.sha256(packed.read_bytes()).hexdigest()


def test_a_paragraph_that_comes_twice_is_one_document(tmp_path: Path) -> None:
    value = content()
    value["data"].append(
        {"title": "Copy", "paragraphs": [{"context": ALPS, "qas": [asked("4", ("Alps", 23))]}]}
    )
    found = load_questions(written(tmp_path, value))
    assert len(found.documents) == 2
    assert found.questions[-1].documents == ("Rhine_(river)/1",)


def test_a_title_that_comes_twice_goes_on_counting(tmp_path: Path) -> None:
    value = content()
    value["data"].append(
        {"title": "Rhine_(river)", "paragraphs": [{"context": "More.", "qas": []}]}
    )
    assert load_questions(written(tmp_path, value)).documents[-1].id == "Rhine_(river)/3"


def test_blank_answers_do_not_count(tmp_path: Path) -> None:
    value = content()
    qas = value["data"][0]["paragraphs"][0]["qas"]
    qas[0]["answers"].append({"text": " ", "answer_start": 3})
    qas.append(asked("blank", ("", 0)))
    found = load_questions(written(tmp_path, value))
    assert [question.id for question in found.questions] == ["1", "2", "3"]
    assert len(found.questions[0].answers) == 2
    assert found.blank_questions == 1


def test_an_answer_beside_its_offset_is_refused(tmp_path: Path) -> None:
    value = content()
    value["data"][0]["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] = 18
    with pytest.raises(QuestionSetError, match=r"question 1: 'the Alps' does not stand at offset"):
        load_questions(written(tmp_path, value))


def test_an_id_that_comes_twice_is_refused(tmp_path: Path) -> None:
    value = content()
    value["data"][0]["paragraphs"][1]["qas"][0]["id"] = "1"
    with pytest.raises(QuestionSetError, match="the id '1' was used before"):
        load_questions(written(tmp_path, value))


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("", "Input should be"),
        ({}, "data: Field required"),
        ({"data": [{"title": "T"}]}, "data.0.paragraphs: Field required"),
        ({"data": []}, "no question"),
    ],
)
def test_another_shape_is_refused(tmp_path: Path, value: object, complaint: str) -> None:
    with pytest.raises(QuestionSetError, match=complaint):
        load_questions(written(tmp_path, value))


def test_malformed_json_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text('{"data":\n[\n')
    with pytest.raises(QuestionSetError, match="line 3"):
        load_questions(path)
