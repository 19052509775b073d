"""Articles that other programs converted: each sentence is found again word for word, on its page.

Chromium, pandoc and LibreOffice convert them where they are installed; ``made`` holds one article
of each, as pandoc 2.17 and LibreOffice 7.4 made it, for machines that have neither.
"""

from __future__ import annotations

import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

import pytest

from qa.datatypes import Document
from tests.documents.formats.reading import document
from tests.documents.test_all_formats import ARTICLES, SENTENCES, article, read

MADE = Path(__file__).parent / "made"
SHIPPED = 7
HALF = SENTENCES // 2


def source(number: int) -> str:
    """Return an article as a web page that is to be printed on two sheets."""
    texts = [f"<p>{escape(text)}</p>" for text in article(number)]
    texts[HALF] = texts[HALF].replace("<p>", '<p style="page-break-before: always">')
    head = f"<meta charset='utf-8'><title>{title(number)}</title>"
    return f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{''.join(texts)}</body></html>"


def title(number: int) -> str:
    return f"Herons, part {number}"


def by_chromium(sources: Path, out: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = needed("chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        for path in sources.iterdir():
            page.goto(path.as_uri())
            page.pdf(path=out / f"{path.stem}.pdf", display_header_footer=True)
        browser.close()


def by_pandoc(suffix: str) -> Callable[[Path, Path], None]:
    def convert(sources: Path, out: Path) -> None:
        for path in sources.iterdir():
            to = out / f"{path.stem}{suffix}"
            command = [needed("pandoc"), "--standalone", str(path), "-o", str(to)]
            subprocess.run(command, check=True, capture_output=True, timeout=60)

    return convert


def by_libreoffice(wanted: str) -> Callable[[Path, Path], None]:
    def convert(sources: Path, out: Path) -> None:
        profile = f"-env:UserInstallation={(out / 'profile').as_uri()}"
        command = [needed("soffice"), profile, "--headless", "--infilter=HTML (StarWriter)",
                   "--convert-to", wanted, "--outdir", str(out),
                   *map(str, sorted(sources.iterdir()))]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        shutil.rmtree(out / "profile")

    return convert


def needed(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


CONVERTERS: Mapping[str, Callable[[Path, Path], None]] = {
    "chromium.pdf": by_chromium,
    "libreoffice.docx": by_libreoffice("docx:MS Word 2007 XML"),
    "libreoffice.pdf": by_libreoffice("pdf:writer_pdf_Export"),
    "pandoc.docx": by_pandoc(".docx"),
    "pandoc.epub": by_pandoc(".epub"),
    "pandoc.html": by_pandoc(".html"),
    "pandoc.md": by_pandoc(".md"),
}


def check(found: Document, number: int) -> None:
    """Find each sentence in its order; in a PDF, on its page."""
    if found.id.endswith(".md"):
        # Pandoc breaks lines, and the text is kept as it stands in the file.
        assert " ".join(article(number)) in " ".join(found.text.split())
        return
    places = [found.text.index(text) for text in article(number)]
    assert places == sorted(places)
    assert found.title == title(number)
    if found.id.endswith(".pdf"):
        pages = [bisect_right(found.pages, place) for place in places]
        assert pages == [1] * HALF + [2] * HALF
        assert "file://" not in found.text


@pytest.mark.parametrize("name", CONVERTERS)
def test_each_sentence_of_what_a_program_converted(name: str, tmp_path: Path) -> None:
    sources, out = tmp_path / "sources", tmp_path / "out"
    sources.mkdir()
    out.mkdir()
    for number in range(ARTICLES):
        (sources / f"{number:02}.html").write_text(source(number), encoding="utf-8")
    CONVERTERS[name](sources, out)
    found = read(out)
    assert len(found) == ARTICLES
    for key, each in found.items():
        check(each, int(key[:2]))


@pytest.mark.parametrize("name", sorted(path.name for path in MADE.iterdir()))
def test_each_sentence_of_what_is_shipped(name: str) -> None:
    check(document(MADE / name), SHIPPED)
