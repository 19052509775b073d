from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml

from tests.documents.formats.reading import document, refusal

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(word: WordDocument) -> bytes:
    to = io.BytesIO()
    word.save(to)
    return to.getvalue()


def replaced(data: bytes, name: str, content: bytes) -> bytes:
    """Return a zip file with one member exchanged, or added."""
    to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(to, "w") as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return to.getvalue()


@pytest.fixture
def word() -> WordDocument:
    return docx.Document()


def test_all_that_a_person_reads_in_its_order(word: WordDocument, tmp_path: Path) -> None:
    word.add_heading("The Rhine", 0)
    word.add_paragraph("The Rhine rises in the Alps. ").add_run("It is 1,230 km long.").bold = True
    word.add_heading("Traffic", 2)
    word.add_paragraph("Basel", style="List Bullet")
    word.add_paragraph("Cologne", style="List Number")
    table = word.add_table(2, 3)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells],
        ["River", "Length", "Source", "Rhine", "1,230 km", ""],
        strict=True,
    ):
        cell.text = text
    word.add_paragraph("The Rhine at Basel. Photo: A. Lee", style="Caption")
    word.add_paragraph("Line one\nline two\tend")
    word.sections[0].header.paragraphs[0].text = "Running head"
    assert document(tmp_path / "a.docx", saved(word)).text == (
        "# The Rhine\n\nThe Rhine rises in the Alps. It is 1,230 km long.\n\n## Traffic\n\n"
        "- Basel\n- Cologne\n\n| River | Length | Source |\n| Rhine | 1,230 km | |\n\n"
        "The Rhine at Basel. Photo: A. Lee\n\nLine one\nline two end"
    )


def test_facts_come_from_the_properties(word: WordDocument, tmp_path: Path) -> None:
    word.add_heading("Shown", 0)
    word.add_paragraph("Text.")
    assert document(tmp_path / "my-file.docx", saved(word)).title == "Shown"
    # The date of python-docx's template is nobody's date.
    assert document(tmp_path / "my-file.docx").date is None
    word.core_properties.title = "Told"
    word.core_properties.created = datetime.datetime(2022, 12, 22, 23, 0)
    found = document(tmp_path / "my-file.docx", saved(word))
    assert (found.title, found.date) == ("Told", "2022-12-22")


def test_a_title_is_made_of_the_name_where_there_is_none(
    word: WordDocument, tmp_path: Path
) -> None:
    word.add_paragraph("Text.")
    assert document(tmp_path / "my-file.docx", saved(word)).title == "My file"


def test_changes_count_as_accepted(word: WordDocument, tmp_path: Path) -> None:
    paragraph = word.add_paragraph("The heron ")
    for xml in (
        f'<w:del xmlns:w="{W}"><w:r><w:delText>never </w:delText></w:r></w:del>',
        f'<w:ins xmlns:w="{W}"><w:r><w:t>often </w:t></w:r></w:ins>',
        f'<w:hyperlink xmlns:w="{W}"><w:r><w:t>fishes.</w:t></w:r></w:hyperlink>',
    ):
        paragraph._p.append(parse_xml(xml))
    assert document(tmp_path / "a.docx", saved(word)).text == "The heron often fishes."


def test_what_was_moved_is_read_where_it_is_now(word: WordDocument, tmp_path: Path) -> None:
    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    def moved(kind: str, inner: str) -> str:
        return f'<w:{kind} xmlns:w="{W}" w:id="1" w:author="Lee">{inner}</w:{kind}>'

    box = f"<w:r><w:txbxContent><w:p>{run('In a box.')}</w:p></w:txbxContent></w:r>"
    paragraph = word.add_paragraph("The heron ")
    for xml in (
        moved("moveFrom", run("often ") + box),
        moved("del", "<w:r><w:br/><w:delText>never</w:delText></w:r>"),
        f'<w:r xmlns:w="{W}"><w:t>fishes </w:t></w:r>',
        moved("moveTo", run("often.") + box),
    ):
        paragraph._p.append(parse_xml(xml))
    for kind in ("moveFrom", "moveTo"):
        word.element.body.insert(0, parse_xml(moved(kind, f"<w:p>{run('It waits.')}</w:p>")))
    assert document(tmp_path / "a.docx", saved(word)).text == (
        "It waits.\n\nThe heron fishes often.\n\nIn a box."
    )


def test_a_text_box_is_a_paragraph_of_its_own(word: WordDocument, tmp_path: Path) -> None:
    paragraph = word.add_paragraph("The heron fishes.")
    box = OxmlElement("w:txbxContent")
    box.append(parse_xml(f'<w:p xmlns:w="{W}"><w:r><w:t>In a box.</w:t></w:r></w:p>'))
    run = paragraph.add_run(" It waits.")
    run._r.append(box)
    assert document(tmp_path / "a.docx", saved(word)).text == (
        "The heron fishes. It waits.\n\nIn a box."
    )


def test_a_table_within_a_cell_is_read_once(word: WordDocument, tmp_path: Path) -> None:
    table = word.add_table(1, 2)
    table.cell(0, 0).text = "out"
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "in", "deep"
    assert document(tmp_path / "a.docx", saved(word)).text == "| out | in deep |"


def test_footnotes_follow_the_text(word: WordDocument, tmp_path: Path) -> None:
    word.add_paragraph("Text.")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="1"><w:p><w:r><w:t>See Lee, 2019.</w:t>'
        "</w:r></w:p></w:footnote></w:footnotes>"
    )
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), word.part.package)
    word.part.relate_to(part, relation)
    assert document(tmp_path / "a.docx", saved(word)).text == "Text.\n\nSee Lee, 2019."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"plain text", "is damaged, or not a .docx"),
        (b"%PDF-1.7", "is a PDF, not a .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old or protected Office file"),
        (b"", "is damaged, or not a .docx"),
    ],
)
def test_other_files(data: bytes, reason: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.docx", data).reason.startswith(reason)


def test_an_empty_document(word: WordDocument, tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.docx", saved(word)).reason == "holds no text"


def test_a_zip_that_is_no_document(tmp_path: Path) -> None:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        archive.writestr("a.txt", "text")
    assert refusal(tmp_path / "a.docx", to.getvalue()).reason.startswith("is damaged")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_document_cut_short(share: float, word: WordDocument, tmp_path: Path) -> None:
    word.add_paragraph("Text.")
    data = saved(word)
    assert "damaged" in refusal(tmp_path / "a.docx", data[: int(len(data) * share)]).reason


def test_entities_that_multiply_are_refused(word: WordDocument, tmp_path: Path) -> None:
    word.add_paragraph("Text.")
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    xml = (
        f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><w:document xmlns:w="{W}"><w:body><w:p><w:r>'
        "<w:t>Start &e12; end</w:t></w:r></w:p></w:body></w:document>"
    )
    data = replaced(saved(word), "word/document.xml", xml.encode())
    assert "amplification" in refusal(tmp_path / "a.docx", data).reason
