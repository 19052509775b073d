from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Document
from tests.documents.formats.reading import document, outcomes, refusal
from tests.documents.texts import TEXTS


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
    found = document(tmp_path / "a.txt", text.encode())
    assert found.text == text
    assert found.text.encode() == (tmp_path / "a.txt").read_bytes()
    assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (found.id, found.source) == ("a.txt", (tmp_path / "a.txt").as_posix())
    assert found.pages == ()


@given(st.binary(max_size=60) | TEXTS.map(str.encode))
def test_any_bytes_are_read_exactly_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    (found,) = outcomes(tmp_path_factory.getbasetemp() / "any.txt", data)
    if not isinstance(found, Document):
        return
    assert found.text.strip("\ufeff \t\r\n")
    try:
        assert found.text == data.decode()
    except UnicodeDecodeError:
        # Another encoding: nothing of it is lost or made up.
        assert "\ufffd" not in found.text


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
    assert document(tmp_path / name, text.encode()).title == title


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
    assert document(tmp_path / "a.txt", text.encode()).date == date


@pytest.mark.parametrize(
    ("front", "title", "date"),
    [
        ("title: The Rhine\ndate: 2022-12-22", "The Rhine", "2022-12-22"),
        ('Title: "A: B"\r\ndate: 2022-12-22T10:00:00Z', "A: B", "2022-12-22"),
        ("layout: post\ndate: yesterday", "Heading", None),
        ("title:\nsubtitle: no\n", "Heading", None),
    ],
)
def test_front_matter(front: str, title: str, date: str | None, tmp_path: Path) -> None:
    text = f"---\n{front}\n---\n# Heading\n\nBarges carry coal."
    found = document(tmp_path / "a.md", text.encode())
    assert (found.title, found.date, found.text) == (title, date, text)


def test_a_rule_of_dashes_is_no_front_matter(tmp_path: Path) -> None:
    text = "---\ntitle: Nothing ends this\n\nBarges carry coal."
    assert document(tmp_path / "a.md", text.encode()).title == "A"


SENTENCES = {
    "cp1252": "Der Fluß „Rhein“ führt Hochwasser – die Brücke in Köln wurde für Lkw gesperrt.",
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy na břehu řeky Vltavy v Praze.",
    "cp1251": "Космический корабль вернулся на Землю без экипажа в конце марта.",
    "koi8_r": "Космический корабль вернулся на Землю без экипажа в конце марта.",
    "cp1253": "Το διαστημόπλοιο επέστρεψε στη Γη χωρίς πλήρωμα στα τέλη Μαρτίου.",
    "gb18030": "飞船于三月底在没有乘员的情况下返回地球，冷却系统此前发生了泄漏。",
    "cp932": "宇宙船は三月末に無人で地球に帰還した。冷却系の漏れが原因だった。",
    "cp949": "우주선은 삼월 말에 승무원 없이 지구로 돌아왔다. 냉각 장치에서 누출이 있었다.",
    "utf-16": "The heron weighs two kilograms. Čáp bílý.",
    "utf-32": "The heron weighs two kilograms. Čáp bílý.",
}


@pytest.mark.parametrize("encoding", SENTENCES)
def test_encodings_are_told_by_the_bytes(encoding: str, tmp_path: Path) -> None:
    text = f"{SENTENCES[encoding]}\r\n" * 5
    assert document(tmp_path / "a.txt", text.encode(encoding)).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Tea costs 5 £ in the café.",
        "L’équipage a été évacué après la fuite détectée à l’arrière; où est-il passé?",
        "El niño comió piñas en España, según él mismo contó ayer.",
        "São Paulo é a maior cidade do país e não tem praias.",
        "It weighs 184 grams — “a lot”, she said. The price is 5 €.",
    ],
)
def test_one_western_sentence_is_enough(text: str, tmp_path: Path) -> None:
    assert document(tmp_path / "a.txt", text.encode("cp1252")).text == text


def test_a_large_file_in_another_encoding_is_read_whole(tmp_path: Path) -> None:
    text = f"{SENTENCES['cp1251']}\n" * 5000
    assert document(tmp_path / "a.txt", text.encode("cp1251")).text == text


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "holds no text"),
        ("a.txt", " \r\n\t\u3000\n".encode(), "holds no text"),
        ("a.txt", b"\xef\xbb\xbf\r\n", "holds no text"),
        ("a.txt", b"PK\x03\x04\x00\x00", "is binary (a zip file, or a document made of one)"),
        ("a.txt", b"a\0b", "is binary, not text"),
        ("a.txt", "UTF-16".encode("utf-16")[:-1], "is not UTF-16 text (byte 12)"),
        ("a.txt", b"caf\xe9", "is not UTF-8 text (byte 3)"),
        ("a.txt", "Grüße, Jürgen, schöne Grüße".encode()[:-1] + b"\xff", "is not UTF-8 text"),
        ("a.txt", b"Tea \xed\xa0\x80", "is not UTF-8 text (byte 4)"),
        ("a.txt", b"x" * 1001, "longer than 1,000 characters"),
        ("a.txt", b"x" * 4005, "longer than 1,000 characters"),
        ("a.png", b"text", "no reader for .png"),
        ("README", b"text", "no reader for files without an ending"),
        ("a\nb.txt", b"text", "is no name that can be shown"),
    ],
)
def test_refusals(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / name, data, characters=1000).reason.startswith(reason)


def test_a_limit_counts_characters_not_bytes(tmp_path: Path) -> None:
    assert len(document(tmp_path / "a.txt", "今".encode() * 1000, characters=1000).text) == 1000


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.txt").reason.startswith("cannot be read")


def test_a_file_larger_than_the_limit_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(10**12)
    assert refusal(tmp_path / "a.txt").reason == "larger than 200,000,000 bytes"
