from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from qa.datatypes import Document
from qa.documents.outcomes import Refusal
from tests.documents.formats.reading import documents, outcomes, refusal

Member = tuple[str, bytes]


def packed(*members: Member, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", how) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return to.getvalue()


def reasons(path: Path, data: bytes, **limits: Any) -> dict[str, str]:
    """Return the reason of each refusal, empty for a document that was read, by id."""
    return {
        outcome.id.removeprefix(f"{path.name}/"): getattr(outcome, "reason", "")
        for outcome in outcomes(path, data, **limits)
    }


def test_members_are_documents_named_by_their_place(tmp_path: Path) -> None:
    data = packed(
        ("inner/b name.txt", b"An ox."),
        ("a.csv", b"id,text\n1,A yak.\n"),
        ("inner/p.html", b"<title>Page</title><p>A cod."),
        ("inner/", b""),
        (".hidden.txt", b"x"),
        ("__MACOSX/a.txt", b"x"),
        (".git/a.txt", b"x"),
    )
    found = documents(tmp_path / "a.zip", data)
    assert {key: (document.title, document.text) for key, document in found.items()} == {
        "a.zip/a.csv/1": ("A, row 2", "A yak."),
        "a.zip/inner/b name.txt": ("B name", "An ox."),
        "a.zip/inner/p.html": ("Page", "A cod."),
    }
    assert found["a.zip/inner/p.html"].source == (tmp_path / "a.zip/inner/p.html").as_posix()


def test_nothing_is_written_to_disk(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    names = ["../up.txt", "/abs.txt", "C:\\x.txt", "a/../../up.txt", "..\\up.txt", "ok.txt"]
    found = reasons(tmp_path / "in" / "a.zip", packed(*((name, b"An ox.") for name in names)))
    assert found.pop("ok.txt") == ""
    assert len(found) == 5
    assert set(found.values()) == {"has a name that leads out of its archive"}
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "a.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_cannot_be_read_are_told_of_and_stop_nothing(tmp_path: Path) -> None:
    data = packed(
        ("a.txt", b"An ox."),
        ("b.png", b"\x89PNG"),
        ("c.txt", b""),
        ("d.pdf", b"%PDF-1.7 damaged %%EOF"),
        ("e\n.txt", b"x"),
        ("f\u202etxt.exe", b"MZ"),
        ("g.txt", b"first"),
        ("g.txt", b"second"),
        ("h.txt", b"A yak."),
    )
    found = [
        (outcome.id.removeprefix("a.zip/"), getattr(outcome, "reason", ""))
        for outcome in outcomes(tmp_path / "a.zip", data)
    ]
    assert found == [
        ("a.txt", ""),
        ("b.png", "no reader for .png"),
        ("c.txt", "holds no text"),
        ("d.pdf", "is damaged, or no PDF"),
        ("e\n.txt", "is no name that can be shown"),
        ("f\u202etxt.exe", "no reader for .exe"),
        ("g.txt", ""),
        ("g.txt", "is in its archive twice"),
        ("h.txt", ""),
    ]


def test_a_damaged_member_costs_itself(tmp_path: Path) -> None:
    data = packed(("a.txt", b"An ox."), ("b.txt", b"A yak."), how=zipfile.ZIP_STORED)
    found = reasons(tmp_path / "a.zip", data.replace(b"An ox.", b"An 0x."))
    assert found["a.txt"].startswith("is damaged in its archive (Bad CRC-32")
    assert found["b.txt"] == ""


def test_a_protected_member(tmp_path: Path) -> None:
    data = bytearray(packed(("a.txt", b"An ox.")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert reasons(tmp_path / "a.zip", bytes(data)) == {"a.txt": "is protected by a password"}


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        archive.writestr(link, "../secret.txt")
    (tmp_path / "secret.txt").write_text("secret")
    found = reasons(tmp_path / "a.zip", to.getvalue())
    assert found == {"link.txt": "is a link within its archive"}


def test_archives_within_archives_are_read_to_a_small_depth(tmp_path: Path) -> None:
    data = packed(("z.txt", b"deepest"))
    for depth in range(4):
        data = packed((f"{depth}.zip", data), ("a.txt", f"At {depth}.".encode()))
    found = outcomes(tmp_path / "a.zip", data)
    assert [outcome.id for outcome in found] == [
        "a.zip/3.zip/2.zip/1.zip",
        "a.zip/3.zip/2.zip/a.txt",
        "a.zip/3.zip/a.txt",
        "a.zip/a.txt",
    ]
    assert isinstance(found[0], Refusal)
    assert found[0].reason == "lies more than 2 archives deep"
    assert "QA_ARCHIVE_DEPTH" in found[0].remedy
    assert all(isinstance(outcome, Document) for outcome in found[1:])
    assert len(documents(tmp_path / "a.zip", data, archive_depth=4)) == 5


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = packed(*((f"{n}.txt", b" " * 10_000_000) for n in range(3)))
    found = refusal(tmp_path / "a.zip", bomb)
    assert found.reason.startswith("would unpack to 1,0")
    assert found.reason.endswith(" times its size")
    assert "QA_ARCHIVE_RATIO" in found.remedy
    found = refusal(tmp_path / "a.zip", bomb, archive_bytes=20_000_000)
    assert found.reason == "would unpack to 30,000,000 bytes, more than 20,000,000"


def test_a_bomb_within_an_archive_costs_itself(tmp_path: Path) -> None:
    bomb = packed(*((f"{n}.txt", b" " * 10_000_000) for n in range(3)))
    found = reasons(tmp_path / "a.zip", packed(("b.zip", bomb), ("c.txt", b"A cod.")))
    assert found["b.zip"].endswith(" times its size")
    assert found["c.txt"] == ""


def test_a_bomb_of_many_archives_is_refused_as_a_whole(tmp_path: Path) -> None:
    one = packed(("a.txt", b"x" * 900_000))
    many = packed(*((f"{n}.zip", one) for n in range(10)))
    found = reasons(tmp_path / "a.zip", many, archive_bytes=5_000_000)
    assert found["a.zip"] == "holds more than 5,000,000 bytes"
    assert len(found) == 6


def test_a_bomb_in_a_book_or_document_is_refused(tmp_path: Path) -> None:
    bomb = packed(("word/document.xml", b" " * 30_000_000))
    for name in ("a.docx", "a.epub"):
        assert refusal(tmp_path / name, bomb).reason.endswith(" times its size")


def test_more_members_than_the_limit(tmp_path: Path) -> None:
    data = packed(*((f"{n}.txt", b"x") for n in range(11)))
    assert (
        refusal(tmp_path / "a.zip", data, archive_members=10).reason == "holds more than 10 files"
    )


def test_a_member_larger_than_a_file_may_be(tmp_path: Path) -> None:
    data = packed(("a.txt", b"x" * 1001), ("b.txt", b"x" * 1000))
    assert reasons(tmp_path / "a.zip", data, bytes=1000) == {
        "a.txt": "is larger than 1,000 bytes",
        "b.txt": "",
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is damaged, or not a zip file"),
        (b"text", "is damaged, or not a zip file"),
        (packed(), "holds no files"),
        (packed(("a.txt", b"An ox."))[:-30], "is damaged, or not a zip file"),
        (packed((".DS_Store", b"x")), "holds no files"),
    ],
)
def test_refusals(data: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.zip", data).reason == reason


def test_only_members_that_changed_are_read_again(tmp_path: Path) -> None:
    members: list[Member] = [("a.html", b"<p>An ox."), ("b.html", b"<p>A yak.")]
    before = documents(tmp_path / "a.zip", packed(*members))
    members[1] = ("b.html", b"<p>A cod.")
    after = outcomes(
        tmp_path / "a.zip",
        packed(*members, how=zipfile.ZIP_STORED),
        known={key: document.sha256 for key, document in before.items()},
    )
    assert [type(outcome).__name__ for outcome in after] == ["Unchanged", "Document"]
