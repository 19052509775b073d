from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Document
from qa.documents.text import read_document
from qa.errors import DocumentError
from tests.documents.texts import TEXTS


def read(path: Path, data: bytes, *, most: int = 1000) -> Document:
    path.write_bytes(data)
    return read_document(path, document_id=path.name, source="a/source", max_characters=most)


@pytest.mark.parametrize(
    "text",
    [
        "One line",
        "Windows\r\nlines\r\n",
        "old Mac\rlines",
        "\ufeffA byte order mark",
        "\n\n  spaces at both ends \t\n",
        "é e\u0301 今日 😀 \x01 \x0c \x85 \u2028 \ufffd",
    ],
)
def test_the_text_is_the_file_byte_for_byte(text: str, tmp_path: Path) -> None:
    document = read(tmp_path / "a.txt", text.encode())
    assert document.text == text
    assert document.text.encode() == (tmp_path / "a.txt").read_bytes()
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (document.id, document.source) == ("a.txt", "a/source")
    assert document.pages == ()


@given(st.binary(max_size=60) | TEXTS.map(str.encode))
def test_any_bytes_are_read_exactly_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    try:
        document = read(tmp_path_factory.getbasetemp() / "any.txt", data)
    except DocumentError:
        return
    assert document.text.encode() == data
    assert document.text.strip("\ufeff \t\r\n")


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("soyuz-ms22_leak.txt", "Text", "Soyuz ms22 leak"),
        ("notes.txt", "# Not a heading here", "Notes"),
        ("notes.md", "\ufeff\n# The Rhine #\r\n\r\nText", "The Rhine"),
        ("notes.markdown", "## Second level\nText", "Second level"),
        ("notes.md", "Text\n# Later", "Notes"),
        ("notes.md", "# \nText", "Notes"),
        ("-_.txt", "Text", "-_.txt"),
        ("long.md", "# " + "x" * 999, "x" * 200),
    ],
)
def test_title(name: str, text: str, title: str, tmp_path: Path) -> None:
    assert read(tmp_path / name, text.encode(), most=2000).title == title


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (" date 2022-12-22 The ship", "2022-12-22"),
        ("\nDate: 2022-12-22\nThe ship", "2022-12-22"),
        ("The date 2022-12-22", None),
        ("date 2022-12-221", None),
        ("date of birth", None),
    ],
)
def test_date(text: str, date: str | None, tmp_path: Path) -> None:
    assert read(tmp_path / "a.txt", text.encode()).date == date


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "holds no text"),
        ("a.txt", " \r\n\t\u3000\n".encode(), "holds no text"),
        ("a.txt", b"\xef\xbb\xbf\r\n", "holds no text"),
        ("a.txt", b"PK\x03\x04\x00\x00", "is binary"),
        ("a.txt", "UTF-16".encode("utf-16"), "is binary"),
        ("a.txt", "caf\xe9".encode("latin-1"), r"is not UTF-8 text \(byte 3\)"),
        ("a.txt", b"x" * 1001, "longer than 1,000 characters"),
        ("a.txt", b"x" * 4001, "longer than 1,000 characters"),
        ("a.docx", b"text", "no reader for .docx"),
        ("README", b"text", "no reader for files without an ending"),
        ("a\nb.txt", b"text", "is no name that can be shown"),
    ],
)
def test_refusals(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        read(tmp_path / name, data)
    assert caught.value.remedy
    assert str(caught.value).endswith(caught.value.remedy)


def test_a_limit_counts_characters_not_bytes(tmp_path: Path) -> None:
    assert len(read(tmp_path / "a.txt", "今".encode() * 1000).text) == 1000


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document(tmp_path / "a.txt", document_id="a.txt", source="a", max_characters=9)
