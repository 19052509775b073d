"""The commands that change the index and show what is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qa.indexing.watching
import qa.models.encoder
from qa.errors import QAError
from qa.indexing import IndexReport
from qa.models.encoder import Encoder
from qa.settings import Settings
from tests.cli.conftest import KESTREL, Run
from tests.documents.formats.pdfs import pages_with_a_picture, sentence


def test_add_takes_files_and_folders_and_removes_nothing(run: Run, place: Path) -> None:
    run("index")
    (place / "corpus" / "articles" / "rhine.txt").unlink()
    (place / "tea.md").write_text("Green tea steeps for three minutes.")
    done = run("add", "tea.md", "corpus/articles")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "added      tea.md"
    assert done.stdout.splitlines()[-1].startswith("1 unchanged, 1 added; 1 passage embedded in")
    (place / "x.png").write_bytes(b"\0")
    assert run("add", "x.png").exit_code == 1
    missing = run("add", "nowhere")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert missing.stderr == "qa: nowhere: no such file or folder. Check the path.\n"
    assert run("add").exit_code == 2


def test_remove_needs_no_encoder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(settings: Settings) -> Encoder:
        raise AssertionError

    run("index")
    monkeypatch.setattr(qa.models.encoder, "open_encoder", refuse)
    monkeypatch.setenv("QA_PASSAGE_TOKENS", "9")
    assert run("remove", "rhine.txt").stdout.splitlines()[0] == "removed    rhine.txt"


def test_remove_takes_documents_out_until_they_are_indexed_again(run: Run, place: Path) -> None:
    nowhere = run("remove", "rhine.txt")
    assert (nowhere.exit_code, nowhere.stderr) == (
        2,
        "qa: index: no index here. Make one with: qa index YOUR_ARTICLES\n",
    )
    assert not (place / "index").exists()
    run("index")
    wrong = run("remove", "rhine.txt", "rhone.txt")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr == (
        "qa: index: no document 'rhone.txt' here. See which there are with: qa list\n"
    )
    done = run("remove", "rhine.txt")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "removed    rhine.txt")
    assert json.loads(run("remove", "kestrel.txt", "--json").stdout)["removed"] == ["kestrel.txt"]
    assert run("list").stdout == "0 documents, 0 passages. Index: index\n"
    assert run("ask", "Where does the kestrel hover?").exit_code == 3
    assert json.loads(run("index", "--json").stdout)["added"] == ["kestrel.txt", "rhine.txt"]


def test_list_shows_sizes_dates_and_copies(run: Run, place: Path) -> None:
    articles = place / "corpus" / "articles"
    (articles / "twin.txt").write_text(KESTREL)
    (articles / "dated.txt").write_text("date 2022-12-22\nA note on \x1b herons.")
    (articles / "p.pdf").write_bytes(pages_with_a_picture())
    (articles / "\u202egpj.txt").write_text("A stork.")
    done = run("index")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-2].startswith("notice     corpus/articles/p.pdf: has pictures")
    listed = run("list")
    assert listed.exit_code == 0
    assert listed.stdout.splitlines() == [
        "dated.txt",
        "    Dated, 2022-12-22, 1 passage",
        "kestrel.txt",
        "    Kestrel, 1 passage",
        "    also corpus/articles/twin.txt",
        "p.pdf",
        "    P, 2000-01-01, 3 pages, 2 passages",
        "rhine.txt",
        "    Rhine, 1 passage",
        "<U+202E>gpj.txt",
        "    <U+202E>gpj, 1 passage",
        "5 documents, 6 passages. Index: index",
    ]
    (kestrel,) = (
        each
        for each in json.loads(run("list", "--json").stdout)["documents"]
        if each["id"] == "kestrel.txt"
    )
    assert kestrel == {
        "id": "kestrel.txt",
        "title": "Kestrel",
        "source": "corpus/articles/kestrel.txt",
        "date": None,
        "characters": len(KESTREL),
        "pages": 0,
        "passages": 1,
        "copies": ["corpus/articles/twin.txt"],
    }


def test_show_gives_the_text_that_citations_are_checked_against(run: Run, place: Path) -> None:
    (place / "p.pdf").write_bytes(pages_with_a_picture())
    (place / "tea.txt").write_text("date 2022-12-22\nTea\x1b[31m is hot.\r\n")
    run("index", "p.pdf", "tea.txt")
    tea = run("show", "tea.txt")
    assert tea.exit_code == 0
    assert tea.stdout.splitlines()[:4] == [
        "title:      Tea",
        "source:     tea.txt",
        "date:       2022-12-22",
        "characters: 34",
    ]
    assert tea.stdout.endswith("\ndate 2022-12-22\nTea␛[31m is hot.\n\n")
    exact = json.loads(run("show", "tea.txt", "--json").stdout)
    assert exact["text"] == "date 2022-12-22\nTea\x1b[31m is hot.\r\n"
    assert sentence(1)[:30] in run("show", "p.pdf").stdout.partition("[page 1]")[2]
    assert run("show", "p.pdf").stdout.count("[page ") == 3
    gone = run("show", "p")
    assert (gone.exit_code, gone.stdout) == (2, "")
    assert "no document 'p' here" in gone.stderr


def test_an_answer_is_dated(run: Run, place: Path) -> None:
    (place / "tea.txt").write_text("date 2022-12-22\nTea is a hot drink.")
    run("index", "tea.txt")
    done = run("ask", "What is tea?")
    assert "    Tea: tea.txt, 2022-12-22, characters 16 to 35" in done.stdout.splitlines()


def test_ask_is_limited_to_a_file_of_documents_or_a_folder(run: Run, place: Path) -> None:
    (place / "t.csv").write_text("text\nThe Rhine is long.\nThe Elbe is long.\n")
    run("index", "t.csv", "corpus/articles")
    for name in ("t.csv", "t.csv/row-3"):
        hits = json.loads(run("ask", "How long is it?", "--document", name, "--json").stdout)[
            "hits"
        ]
        assert hits
        assert all(hit["passage"]["document_id"].startswith(name) for hit in hits)


def test_watch_reports_each_update_and_what_cannot_be_watched(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = run("watch", "corpus/articles/rhine.txt")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr.endswith(
        "qa: corpus/articles/rhine.txt: is no folder. Watch the folder that it is in.\n"
    )

    def interrupt(*_: object, **__: object) -> IndexReport:
        raise KeyboardInterrupt

    monkeypatch.setattr(qa.indexing.watching, "watch_folders", interrupt)
    done = run("watch")
    assert (done.exit_code, done.stdout) == (130, "")
    assert done.stderr == ("qa: watching corpus/articles; Ctrl-C ends it.\nqa: interrupted.\n")


def test_the_error_for_an_unknown_document_is_a_lookup_error() -> None:
    from qa.errors import UnknownDocumentError

    error = UnknownDocumentError("a.txt", Path("my index"))
    assert isinstance(error, LookupError)
    assert isinstance(error, QAError)
    assert str(error).endswith("with: qa list --index-dir my index")
