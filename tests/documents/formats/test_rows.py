from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Document
from qa.documents.outcomes import Refusal
from tests.documents.formats.reading import documents, outcomes, refusal


def test_each_row_is_a_document(tmp_path: Path) -> None:
    data = b'id,Title,Text,date\nrhine,The Rhine,"It rises, in\nthe Alps.",2022-12-22\n,,Elbe,\n'
    found = documents(tmp_path / "big-rivers.csv", data)
    assert list(found) == ["big-rivers.csv/rhine", "big-rivers.csv/row-3"]
    rhine, elbe = found.values()
    assert (rhine.text, rhine.title, rhine.date) == (
        "It rises, in\nthe Alps.",
        "The Rhine",
        "2022-12-22",
    )
    assert (elbe.text, elbe.title, elbe.date) == ("Elbe", "Big rivers, row 3", None)
    # The head gives the cells their meaning: it is part of what a row says.
    assert elbe.sha256 == hashlib.sha256(b"id,Title,Text,date\n,,Elbe,").hexdigest()
    assert rhine.source.endswith("/big-rivers.csv/rhine")


def test_each_object_is_a_document(tmp_path: Path) -> None:
    lines = [
        json.dumps({"_id": "a", "headline": "Ox", "body": "An ox.", "published": "20221222"}),
        "",
        json.dumps({"body": ["One.", "Two."], "other": {"x": 1}}),
    ]
    found = documents(tmp_path / "a.jsonl", "\r\n".join(lines).encode())
    first, second = found.values()
    assert (first.id, first.title, first.text, first.date) == (
        "a.jsonl/a",
        "Ox",
        "An ox.",
        "2022-12-22",
    )
    assert first.sha256 == hashlib.sha256(lines[0].encode()).hexdigest()
    assert (second.id, second.title, second.text) == ("a.jsonl/row-3", "A, row 3", "One.\n\nTwo.")


def test_without_a_field_of_text_all_fields_are_read(tmp_path: Path) -> None:
    found = documents(
        tmp_path / "a.tsv", b"Country\tCapital\tArea\nFrance\tParis\t\nPeru\tLima\t9\n"
    )
    assert [document.text for document in found.values()] == [
        "Country: France\nCapital: Paris",
        "Country: Peru\nCapital: Lima\nArea: 9",
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"text,answer\nno,An ox.\n"),
        ("a.jsonl", b'{"text": "no", "answer": "An ox."}'),
    ],
)
def test_the_field_of_the_text_can_be_chosen(name: str, data: bytes, tmp_path: Path) -> None:
    (found,) = documents(tmp_path / name, data, text_field="answer").values()
    assert found.text == "An ox."
    (refused,) = outcomes(tmp_path / name, data, text_field="missing")
    assert isinstance(refused, Refusal)
    assert refused.reason == "has no field 'missing'; there are: text, answer"
    assert "QA_TEXT_FIELD" in refused.remedy


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_delimiters(delimiter: str, tmp_path: Path) -> None:
    to = io.StringIO()
    csv.writer(to, delimiter=delimiter).writerows(
        [["id", "text"], ["a", "An ox, a yak; a cod | x"]]
    )
    (found,) = documents(tmp_path / "a.csv", to.getvalue().encode()).values()
    assert (found.id, found.text) == ("a.csv/a", "An ox, a yak; a cod | x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = "Où est l’élève? À la crèmerie, où il a été évacué."
    for name, data in [
        ("a.csv", f"id;text\n1;{text}\n"),
        ("a.jsonl", json.dumps({"id": 1, "text": text}, ensure_ascii=False)),
    ]:
        (found,) = documents(tmp_path / name, data.encode(encoding)).values()
        assert (found.id, found.text) == (f"{name}/1", text)


def test_ids_that_are_no_names_or_come_twice_are_replaced_by_numbers(tmp_path: Path) -> None:
    ids = ["a", "a", "../a", "/etc", "b\x1b", "", "x/y", "row-10", "z" * 201, "q"]
    lines = [json.dumps({"id": own, "text": f"Text {n}"}) for n, own in enumerate(ids)]
    found = documents(tmp_path / "a.jsonl", "\n".join(lines).encode())
    assert [key.removeprefix("a.jsonl/") for key in found] == [
        "a", "row-2", "row-3", "row-4", "row-5", "row-6", "x/y", "row-10", "row-9", "q",
    ]  # fmt: skip
    assert [document.text for document in found.values()] == [f"Text {n}" for n in range(10)]


def test_rows_of_uneven_length_lose_nothing(tmp_path: Path) -> None:
    found = documents(tmp_path / "a.csv", b"a,a,\n1,2,3,4\n5\n\n , ,\n")
    assert [document.text for document in found.values()] == ["a: 1\na 2: 2\n3: 3\n4: 4", "a: 5"]


def test_a_row_that_cannot_be_read_is_told_of_and_stops_nothing(tmp_path: Path) -> None:
    lines = ['{"text": "An ox."}', "[1]", "{", '{"text": " "}', '{"text": null}', '{"text": "Cod"}']
    deep = "[" * 100_000
    found = outcomes(tmp_path / "a.jsonl", "\n".join([*lines, deep]).encode())
    assert [getattr(outcome, "reason", "") for outcome in found] == [
        "",
        "is not an object of JSON",
        "is not an object of JSON",
        "holds no text",
        "holds no text",
        "",
        "is not an object of JSON",
    ]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "holds no rows"),
        ("a.csv", b"id,text\n", "holds no rows"),
        ("a.csv", b"PK\x03\x04\0\0", "is a zip file"),
        ("a.csv", b"a\0b", "is binary"),
        ("a.jsonl", b"%PDF-1.7", "is a PDF"),
        ("a.jsonl", b" \n", "holds no objects"),
    ],
)
def test_refusals(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / name, data).reason.startswith(reason)


def test_a_field_longer_than_a_document_may_be_ends_the_table(tmp_path: Path) -> None:
    found = outcomes(tmp_path / "a.csv", b"text\nAn ox.\n" + b"x" * 200 + b"\n", characters=100)
    assert isinstance(found[0], Document)
    assert isinstance(found[1], Refusal)
    assert (found[1].id, len(found)) == ("a.csv", 2)
    assert "cannot be read beyond line" in found[1].reason


def test_a_row_knows_its_bytes(tmp_path: Path) -> None:
    before = documents(tmp_path / "a.csv", b"id,text\na,An ox.\nb,A yak.\n")
    after = outcomes(
        tmp_path / "a.csv",
        b"id,text\nb,A yak.\na,A cod.\n",
        known={key: document.sha256 for key, document in before.items()},
    )
    assert [(type(outcome).__name__, outcome.id) for outcome in after] == [
        ("Unchanged", "a.csv/b"),
        ("Document", "a.csv/a"),
    ]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(
    lambda cell: bool(shown(cell)) and "\ufeff" not in cell
)


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_any_cells_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    to = io.StringIO()
    csv.writer(to).writerows([["id", "text"], *([n, cell] for n, cell in enumerate(cells))])
    found = documents(tmp_path_factory.getbasetemp() / "any.csv", to.getvalue().encode())
    assert ["".join(d.text.split()) for d in found.values()] == [shown(cell) for cell in cells]


def shown(cell: str) -> str:
    """Return what is to be seen of a cell, without its white space."""
    hidden = str.maketrans(
        {"\xad": "", "\ufffe": "", "\uffff": "", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl",
         "\ufb03": "ffi", "\ufb04": "ffl"}
    )  # fmt: skip
    return "".join(cell.translate(hidden).split())
