from __future__ import annotations

import logging
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.datatypes import Document, DocumentFacts
from qa.documents.formats.parts import Limits
from qa.errors import (
    DocumentError,
    EmptyCorpusError,
    IndexMismatchError,
    IndexNotFoundError,
    SettingsError,
    UnknownDocumentError,
)
from qa.indexing import (
    IndexReport,
    add_to_index,
    index_documents,
    index_files,
    manifest_of,
    remove_from_index,
)
from qa.indexing.embedding import embedded_texts, slice_document
from qa.indexing.update import limits_of
from qa.settings import Settings
from qa.store.store import Store
from tests.documents.formats.pdfs import pages_with_a_picture
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
    encoder = WatchedEncoder()
    report = index(corpus, to=to, encoder=encoder)
    assert (report.moved, report.added, report.removed) == ([("a.txt", "twin.txt")], [], [])
    assert encoder.encoded == []
    put(corpus, {"a.txt": "An ox."})
    assert index(corpus, to=to).duplicates == [("a.txt", "twin.txt")]
    assert texts(to).keys() == {"twin.txt", "sub/b.md"}


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
        "longer than 10,000 characters",
    ]
    (empty,) = report.empty
    assert empty == f"{corpus}/e.txt: holds no text. Remove it, or write something into it."
    assert {record.message for record in caplog.records} == {*report.refused, empty}
    assert report.times.keys() == {"a.txt", "c.txt", "d.doc", "e.txt", "f.txt"}
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
    with pytest.raises(EmptyCorpusError, match="no documents were given"):
        index_documents([], to, WatchedEncoder(), SETTINGS)


def test_an_interrupted_run_keeps_what_it_stored(
    corpus: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.indexing.embedding._PASSAGES_AT_ONCE", 1)
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
    monkeypatch.setattr("qa.indexing.embedding._PASSAGES_AT_ONCE", 1)
    with pytest.raises(KeyboardInterrupt):
        index(corpus, to=to, encoder=WatchedEncoder(interrupt_at="yak"))
    assert "emu" in str(texts(to)["a.txt"])


def test_an_interrupted_rebuild_changes_nothing(
    corpus: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.indexing.embedding._PASSAGES_AT_ONCE", 1)
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
    seen: list[tuple[float, int]] = []
    index_files([corpus], to, WatchedEncoder(), SETTINGS, progress=lambda *step: seen.append(step))
    assert seen[-1] == (2, 2)
    assert seen == sorted(seen)


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
    ]
    assert report.empty[0].startswith(f"{corpus}/z.zip/q.txt: holds no text")
    assert report.removed == []
    assert {"y.zip/r.txt", "z.zip/n.zip/deep.txt", "z.zip/q.txt"} <= texts(to).keys()
    # A rebuild holds only what can be read, and says so.
    rebuilt = index(corpus, to=to, rebuild=True)
    assert (len(rebuilt.refused), len(rebuilt.empty), rebuilt.removed) == (2, 1, [])
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


def test_a_rebuild_follows_a_link_that_was_added_by_its_name(
    corpus: Path, to: Path, tmp_path: Path
) -> None:
    out = put(tmp_path / "out", {"o.txt": "An owl.", "p.txt": "A pig."})
    folder = put(tmp_path / "in", {"sub/p.txt": "A pig."})
    (folder / "o.txt").symlink_to(out / "o.txt")
    add_to_index([folder / "o.txt"], to, WatchedEncoder(), SETTINGS)
    add_to_index([folder], to, WatchedEncoder(), SETTINGS)
    # What was not given by itself is followed no more than it was.
    (folder / "sub" / "p.txt").unlink()
    (folder / "sub" / "p.txt").symlink_to(out / "p.txt")
    report = index(corpus, to=to, rebuild=True)
    assert report.added == ["o.txt", "a.txt", "sub/b.md"]
    assert [line.partition(": ")[0] for line in report.refused] == [f"{folder}/sub/p.txt"]


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
    seen: list[tuple[float, int]] = []
    index_files([path], to, WatchedEncoder(), SETTINGS, progress=lambda *step: seen.append(step))
    assert seen[-1] == (5, 5)
    # A run that finds nothing new is not silent either.
    seen.clear()
    index_files([path], to, WatchedEncoder(), SETTINGS, progress=lambda *step: seen.append(step))
    assert seen[-1] == (5, 5)


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
    monkeypatch.setattr("qa.indexing.embedding._PASSAGES_AT_ONCE", 1)
    path = zipped(tmp_path / "z.zip", {f"{n}.txt": f"Animal {n}." for n in range(9)})
    with pytest.raises(KeyboardInterrupt):
        index(path, to=to, encoder=WatchedEncoder(interrupt_at="Animal 4"))
    report = index(path, to=to)
    assert report.unchanged == [f"z.zip/{n}.txt" for n in range(4)]
    assert report.added == [f"z.zip/{n}.txt" for n in range(4, 9)]


def facts(folder: Path) -> dict[str, DocumentFacts]:
    with Store(folder).snapshot() as state:
        return {each.id: each for each in state.facts()}


def test_a_renamed_file_moves_with_its_vectors(corpus: Path, to: Path) -> None:
    zipped(corpus / "z.zip", {"p.txt": "A pig.", "q.txt": "A cod."})
    index(corpus, to=to)
    before = vectors_of(to, "a.txt")
    (corpus / "a.txt").rename(corpus / "sub" / "the-ox.txt")
    (corpus / "z.zip").rename(corpus / "y.zip")
    encoder = WatchedEncoder()
    report = index(corpus, to=to, encoder=encoder)
    assert report.moved == [
        ("a.txt", "sub/the-ox.txt"),
        ("z.zip/p.txt", "y.zip/p.txt"),
        ("z.zip/q.txt", "y.zip/q.txt"),
    ]
    assert (report.added, report.removed, report.unchanged) == ([], [], ["sub/b.md"])
    assert (encoder.encoded, report.passages) == ([], 0)
    assert np.array_equal(vectors_of(to, "sub/the-ox.txt"), before)
    moved = facts(to)["sub/the-ox.txt"]
    assert (moved.title, moved.source) == ("The ox", (corpus / "sub/the-ox.txt").as_posix())
    assert index(corpus, to=to).unchanged == [
        "sub/b.md", "sub/the-ox.txt", "y.zip/p.txt", "y.zip/q.txt",
    ]  # fmt: skip


def vectors_of(folder: Path, document_id: str) -> NDArray[np.float32]:
    with Store(folder).snapshot() as state:
        return state.vectors([passage.id for passage in state.passages_of(document_id)])


def test_names_that_are_exchanged(corpus: Path, to: Path) -> None:
    put(corpus, {"b.txt": "A yak."})
    index(corpus, to=to)
    put(corpus, {"a.txt": "A yak.", "b.txt": "An ox."})
    encoder = WatchedEncoder()
    report = index(corpus, to=to, encoder=encoder)
    assert encoder.encoded == []
    assert sorted([*report.updated, *report.added]) == ["a.txt", "b.txt"]
    assert texts(to) == {"a.txt": "A yak.", "b.txt": "An ox.", "sub/b.md": "# Yaks\n\nA yak."}


def test_rows_that_move_up_and_down_are_not_embedded_again(to: Path, tmp_path: Path) -> None:
    rows = [f"Animal {n}." for n in range(5)]
    path = put(tmp_path / "in", {"t.csv": "\n".join(["text", *rows])}) / "t.csv"
    index(path, to=to)
    for changed in (["New.", *rows], rows[2:], [*rows[3:], *rows[:3]]):
        put(tmp_path / "in", {"t.csv": "\n".join(["text", *changed])})
        encoder = WatchedEncoder()
        index(path, to=to, encoder=encoder)
        assert {text[-2:] for text in encoder.encoded} <= {"w.", "0.", "1."}
        assert texts(to) == {f"t.csv/row-{n}": text for n, text in enumerate(changed, start=2)}


def test_the_same_content_in_two_runs_is_stored_once_with_two_sources(
    corpus: Path, to: Path, tmp_path: Path
) -> None:
    other = put(tmp_path / "other", {"twin.txt": "An ox.", "o.txt": "An owl."})
    index(corpus, to=to)
    report = index(other, to=to)
    assert (report.added, report.duplicates) == (["o.txt"], [("twin.txt", "a.txt")])
    assert facts(to)["a.txt"].copies == ((other / "twin.txt").as_posix(),)
    with Store(to).snapshot() as state:
        assert state.document("twin.txt") == state.document("a.txt") is not None
        assert state.ids("twin.txt") == ["a.txt"]
        assert len(state.search_words("ox", 9, ["twin.txt"])) == 1
    # Both are known now: neither is read again.
    assert index(other, to=to).times == {}
    # The first goes, and the other, in a folder that this run does not read, takes its place.
    (corpus / "a.txt").unlink()
    encoder = WatchedEncoder()
    assert index(corpus, to=to, encoder=encoder).moved == [("a.txt", "twin.txt")]
    assert encoder.encoded == []
    assert facts(to)["twin.txt"].copies == ()
    # It changes, and is a document like any other.
    put(other, {"twin.txt": "An emu."})
    assert index(other, to=to).updated == ["twin.txt"]


def test_a_copy_goes_with_its_file(corpus: Path, to: Path, tmp_path: Path) -> None:
    other = put(tmp_path / "other", {"twin.txt": "An ox."})
    index(corpus, other, to=to)
    (other / "twin.txt").unlink()
    assert index(other, to=to).removed == ["twin.txt"]
    put(other, {"twin.txt": "An ox."})
    index(other, to=to)
    (other / "twin.txt").unlink()
    (corpus / "a.txt").unlink()
    # Nobody has the content any more, though only one of the folders was named.
    assert index(corpus, to=to).removed == ["a.txt", "twin.txt"]
    assert texts(to).keys() == {"sub/b.md"}


def test_a_copy_of_what_changes_becomes_a_document(corpus: Path, to: Path) -> None:
    put(corpus, {"twin.txt": "An ox."})
    index(corpus, to=to)
    put(corpus, {"a.txt": "An emu."})
    encoder = WatchedEncoder()
    report = index(corpus, to=to, encoder=encoder)
    assert (report.updated, report.duplicates) == (["a.txt"], [])
    assert encoder.encoded == ["A. An emu."]
    assert texts(to) == {"a.txt": "An emu.", "twin.txt": "An ox.", "sub/b.md": "# Yaks\n\nA yak."}
    # And back: the second to come to a content is the copy.
    put(corpus, {"a.txt": "An ox."})
    assert index(corpus, to=to).duplicates == [("a.txt", "twin.txt")]
    assert texts(to).keys() == {"twin.txt", "sub/b.md"}


def test_an_interrupted_rename_loses_nothing(
    corpus: Path, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.indexing.embedding._PASSAGES_AT_ONCE", 1)
    put(corpus, {"twin.txt": "An ox."})
    index(corpus, to=to)
    put(corpus, {"a.txt": "An emu."})
    (corpus / "sub" / "b.md").rename(corpus / "b.md")
    (corpus / "sub" / "z.txt").write_text("A cod.")
    with pytest.raises(KeyboardInterrupt):
        index(corpus, to=to, encoder=WatchedEncoder(interrupt_at="cod"))
    assert texts(to) == {"a.txt": "An emu.", "twin.txt": "An ox.", "sub/b.md": "# Yaks\n\nA yak."}
    encoder = WatchedEncoder()
    report = index(corpus, to=to, encoder=encoder)
    assert (report.moved, report.added) == ([("sub/b.md", "b.md")], ["sub/z.txt"])
    assert encoder.encoded == ["Z. A cod."]


def test_a_folder_that_is_renamed_is_not_embedded_again(
    corpus: Path, to: Path, tmp_path: Path
) -> None:
    index(corpus, to=to)
    corpus.rename(tmp_path / "moved")
    encoder = WatchedEncoder()
    report = index(tmp_path / "moved", to=to, encoder=encoder)
    assert (report.unchanged, report.updated) == (["a.txt", "sub/b.md"], [])
    assert encoder.encoded == []
    assert facts(to)["a.txt"].source == (tmp_path / "moved" / "a.txt").as_posix()


def test_adding_removes_nothing(corpus: Path, to: Path) -> None:
    index(corpus, to=to)
    (corpus / "a.txt").unlink()
    put(corpus, {"c.txt": "A cod."})
    report = add_to_index([corpus, corpus / "c.txt"], to, WatchedEncoder(), SETTINGS)
    assert (report.added, report.removed) == (["c.txt"], [])
    assert report.duplicates == []
    assert texts(to).keys() == {"a.txt", "c.txt", "sub/b.md"}
    bad = put(corpus.with_name("bad"), {"x.png": "x"})
    assert len(add_to_index([bad], to, WatchedEncoder(), SETTINGS).refused) == 1
    with pytest.raises(DocumentError, match="no such file"):
        add_to_index([corpus / "nothing"], to, WatchedEncoder(), SETTINGS)


def test_a_document_never_displaces_a_file_of_its_name(corpus: Path, to: Path) -> None:
    index(corpus, to=to)
    other = make_document("a.txt", "An emu.")
    report = add_to_index([other, make_document("new", "A cod.")], to, WatchedEncoder(), SETTINGS)
    assert report.added == ["new"]
    assert "the article a.txt of" in report.refused[0]
    # Two documents of one text are two: their ids are the caller's.
    add_to_index([make_document("newer", "A cod.")], to, WatchedEncoder(), SETTINGS)
    assert {"new", "newer"} <= texts(to).keys()
    report = add_to_index([make_document("newer", "A cod.")], to, WatchedEncoder(), SETTINGS)
    assert report.unchanged == ["newer"]


def test_documents_are_removed_by_their_ids(corpus: Path, to: Path) -> None:
    put(corpus, {"t.csv": "text\nA pig.\nA cod.\n", "twin.txt": "An ox."})
    index(corpus, to=to)
    with pytest.raises(UnknownDocumentError, match="no document 't.cs' here"):
        remove_from_index(["a.txt", "t.cs"], to)
    report = remove_from_index(["t.csv", "a.txt"], to)
    assert report.removed == ["t.csv/row-2", "t.csv/row-3"]
    assert report.moved == [("a.txt", "twin.txt")]
    assert texts(to).keys() == {"sub/b.md", "twin.txt"}
    remove_from_index(["sub", "twin.txt"], to)
    assert texts(to) == {}
    # The files are there still.
    assert index(corpus, to=to).added == ["a.txt", "sub/b.md", "t.csv/row-2", "t.csv/row-3"]


def test_an_index_may_become_empty(corpus: Path, to: Path) -> None:
    index(corpus, to=to)
    shutil.rmtree(corpus)
    corpus.mkdir()
    assert index(corpus, to=to).removed == ["a.txt", "sub/b.md"]
    assert texts(to) == {}
    with Store(to).snapshot() as state:
        assert state.search_words("ox", 5) == []
        assert state.search_vectors(WatchedEncoder().encode(["ox"])[0], 5) == []
    with pytest.raises(EmptyCorpusError):
        index(corpus, to=to)
    put(corpus, {"c.txt": "A cod."})
    assert index(corpus, to=to).added == ["c.txt"]


def test_progress_counts_parts_of_a_long_document(
    to: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.indexing.report._PAUSE_SECONDS", 0)
    put(tmp_path / "in", {"a.txt": "\n\n".join(f"Ox {n} is here." for n in range(40))})
    seen: list[float] = []

    def see(done: float, total: int) -> None:
        seen.append(done)

    index_files([tmp_path / "in"], to, WatchedEncoder(), SETTINGS, progress=see)
    assert seen == sorted(seen)
    assert len({done for done in seen if 0 < done < 1}) == 39


def test_what_was_read_in_part_is_told(corpus: Path, to: Path) -> None:
    (corpus / "p.pdf").write_bytes(pages_with_a_picture())
    report = index(corpus, to=to)
    assert report.added == ["a.txt", "p.pdf", "sub/b.md"]
    assert report.notices == [
        f"{corpus}/p.pdf: has pictures without text on 1 of 3 pages (2), and these are not read. "
        "Where they are scans, recognise their text, e.g. with: ocrmypdf --skip-text"
    ]
    assert report.is_complete
    assert index(corpus, to=to).notices == []


def test_the_index_itself_is_no_corpus(tmp_path: Path) -> None:
    put(tmp_path, {"a.txt": "An ox."})
    for _ in range(2):
        report = index(tmp_path, to=tmp_path / "index")
        assert report.is_complete
    assert report.unchanged == ["a.txt"]
