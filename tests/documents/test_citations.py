"""From a file to a citation: the quote stands in the stored text, on the page that is named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from reportlab.platypus import PageBreak

from tests.documents.formats.pdfs import paragraphs, typeset
from tests.robustness.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "corpus", tmp_path / "index")
    shelf.corpus.mkdir()
    return shelf


def test_a_citation_of_a_pdf_names_its_page(shelf: Shelf) -> None:
    story = paragraphs("Kestrels hover above the field.")
    story += [PageBreak(), *paragraphs("The Rhine rises in the Alps.", "It is long."), PageBreak()]
    story += paragraphs("Green tea steeps for three minutes.")
    data = typeset(story, title="Three pages")
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        archive.writestr("inner/report.pdf", data)
    (shelf.corpus / "a.zip").write_bytes(to.getvalue())
    shelf.update()
    assistant = shelf.open()
    for question, quote, page in [
        ("What hovers above the field?", "Kestrels hover above the field.", 1),
        ("Where does the Rhine rise?", "The Rhine rises in the Alps.", 2),
        ("How long does green tea steep?", "Green tea steeps for three minutes.", 3),
    ]:
        citation = assistant.ask(question).citations[0]
        assert (citation.quote, citation.page) == (quote, page)
        assert citation.document_id == "a.zip/inner/report.pdf"
        assert citation.title == "Three pages"
        assert citation.source.endswith("corpus/a.zip/inner/report.pdf")
        text = assistant.document(citation.document_id).text
        assert text[citation.start : citation.end] == quote
    assistant.store.close()


def test_a_citation_carries_title_source_and_date(shelf: Shelf) -> None:
    head = "---\ntitle: The birds of Basel\ndate: 2022-12-22\n---\n"
    (shelf.corpus / "birds.md").write_text(f"{head}\nKestrels hover above the field.")
    (shelf.corpus / "tea.txt").write_text("Green tea steeps for three minutes.")
    shelf.update()
    assistant = shelf.open()
    bird = assistant.ask("What hovers above the field?").citations[0]
    assert (bird.title, bird.date, bird.page) == ("The birds of Basel", "2022-12-22", None)
    assert bird.source.endswith("corpus/birds.md")
    tea = assistant.ask("How long does green tea steep?", documents=["tea.txt"]).citations[0]
    assert (tea.title, tea.date, tea.page) == ("Tea", None, None)
    assistant.store.close()


def test_a_heading_is_the_section_of_its_passages(shelf: Shelf) -> None:
    (shelf.corpus / "a.html").write_text("<h1>The Rhine</h1><h2>Traffic</h2><p>Barges carry coal.")
    shelf.update()
    assistant = shelf.open()
    passages = assistant.passages("a.html")
    assert [passage.section for passage in passages] == ["Traffic"]
    assistant.store.close()
