from __future__ import annotations

from pathlib import Path

import pytest

from qa.documents.corpus import find_files
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
    (tmp_path / "a" / "broken.txt").symlink_to(tmp_path / "nowhere")
    assert [file.document_id for file in find_files([tmp_path])] == ["a/b.txt"]


def test_the_source_is_named_as_seen_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "here/a/b.txt", "there/c.txt")
    monkeypatch.chdir(tmp_path / "here")
    (near,) = find_files([Path("a")])
    (far,) = find_files([tmp_path / "there"])
    assert (near.source.id, near.source.name) == ("b.txt", "a/b.txt")
    assert far.source.name == (tmp_path / "there" / "c.txt").as_posix()
