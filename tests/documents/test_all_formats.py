"""The same articles in every format: each sentence is found again, word for word, on its page."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from html import escape
from pathlib import Path

import docx
import pytest
from reportlab.platypus import PageBreak

from qa.datatypes import Document
from qa.documents.corpus import CorpusReader, find_files
from qa.documents.formats.parts import Limits
from qa.documents.formats.registry import SUFFIXES
from tests.documents.formats.pdfs import paragraphs, sentence, typeset
from tests.documents.formats.test_epub import BOOK, chapter, packed

ARTICLES = 30
SENTENCES = 12
Article = list[str]


def article(number: int) -> Article:
    return [sentence(number * SENTENCES + n) for n in range(SENTENCES)]


def as_text(texts: Article) -> bytes:
    return "\n\n".join(texts).encode()


def as_utf16(texts: Article) -> bytes:
    return "\r\n".join(texts).encode("utf-16")


def as_html(texts: Article) -> bytes:
    body = "".join(f"<p>{escape(text)}</p>" for text in texts)
    return f"<html><body><nav>Home</nav><main>{body}</main></body></html>".encode()


def as_pdf(texts: Article) -> bytes:
    half = len(texts) // 2
    story = [*paragraphs(*texts[:half]), PageBreak(), *paragraphs(*texts[half:])]
    return typeset(story, columns=2, head="The Heron Journal")


def as_docx(texts: Article) -> bytes:
    word = docx.Document()
    for text in texts:
        word.add_paragraph(text)
    to = io.BytesIO()
    word.save(to)
    return to.getvalue()


def as_epub(texts: Article) -> bytes:
    chapters = [chapter("".join(f"<p>{text}</p>" for text in half)) for half in (texts, ["End."])]
    names = ("OEBPS/text/first.xhtml", "OEBPS/text/second part.xhtml")
    return packed({**BOOK, **dict(zip(names, chapters, strict=True))})


def as_mail(texts: Article) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "lee@example.org", "Herons"
    mail.set_content("\n\n".join(texts), cte="base64")
    return mail.as_bytes()


def as_csv(texts: Article) -> bytes:
    to = io.StringIO()
    csv.writer(to).writerows([["text"], ["\n\n".join(texts)]])
    return to.getvalue().encode()


def as_json_lines(texts: Article) -> bytes:
    return json.dumps({"title": "Herons", "text": " ".join(texts)}).encode()


def as_zip(texts: Article) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner/article.md", as_text(texts))
    return to.getvalue()


WRITERS: Mapping[str, Callable[[Article], bytes]] = {
    ".txt": as_text,
    ".text": as_utf16,
    ".md": as_text,
    ".markdown": as_text,
    ".html": as_html,
    ".htm": as_html,
    ".xhtml": as_html,
    ".pdf": as_pdf,
    ".docx": as_docx,
    ".epub": as_epub,
    ".eml": as_mail,
    ".csv": as_csv,
    ".tsv": as_csv,
    ".jsonl": as_json_lines,
    ".ndjson": as_json_lines,
    ".zip": as_zip,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """Every article in every format, read as one folder."""
    folder = tmp_path_factory.mktemp("formats")
    for number in range(ARTICLES):
        for suffix, write in WRITERS.items():
            (folder / f"{number:02}{suffix}").write_bytes(write(article(number)))
    return read(folder)


def read(folder: Path) -> dict[str, Document]:
    documents = {}
    with CorpusReader(Limits()) as reader:
        for file in find_files([folder]):
            for outcome in reader.read(file, {}):
                assert isinstance(outcome, Document), outcome
                documents[outcome.id] = outcome
    return documents


def test_there_is_a_writer_for_every_format(found: dict[str, Document]) -> None:
    assert WRITERS.keys() == SUFFIXES
    assert len(found) == ARTICLES * len(WRITERS) >= 300


@pytest.mark.parametrize("suffix", WRITERS)
def test_each_sentence_is_found_word_for_word_in_its_order(
    suffix: str, found: dict[str, Document]
) -> None:
    of_format = [key for key in found if f"{suffix}/" in key or key.endswith(suffix)]
    of_format = [key for key in of_format if key[2:].startswith(suffix)]
    assert len(of_format) == ARTICLES
    for key in of_format:
        text = found[key].text
        places = [text.index(sentence) for sentence in article(int(key[:2]))]
        assert places == sorted(places)


def test_each_sentence_of_a_pdf_is_on_its_page(found: dict[str, Document]) -> None:
    for number in range(ARTICLES):
        document = found[f"{number:02}.pdf"]
        pages = [
            bisect_right(document.pages, document.text.index(text)) for text in article(number)
        ]
        assert pages == [1] * (SENTENCES // 2) + [2] * (SENTENCES // 2)
