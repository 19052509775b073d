from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from qa.datatypes import Document
from qa.documents.corpus import CorpusFile, CorpusReader, find_files, find_owner
from qa.documents.formats.parts import Limits
from qa.documents.outcomes import Notice, Outcome, Refusal, Unchanged
from qa.errors import DocumentError


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"This is {name}.", encoding="utf-8")


def test_files_come_in_the_order_of_their_ids_without_hidden_ones(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a/z.md", "a/deep/er/é.txt", "B.bin", ".hidden.txt", ".git/a.txt")
    found = list(find_files([tmp_path]))
    assert [file.document_id for file in found] == ["B.bin", "a/deep/er/é.txt", "a/z.md", "b.txt"]
    assert all(file.root == tmp_path for file in found)
    assert all(file.path == tmp_path / file.document_id for file in found)


def test_a_file_given_by_itself_has_its_name_as_id(tmp_path: Path) -> None:
    put(tmp_path, "a/b.txt")
    (found,) = find_files([tmp_path / "a" / "b.txt"])
    assert (found.document_id, found.root) == ("b.txt", tmp_path / "a")


def test_folders_are_taken_in_the_order_given(tmp_path: Path) -> None:
    put(tmp_path, "x/b.txt", "y/a.txt")
    found = find_files([tmp_path / "x", tmp_path / "y"])
    assert [file.document_id for file in found] == ["b.txt", "a.txt"]


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert list(find_files([tmp_path])) == list(find_files([])) == []


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file or folder"):
        list(find_files([tmp_path / "nothing"]))


def test_a_link_to_a_folder_above_does_not_go_round_for_ever(tmp_path: Path) -> None:
    put(tmp_path, "a/b.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    assert [file.document_id for file in find_files([tmp_path])] == ["a/b.txt"]


def test_what_is_no_file_is_told_of_and_never_opened(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "broken.txt").symlink_to("nowhere.txt")
    (tmp_path / "circle").symlink_to("circle")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.txt"))
        found = {outcome.id: outcome for outcome in only(tmp_path)}
        named = [
            outcome
            for path in ("pipe.txt", "socket.txt", "/dev/null")
            for outcome in only(tmp_path / path)
        ]
    assert isinstance(found.pop("a.txt"), Document)
    reasons = {
        id_: (type(outcome), outcome.reason)
        for id_, outcome in found.items()
        if isinstance(outcome, Refusal | Notice)
    }
    assert reasons == {
        "broken.txt": (Notice, "is a link that leads nowhere"),
        "circle": (Notice, "is a link that leads nowhere"),
        "pipe.txt": (Refusal, "is a named pipe, not a file"),
        "socket.txt": (Refusal, "is a socket, not a file"),
    }
    assert [outcome.reason for outcome in named if isinstance(outcome, Refusal)] == [
        "is a named pipe, not a file",
        "is a socket, not a file",
        "is a device, not a file",
    ]


def test_the_source_is_named_as_seen_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "here/a/b.txt", "there/c.txt")
    monkeypatch.chdir(tmp_path / "here")
    (near,) = find_files([Path("a")])
    (far,) = find_files([tmp_path / "there"])
    assert (near.source.id, near.source.name) == ("b.txt", "a/b.txt")
    assert far.source.name == (tmp_path / "there" / "c.txt").as_posix()


def only(folder: Path) -> list[Outcome]:
    with CorpusReader(Limits()) as reader:
        return [outcome for file in find_files([folder]) for outcome in reader.read(file, {})]


def test_links_are_followed_within_their_folder_only(tmp_path: Path) -> None:
    put(tmp_path, "in/a.txt", "in/sub/b.txt", "out/secret.txt")
    (tmp_path / "in" / "near.txt").symlink_to("sub/b.txt")
    (tmp_path / "in" / "far.txt").symlink_to(tmp_path / "out" / "secret.txt")
    (tmp_path / "in" / "far").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / "in" / "by-and-by.txt").symlink_to("far.txt")
    found = {outcome.id: outcome for outcome in only(tmp_path / "in")}
    assert list(found) == ["a.txt", "by-and-by.txt", "far", "far.txt", "near.txt", "sub/b.txt"]
    for name in ("by-and-by.txt", "far", "far.txt"):
        outcome = found[name]
        assert isinstance(outcome, Refusal)
        assert outcome.reason == "is a link that leads out of its folder"
    assert [name for name, outcome in found.items() if isinstance(outcome, Document)] == [
        "a.txt",
        "near.txt",
        "sub/b.txt",
    ]


def test_a_link_or_a_linked_folder_given_by_itself_is_followed(tmp_path: Path) -> None:
    put(tmp_path, "out/a.txt")
    (tmp_path / "link.txt").symlink_to("out/a.txt")
    (tmp_path / "folder").symlink_to("out", target_is_directory=True)
    for path in (tmp_path / "link.txt", tmp_path / "folder"):
        (outcome,) = only(path)
        assert isinstance(outcome, Document)


def test_a_known_file_is_not_parsed_again(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "b.html")
    first = {outcome.id: outcome for outcome in only(tmp_path)}
    known = {key: doc.sha256 for key, doc in first.items() if isinstance(doc, Document)}
    with CorpusReader(Limits()) as reader:
        again = [out for file in find_files([tmp_path]) for out in reader.read(file, known)]
    assert again == [Unchanged(key, digest) for key, digest in known.items()]


@pytest.mark.parametrize(
    ("document_id", "owner"),
    [
        ("a.zip/in/b.txt", "a.zip"),
        ("sub/c.csv/row-1", "sub/c.csv"),
        ("sub/d.txt", "sub/d.txt"),
        ("sub", None),
        ("gone.zip/a.txt", None),
        ("sub/../a.zip", None),
        ("/etc/passwd", None),
        ("../x/a.zip", None),
    ],
)
def test_the_file_that_a_document_lies_in(
    document_id: str, owner: str | None, tmp_path: Path
) -> None:
    put(tmp_path / "x", "a.zip", "sub/c.csv", "sub/d.txt")
    assert find_owner(tmp_path / "x", document_id) == (owner and tmp_path / "x" / owner)


def test_a_refusal_names_the_file_and_what_lies_in_it(tmp_path: Path) -> None:
    file = CorpusFile(tmp_path / "a.zip", "sub/a.zip", tmp_path)
    inner = file.error(Refusal("sub/a.zip/in/b\n.txt", "is wrong", "Mend it."))
    assert str(inner) == f"{tmp_path}/a.zip/in/b\\n.txt: is wrong. Mend it."
    assert str(file.error(Refusal("sub/a.zip", "is wrong", "Mend it."))) == (
        f"{tmp_path}/a.zip: is wrong. Mend it."
    )
