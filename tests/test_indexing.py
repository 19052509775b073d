from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.datatypes import Document
from qa.documents.formats.parts import Limits
from qa.errors import (
    DocumentError,
    EmptyCorpusError,
    IndexMismatchError,
    IndexNotFoundError,
    SettingsError,
)
from qa.indexing import (
    IndexReport,
    embedded_texts,
    index_documents,
    index_files,
    limits_of,
    manifest_of,
    slice_document,
)
from qa.settings import Settings
from qa.store.store import Store
from tests.fakes import BagOfWordsEncoder
from tests.store.shelves import make_document

SETTINGS = Settings(passage_tokens=8, document_characters=10_000)


class WatchedEncoder(BagOfWordsEncoder):
    """Notes what it encodes, and can be made to stop at a text."""

    def __init__(self, interrupt_at: str | None = None) -> None:
        self.encoded: list[str] = []
        self._interrupt_at = interrupt_at

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        if self._interrupt_at and any(self._interrupt_at in text for text in texts):
            raise KeyboardInterrupt
        self.encoded += texts
        return super().encode(texts, progress)


def put(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def index(
    *paths: Path, to: Path, encoder: WatchedEncoder | None = None, rebuild: bool = False
) -> IndexReport:
    return index_files(paths, to, encoder or WatchedEncoder(), SETTINGS, rebuild=rebuild)


def texts(folder: Path) -> dict[str, str]:
    with Store(folder).snapshot() as state:
        return {document.id: document.text for document in state.documents()}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return put(tmp_path / "corpus", {"a.txt": "An ox.", "sub/b.md": "# Yaks\n\nA yak."})


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_only_what_changed_is_read_into_the_index(corpus: Path, to: Path) -> None:
    report = index(corpus, to=to)
    assert (report.added, report.passages) == (["a.txt", "sub/b.md"], 2)
    assert report.seconds > 0
    encoder = WatchedEncoder()
    again = index(corpus, to=to, encoder=encoder)
    assert again.unchanged == ["a.txt", "sub/b.md"]
    assert encoder.encoded == []
    put(corpus, {"a.txt": "An old ox.", "c.txt": "A cod."})
    (corpus / "sub" / "b.md").unlink()
    third = index(corpus, to=to, encoder=encoder)
    assert third.added == ["c.txt"]
    assert third.updated == ["a.txt"]
    assert third.removed == ["sub/b.md"]
    assert third.unchanged == []
    assert encoder.encoded == ["A. An old ox.", "C. A cod."]
    assert texts(to) == {"a.txt": "An old ox.", "c.txt": "A cod."}


def test_the_same_content_twice_is_one_document(corpus: Path, to: Path) -> None:
    put(corpus, {"twin.txt": "An ox."})
    report = index(corpus, to=to)
    assert report.added == ["a.txt", "sub/b.md"]
    assert report.duplicates == [("twin.txt", "a.txt")]
    (corpus / "a.txt").unlink()
    report = index(corpus, to=to)
    assert (report.added, report.removed) == (["twin.txt"], ["a.txt"])
    put(corpus, {"a.txt": "An ox."})
    index(corpus, to=to)
    assert texts(to).keys() == {"a.txt", "sub/b.md"}


def test_a_refused_file_is_named_and_stops_nothing(
    corpus: Path, to: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index(corpus, to=to)
    put(corpus, {"a.txt": "\0", "c.txt": "A cod.", "d.doc": "x", "e.txt": "", "f.txt": "x" * 9999})
    put(corpus, {"f.txt": "x" * 10_001})
    with caplog.at_level(logging.WARNING):
        report = index(corpus, to=to)
    assert [line.partition(": ")[2].partition(".")[0] for line in report.refused] == [
        "is binary, not text",
        "no reader for ",
        "holds no text",
        "longer than 10,000 characters",
    ]
    assert [record.message for record in caplog.records] == report.refused
    assert (report.added, report.removed) == (["c.txt"], [])
    # What an earlier run stored of a file that cannot be read now stays.
    assert texts(to) == {"a.txt": "An ox.", "c.txt": "A cod.", "sub/b.md": "# Yaks\n\nA yak."}


def test_documents_of_other_folders_stay(corpus: Path, to: Path, tmp_path: Path) -> None:
    other = put(tmp_path / "other", {"o.txt": "An owl.", "p.txt": "A pig."})
    index(corpus, to=to)
    index(other / "p.txt", to=to)
    report = index(other, to=to)
    assert (report.added, report.removed) == (["o.txt"], [])
    (other / "o.txt").unlink()
    assert index(other, to=to).removed == ["o.txt"]
    assert texts(to).keys() == {"a.txt", "sub/b.md", "p.txt"}


def test_nothing_to_index(tmp_path: Path, to: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyCorpusError, match="no readable article here"):
        index(tmp_path / "empty", to=to)
    with pytest.raises(IndexNotFoundError):
        Store(to)
    with pytest.raises(DocumentError, match="no such file"):
        index(tmp_path / "nowhere", to=to)
    with pytest.raises(EmptyCorpusError):
        index_documents([], to, WatchedEncoder(), SETTINGS)


def test_an_interrupted_run_keeps_what_it_stored(
    corpus: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.indexing._PASSAGES_AT_ONCE", 1)
    with pytest.raises(KeyboardInterrupt):
        index(corpus, to=to, encoder=WatchedEncoder(interrupt_at="yak"))
    # Half a first index must not pass for a whole one, but the next run goes on with it.
    with pytest.raises(IndexNotFoundError):
        Store(to)
    report = index(corpus, to=to)
    assert (report.unchanged, report.added) == (["a.txt"], ["sub/b.md"])
    assert texts(to).keys() == {"a.txt", "sub/b.md"}


def test_an_interrupted_update_shows_what_it_stored(
    corpus: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(corpus, to=to)
    (corpus / "a.txt").write_text("Now an emu.")
    (corpus / "sub" / "b.md").write_text("A yak again.")
    monkeypatch.setattr("qa.indexing._PASSAGES_AT_ONCE", 1)
    with pytest.raises(KeyboardInterrupt):
        index(corpus, to=to, encoder=WatchedEncoder(interrupt_at="yak"))
    assert "emu" in str(texts(to)["a.txt"])


def test_an_interrupted_rebuild_changes_nothing(
    corpus: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.indexing._PASSAGES_AT_ONCE", 1)
    index(corpus, to=to)
    with pytest.raises(KeyboardInterrupt):
        index(corpus, to=to, encoder=WatchedEncoder(interrupt_at="yak"), rebuild=True)
    assert texts(to).keys() == {"a.txt", "sub/b.md"}
    assert index(corpus, to=to).unchanged == ["a.txt", "sub/b.md"]


def test_settings_that_the_index_was_not_made_with(corpus: Path, to: Path) -> None:
    index(corpus, to=to)
    other = SETTINGS.model_copy(update={"passage_tokens": 9})
    with pytest.raises(IndexMismatchError, match="passage_tokens=8, this run wants 9"):
        index_files([corpus], to, WatchedEncoder(), other)
    index_files([corpus], to, WatchedEncoder(), other, rebuild=True)
    assert Store(to).manifest() == manifest_of(WatchedEncoder(), other)


def test_passages_longer_than_the_encoder_reads(corpus: Path, to: Path) -> None:
    wide = SETTINGS.model_copy(update={"passage_tokens": 255})
    with pytest.raises(SettingsError, match="reads only 254. Set QA_PASSAGE_TOKENS"):
        index_files([corpus], to, WatchedEncoder(), wide)
    # That run left nothing in the way of the next.
    assert index(corpus, to=to).added == ["a.txt", "sub/b.md"]


def test_the_title_is_embedded_where_it_leaves_room() -> None:
    encoder = BagOfWordsEncoder()
    settings = Settings(passage_tokens=250)
    document = Document("a", "A title", "An ox. A yak.", "a", "5ha")
    slices = slice_document(document, encoder, settings)
    assert embedded_texts(document, slices, encoder, settings) == ["A title. An ox. A yak."]
    long = replace(document, title="One title of five words")
    assert embedded_texts(long, slices, encoder, settings) == ["An ox. A yak."]


def test_progress_counts_documents(corpus: Path, to: Path) -> None:
    seen: list[tuple[int, int]] = []
    index_files([corpus], to, WatchedEncoder(), SETTINGS, progress=lambda *step: seen.append(step))
    assert seen == [(1, 2), (2, 2)]


def test_documents_that_are_no_files(to: Path) -> None:
    old = [make_document("a", "An ox."), make_document("b", "A yak.")]
    index_documents(old, to, WatchedEncoder(), SETTINGS)
    encoder = WatchedEncoder()
    new = [
        make_document("b", "A yak."),
        make_document("c", "A cod."),
        make_document("a", "An emu."),
    ]
    report = index_documents(new, to, encoder, SETTINGS)
    assert (report.added, report.updated, report.unchanged) == (["c"], ["a"], ["b"])
    assert encoder.encoded == ["Zoo. A cod.", "Zoo. An emu."]
    report = index_documents(new[:1], to, encoder, SETTINGS)
    assert report.removed == ["a", "c"]
    assert texts(to) == {"b": "A yak."}


def zipped(path: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_only_rows_and_members_that_changed_are_embedded(corpus: Path, to: Path) -> None:
    put(corpus, {"t.csv": "id,title,text\n1,Ox,An ox here.\n2,Emu,An emu.\n3,Owl,An owl.\n"})
    zipped(corpus / "z.zip", {"in/p.html": "<title>P</title><p>A pig.", "q.txt": "A cod."})
    encoder = WatchedEncoder()
    report = index(corpus, to=to, encoder=encoder)
    assert report.added == [
        "a.txt", "sub/b.md", "t.csv/1", "t.csv/2", "t.csv/3", "z.zip/in/p.html", "z.zip/q.txt",
    ]  # fmt: skip
    assert encoder.encoded[2:] == [
        "Ox. An ox here.", "Emu. An emu.", "Owl. An owl.", "P. A pig.", "Q. A cod.",
    ]  # fmt: skip
    encoder = WatchedEncoder()
    again = index(corpus, to=to, encoder=encoder)
    assert (again.unchanged, encoder.encoded) == (report.added, [])
    # One row changed, one gone, one new at the front; one member changed, one gone.
    put(corpus, {"t.csv": "id,title,text\n9,Yak,A yak.\n1,Ox,An old ox.\n3,Owl,An owl.\n"})
    zipped(corpus / "z.zip", {"q.txt": "An old cod."})
    third = index(corpus, to=to, encoder=encoder)
    assert third.added == ["t.csv/9"]
    assert third.updated == ["t.csv/1", "z.zip/q.txt"]
    assert third.removed == ["t.csv/2", "z.zip/in/p.html"]
    assert third.unchanged == ["a.txt", "sub/b.md", "t.csv/3"]
    assert encoder.encoded == ["Yak. A yak.", "Ox. An old ox.", "Q. An old cod."]
    (corpus / "t.csv").unlink()
    assert index(corpus, to=to).removed == ["t.csv/1", "t.csv/3", "t.csv/9"]
    assert texts(to).keys() == {"a.txt", "sub/b.md", "z.zip/q.txt"}


def test_a_file_given_by_itself_loses_the_members_that_are_gone(to: Path, tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"p.txt": "A pig.", "q.txt": "A cod."})
    assert index(path, to=to).added == ["z.zip/p.txt", "z.zip/q.txt"]
    zipped(path, {"q.txt": "A cod."})
    assert index(path, to=to).removed == ["z.zip/p.txt"]


def test_what_is_stored_of_what_cannot_be_read_now_stays(corpus: Path, to: Path) -> None:
    inner = zipped(corpus.with_name("n.zip"), {"deep.txt": "A dog."}).read_bytes()
    with zipfile.ZipFile(corpus / "z.zip", "w") as archive:
        archive.writestr("n.zip", inner)
        archive.writestr("q.txt", "A cod.")
    zipped(corpus / "y.zip", {"r.txt": "A rat."})
    index(corpus, to=to)
    with zipfile.ZipFile(corpus / "z.zip", "w") as archive:
        archive.writestr("n.zip", inner[:-40])
        archive.writestr("q.txt", "")
    (corpus / "y.zip").write_bytes(b"damaged")
    report = index(corpus, to=to)
    assert [line.split(": ")[0].removeprefix(f"{corpus}/") for line in report.refused] == [
        "y.zip",
        "z.zip/n.zip",
        "z.zip/q.txt",
    ]
    assert report.removed == []
    assert {"y.zip/r.txt", "z.zip/n.zip/deep.txt", "z.zip/q.txt"} <= texts(to).keys()
    # A rebuild holds only what can be read, and says so.
    rebuilt = index(corpus, to=to, rebuild=True)
    assert (len(rebuilt.refused), rebuilt.removed) == (3, [])
    assert texts(to).keys() == {"a.txt", "sub/b.md"}


def test_a_row_twice_is_one_document(to: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "in", {"t.csv": "text\nAn ox.\nA yak.\nAn ox.\n"}) / "t.csv"
    report = index(path, to=to)
    assert report.added == ["t.csv/row-2", "t.csv/row-3"]
    assert report.duplicates == [("t.csv/row-4", "t.csv/row-2")]


def test_a_rebuild_reads_the_archives_of_other_folders(
    corpus: Path, to: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    zipped(tmp_path / "other" / "z.zip", {"in/p.txt": "A pig.", "q.txt": "A cod."})
    index(tmp_path / "other", to=to)
    index(corpus, to=to)
    report = index(corpus, to=to, rebuild=True)
    assert report.added == ["z.zip/in/p.txt", "z.zip/q.txt", "a.txt", "sub/b.md"]
    assert report.removed == []


def test_members_of_one_name_in_two_folders(corpus: Path, to: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    zipped(corpus / "z.zip", {"p.txt": "A pig."})
    zipped(tmp_path / "other" / "z.zip", {"p.txt": "A cod.", "q.txt": "A rat."})
    index(corpus, to=to)
    report = index(tmp_path / "other", to=to)
    assert report.added == ["z.zip/q.txt"]
    assert "has the same name" in report.refused[0]
    assert texts(to)["z.zip/p.txt"] == "A pig."


def test_progress_counts_rows_as_they_are_found(to: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "in", {"t.csv": "text\n" + "".join(f"Ox {n}.\n" for n in range(5))})
    seen: list[tuple[int, int]] = []
    index_files([path], to, WatchedEncoder(), SETTINGS, progress=lambda *step: seen.append(step))
    assert seen == [(n, 5) for n in range(1, 6)]


def test_limits_are_settings(corpus: Path, to: Path) -> None:
    zipped(corpus / "z.zip", {"p.txt": "A pig.", "q.txt": "A cod."})
    put(corpus, {"t.jsonl": '{"text": "no", "said": "An owl."}'})
    tight = SETTINGS.model_copy(update={"archive_members": 1, "text_field": "said"})
    report = index_files([corpus], to, WatchedEncoder(), tight)
    assert report.added == ["a.txt", "sub/b.md", "t.jsonl/row-1"]
    assert "Split it, or raise QA_ARCHIVE_MEMBERS." in report.refused[0]
    assert texts(to)["t.jsonl/row-1"] == "An owl."


def test_every_limit_is_a_setting() -> None:
    defaults = limits_of(Settings())
    assert defaults == Limits()
    for name in (each.name for each in fields(Limits)):
        setting = name if name in Settings.model_fields else f"document_{name}"
        other = Settings().model_copy(update={setting: "other"})
        assert getattr(limits_of(other), name) == "other"


def test_an_interrupted_archive_goes_on_where_it_was(
    to: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.indexing._PASSAGES_AT_ONCE", 1)
    path = zipped(tmp_path / "z.zip", {f"{n}.txt": f"Animal {n}." for n in range(9)})
    with pytest.raises(KeyboardInterrupt):
        index(path, to=to, encoder=WatchedEncoder(interrupt_at="Animal 4"))
    report = index(path, to=to)
    assert report.unchanged == [f"z.zip/{n}.txt" for n in range(4)]
    assert report.added == [f"z.zip/{n}.txt" for n in range(4, 9)]
