"""Hostile files by the hundred: each is read or refused in words, none stops or escapes."""

from __future__ import annotations

import io
import random
import time
import zipfile
from pathlib import Path

import pytest

from qa.datatypes import Document
from qa.documents.corpus import CorpusReader, find_files
from qa.documents.formats.parts import Limits
from qa.documents.formats.registry import SUFFIXES
from qa.documents.outcomes import Refusal
from tests.documents.test_all_formats import WRITERS, article

MAGIC = (b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><body>",
         b"\x89PNG\r\n\x1a\n", b"\xff\xfe", b"From: a\n\n", b'{"text": "')  # fmt: skip


def hostile(dice: random.Random, suffix: str) -> bytes:
    """Return bytes that are no sound file of this ending, or are one only by chance."""
    other = dice.choice(sorted(WRITERS))
    way = dice.randrange(6)
    if way == 0:
        return WRITERS[other](article(dice.randrange(30)))
    if way == 1:
        return dice.choice(MAGIC) + dice.randbytes(dice.randrange(2000))
    data = bytearray(WRITERS[suffix](article(dice.randrange(30))))
    if way == 2:
        return bytes(data[: dice.randrange(len(data))])
    if way == 3:
        return bytes(data[dice.randrange(len(data)) :])
    for _ in range(dice.choice([1, 5, 50, 500])):
        data[dice.randrange(min(len(data), 200) if way == 4 else len(data))] = dice.randrange(256)
    return bytes(data)


def test_a_thousand_damaged_files_stop_nothing(tmp_path: Path) -> None:
    dice = random.Random(22)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(1000):
        suffix = dice.choice(sorted(SUFFIXES))
        (folder / f"{number:03}{suffix}").write_bytes(hostile(dice, suffix))
    began = time.monotonic()
    read = refused = 0
    with CorpusReader(Limits(seconds=10)) as reader:
        for file in find_files([folder]):
            count = 0
            for outcome in reader.read(file, {}):
                count += 1
                assert outcome.id == file.document_id or outcome.id.startswith(
                    f"{file.document_id}/"
                )
                if isinstance(outcome, Document):
                    read += 1
                    outcome.text.encode()
                    assert outcome.text.strip()
                    assert outcome.title.strip() == outcome.title != ""
                    assert list(outcome.pages) == sorted(outcome.pages)
                else:
                    refused += 1
                    assert isinstance(outcome, Refusal)
                    message = str(file.error(outcome))
                    assert len(message) < len(str(file.path)) + 600
                    assert message.isprintable(), message
            assert count, f"{file.path}: not a word about it"
    assert read > 100
    assert refused > 300
    assert time.monotonic() - began < 300
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]
    assert len(list(folder.iterdir())) == 1000


@pytest.mark.parametrize("suffix", [".html", ".eml", ".md", ".csv", ".jsonl", ".txt"])
def test_one_line_of_many_megabytes(suffix: str, tmp_path: Path) -> None:
    head = {".eml": b"Subject: x\n\n", ".csv": b"text\n", ".html": b"<p>"}.get(suffix, b"")
    (tmp_path / f"a{suffix}").write_bytes(head + b"word " * 3_000_000)
    began = time.monotonic()
    with CorpusReader(Limits(seconds=20)) as reader:
        (file,) = find_files([tmp_path])
        (outcome,) = reader.read(file, {})
    assert time.monotonic() - began < 20
    if suffix == ".jsonl":
        assert isinstance(outcome, Refusal)
    else:
        assert isinstance(outcome, Document)
        assert outcome.text.count("word") == 3_000_000


def test_a_large_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        with (tmp_path / f"a{suffix}").open("wb") as file:
            file.truncate(2**30)
    began = time.monotonic()
    with CorpusReader(Limits()) as reader:
        for each in find_files([tmp_path]):
            (outcome,) = reader.read(each, {})
            assert isinstance(outcome, Refusal)
            assert outcome.reason == "larger than 200,000,000 bytes"
    assert time.monotonic() - began < 2


def test_names_that_deceive_are_reported_and_never_obeyed(tmp_path: Path) -> None:
    names = ["a\nb.txt", "\u202egpj.txt", "a\x1b[2Jb.txt", "..", "a" * 240 + ".txt", "\ud7ff.txt"]
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        for name in names:
            archive.writestr(name, "An ox.")
    (tmp_path / "a.zip").write_bytes(to.getvalue())
    with CorpusReader(Limits()) as reader:
        (file,) = find_files([tmp_path])
        outcomes = list(reader.read(file, {}))
        messages = [
            str(file.error(outcome)) for outcome in outcomes if isinstance(outcome, Refusal)
        ]
    assert len(outcomes) == len(names)
    assert len(messages) == 3
    assert all(message.isprintable() for message in messages)
