"""Questions and files that nobody should have given: one clear sentence, and nothing is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import DocumentError, EmptyCorpusError, QuestionError
from qa.indexing import index_files
from tests.robustness.qa_process import run_qa
from tests.robustness.shelf import Shelf, quotes_of


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "empty"),
        (" \t\n\u3000", "empty"),
        ("\x00\x1b\x07\u202e", "empty"),
        ("\ud800", "not valid text"),
        ("who? \udcff", "not valid text"),
        ("a" * 100_000, "100,000 characters"),
        ("why? " * 20_000, "100,000 characters"),
        ("\x1b" * 100_000, "100,000 characters"),
    ],
)
def test_what_is_no_question_is_refused(indexed: Shelf, question: str, reason: str) -> None:
    with pytest.raises(QuestionError, match=reason):
        indexed.open().ask(question)
    if "\0" not in question and "\ud800" not in question:  # no shell can give these
        asked = run_qa("ask", question, "--index-dir", indexed.index)
        assert (asked.returncode, asked.stdout, asked.stderr.count("\n")) == (2, "", 1)
        assert reason in asked.stderr


@pytest.mark.parametrize("noise", ["\x1b[31m", "\0", "\x07\x08", "\u202e", "\ufeff"])
def test_control_characters_in_a_question_count_as_white_space(indexed: Shelf, noise: str) -> None:
    assistant = indexed.open()
    plain = assistant.ask("How much does a kestrel weigh?")
    noisy = assistant.ask(f"How much{noise}does a kestrel weigh?{noise}")
    if noise == "\x1b[31m":  # "[31m" is text like any other
        assert noisy.answered
    else:
        assert (noisy.text, noisy.citations) == (plain.text, plain.citations)


def test_words_that_are_operators_elsewhere_are_words_here(indexed: Shelf) -> None:
    assistant = indexed.open()
    for question in ('kestrel" OR *', "text:kestrel AND (", "'; DROP TABLE documents; --", "++--"):
        assistant.ask(question)
    assert len(assistant.documents()) == 3


def test_control_characters_in_an_article_stay_in_it_exactly(shelf: Shelf) -> None:
    text = (
        "\ufeffThe heron\x1b[2J weighs \x07two kilograms.\r\nIt \u202eeats\u202c fish\x7f.\r\n\r\n"
        "A\u2028line\u2029ends\x85here.\x0b\x0c It lives by lakes\x9b31m.\r"
    )
    (shelf.corpus / "heron.txt").write_bytes(text.encode())
    assert "heron.txt" in shelf.update().added
    assistant = shelf.open()
    assert assistant.document("heron.txt").text == text
    for question in ("How much does the heron weigh?", "What does it eat?", "Where does it live?"):
        answer = assistant.ask(question, documents=["heron.txt"])
        assert answer.answered
        assert all(text[start:end] == quote for _, start, end, quote in quotes_of(answer))
        assert all(
            text[hit.passage.start : hit.passage.end] == hit.passage.text for hit in answer.hits
        )


REFUSED: dict[str, tuple[str, bytes | None, str]] = {
    "empty": ("a.txt", b"", "holds no text"),
    "blank": ("a.txt", b" \n\t\r\n\x0c \xe3\x80\x80", "holds no text"),
    "only a byte order mark": ("a.md", b"\xef\xbb\xbf\n", "holds no text"),
    "binary by its ending": ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0", "no reader for .png"),
    "no ending": ("README", b"text", "without an ending"),
    "binary by its bytes": ("a.txt", b"\x7fELF\x02\x01\0\0", "is binary"),
    "half a character of UTF-16": ("a.txt", "Tea.".encode("utf-16")[:-1], "not UTF-16 text"),
    "cut within a character": ("a.txt", "Tea and café"[:-1].encode() + b"\xc3", "not UTF-8 text"),
    "surrogates": ("a.txt", b"Tea \xed\xa0\x80", "not UTF-8 text"),
    "a link to nowhere": ("a.txt", None, "no such file"),
}


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_no_article_never_stops_the_others(
    shelf: Shelf, name: str, content: bytes | None, reason: str
) -> None:
    path = shelf.corpus / name
    if content is None:
        path.symlink_to("nowhere.txt")
    else:
        path.write_bytes(content)
    report = shelf.update()
    assert report.added == ["kestrel.txt", "rhine.md", "tea.txt"]
    if content is None:
        with pytest.raises(DocumentError, match=reason):
            index_files([path], shelf.index, shelf.encoder, shelf.settings)
        assert report.notices == [f"{path}: is a link that leads nowhere. Remove it, or mend it."]
    else:
        (refusal,) = report.empty if reason == "holds no text" else report.refused
        assert refusal.startswith(f"{path}: ")
        assert reason in refusal
    assert len(shelf.answers()) == 5
    # By itself, too; and the others are still there.
    path.unlink()
    assert shelf.update().unchanged == report.added


def test_the_command_reports_refused_files_and_exits_with_1(shelf: Shelf) -> None:
    (shelf.corpus / "photo.png").write_bytes(b"\x89PNG\0")
    (shelf.corpus / "empty.txt").touch()
    done = run_qa("index", shelf.corpus, "--index-dir", shelf.index, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert report["added"] == ["kestrel.txt", "rhine.md", "tea.txt"]
    assert [refusal.split(": ")[1].split(".")[0] for refusal in report["refused"]] == [
        "no reader for ",
    ]
    assert [line.split(": ")[1].split(".")[0] for line in report["empty"]] == ["holds no text"]
    again = run_qa("index", shelf.corpus, "--index-dir", shelf.index)
    assert (again.returncode, again.stderr) == (1, "")
    assert "photo.png: no reader for .png" in again.stdout
    assert "3 unchanged, 1 empty, 1 refused" in again.stdout


def test_a_file_that_became_unreadable_keeps_its_stored_version(shelf: Shelf) -> None:
    shelf.update()
    before = shelf.answers()
    (shelf.corpus / "tea.txt").write_bytes(b"\0")
    report = shelf.update()
    assert len(report.refused) == 1
    assert report.removed == []
    assert shelf.answers() == before


def test_a_folder_without_an_article_is_refused_and_leaves_nothing_half(shelf: Shelf) -> None:
    empty = shelf.corpus.with_name("empty")
    empty.mkdir()
    (empty / "photo.png").write_bytes(b"\0")
    with pytest.raises(EmptyCorpusError, match=r"no readable article.*qa index"):
        index_files([empty], shelf.index, shelf.encoder, shelf.settings)
    done = run_qa("index", empty, "--index-dir", shelf.index)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no reader for .png" in done.stderr  # the reason comes along
    assert "no readable article" in done.stderr
    shelf.update()
    assert shelf.answers()


def write_bytes_named(folder: Path, name: bytes, content: bytes) -> Path:
    place = os.fsencode(folder) + b"/" + name
    try:
        Path(os.fsdecode(place)).write_bytes(content)
    except OSError as error:
        pytest.skip(f"this file system refuses the name: {error}")
    return Path(os.fsdecode(place))


@pytest.mark.parametrize("name", [b"tea\xff.txt", b"tea\x1b[31m.txt", b"a\nb.txt", b"a\x7f.txt"])
def test_a_file_name_that_cannot_be_shown_is_refused_in_words_that_can(
    shelf: Shelf, name: bytes
) -> None:
    write_bytes_named(shelf.corpus, name, b"The heron weighs two kilograms.")
    report = shelf.update()
    (refusal,) = report.refused
    assert "no name that can be shown" in refusal
    assert refusal.isprintable()
    refusal.encode()
    assert report.added == ["kestrel.txt", "rhine.md", "tea.txt"]


@pytest.mark.parametrize("name", [b"tea\xff", b"tea\x1b[31m"])
@pytest.mark.parametrize("given", ["the folder", "the folder above it", "the file"])
def test_a_folder_name_that_cannot_be_shown_is_refused_in_words_that_can(
    shelf: Shelf, name: bytes, given: str
) -> None:
    folder = Path(os.fsdecode(os.fsencode(shelf.corpus) + b"/" + name))
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"this file system refuses the name: {error}")
    (folder / "heron.txt").write_text("The heron weighs two kilograms.")
    path = {"the folder": folder, "the folder above it": shelf.corpus}.get(
        given, folder / "heron.txt"
    )
    report = index_files([shelf.corpus, path], shelf.index, shelf.encoder, shelf.settings)
    assert report.refused
    assert all("no name that can be shown" in refusal for refusal in report.refused)
    assert all(refusal.isprintable() for refusal in report.refused)
    assert report.added == ["kestrel.txt", "rhine.md", "tea.txt"]


@pytest.mark.parametrize(
    "name", ["café.txt", "東京　タワー.txt", "a\u00a0b\u202fc.txt", "کتاب\u200cها.txt", "🕊️.txt"]
)
def test_a_file_name_in_any_script_is_welcome(shelf: Shelf, name: str) -> None:
    shelf.put({name: "The heron weighs two kilograms."})
    report = shelf.update()
    assert name in report.added
    assert shelf.open().ask("How much does the heron weigh?").citations[0].document_id == name


def test_what_is_no_file_is_refused_rather_than_waited_for(shelf: Shelf) -> None:
    pipe = shelf.corpus / "pipe.txt"
    os.mkfifo(pipe)
    reason = f"{pipe}: is a named pipe, not a file. Remove it, or leave it out."
    report = shelf.update()
    assert (len(report.added), report.refused) == (3, [reason])
    report = index_files([pipe, shelf.corpus], shelf.index, shelf.encoder, shelf.settings)
    assert (len(report.unchanged), report.refused) == (3, [reason])


@pytest.fixture
def two_folders(shelf: Shelf) -> tuple[Path, Path]:
    folders = (shelf.corpus.with_name("one"), shelf.corpus.with_name("two"))
    for folder in folders:
        folder.mkdir()
    (folders[0] / "same.txt").write_text("The heron weighs two kilograms.")
    (folders[1] / "same.txt").write_text("The stork nests on chimneys.")
    return folders


def at_once(shelf: Shelf, folders: tuple[Path, Path]) -> list[str]:
    return index_files(folders, shelf.index, shelf.encoder, shelf.settings).refused


def one_by_one(shelf: Shelf, folders: tuple[Path, Path]) -> list[str]:
    return [
        refusal
        for folder in folders
        for refusal in index_files([folder], shelf.index, shelf.encoder, shelf.settings).refused
    ]


@pytest.mark.parametrize("run", [at_once, one_by_one])
def test_two_articles_of_one_name_never_take_each_others_place(
    shelf: Shelf,
    two_folders: tuple[Path, Path],
    run: Callable[[Shelf, tuple[Path, Path]], list[str]],
) -> None:
    (refusal,) = run(shelf, two_folders)
    assert "two/same.txt" in refusal
    assert "one" in refusal
    assert "heron" in shelf.open().document("same.txt").text
    # Where the first is gone, the second may take the name.
    (two_folders[0] / "same.txt").unlink()
    assert one_by_one(shelf, two_folders[::-1]) == []
    assert "stork" in shelf.open().document("same.txt").text


def test_a_rebuild_keeps_the_documents_of_other_folders(shelf: Shelf) -> None:
    other = shelf.corpus.with_name("other")
    other.mkdir()
    (other / "heron.txt").write_text("The heron weighs two kilograms.")
    index_files([other], shelf.index, shelf.encoder, shelf.settings)
    shelf.update()
    before = shelf.passages()
    report = shelf.update(rebuild=True)
    assert "heron.txt" in before
    assert "heron.txt" not in report.removed
    assert shelf.passages() == before
    (other / "heron.txt").unlink()
    report = index_files([other], shelf.index, shelf.encoder, shelf.settings)
    assert report.removed == ["heron.txt"]
