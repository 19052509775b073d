"""Word documents (.docx): paragraphs, lists, tables row by row, text boxes, notes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.documents.formats.kinds import kind_of, refuse_other_kinds
from qa.documents.formats.parts import Extract, Limits, UnreadableError
from qa.documents.formats.tidy import join_blocks, one_line, row_of, tidy_lines
from qa.documents.formats.zips import open_zip

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# What only holds paragraphs and tables.
_HOLDERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml")}
# What stands in these is gone once tracked changes are accepted.
_GONE = (f"{_W}del", f"{_W}moveFrom")
_NOTES = re.compile(r"/word/(?:foot|end)notes\d*\.xml")


def read_word(data: bytes, limits: Limits) -> Extract:
    """Read one document; title and date from its properties, else the title from its text.

    Raises:
        UnreadableError: damaged, protected by a password, or no .docx.
    """
    from docx import Document as open_document

    kind = kind_of(data)
    if kind is None or "zip" not in kind:
        refuse_other_kinds(data, "a .docx")
    # Only a look, for a bomb: python-docx opens it itself.
    open_zip(data, limits, what="a .docx").close()
    try:
        document = open_document(io.BytesIO(data))
    except (KeyError, ValueError) as error:
        raise UnreadableError(
            "is damaged, or not a .docx", "Open it in Word or LibreOffice and save it once more."
        ) from error
    headings = {
        style.style_id: int(found[1])
        for style in document.styles
        if (found := _HEADING.fullmatch(style.name or ""))
    }
    titles = {style.style_id for style in document.styles if (style.name or "") == "Title"}
    blocks = list(_blocks(document.element.body, headings, titles))
    shown = next((text for kind, text in blocks if kind == "title"), None)
    blocks += [("text", note) for note in _notes(document)]
    facts = document.core_properties
    return Extract(
        join_blocks(("text" if kind == "title" else kind, text) for kind, text in blocks),
        title=one_line(facts.title or "") or (shown or "").lstrip("# ") or None,
        date=_date(facts),
    )


def _date(facts: object) -> str | None:
    # python-docx's own template says 2013; a program that set no date did not mean that.
    for name in ("created", "modified"):
        value = getattr(facts, name, None)
        if value is not None and value.date().isoformat() != "2013-12-23":
            return str(value.date().isoformat())
    return None


def _blocks(
    parent: _Element, headings: dict[str, int], titles: set[str]
) -> Iterator[tuple[str, str]]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, headings, titles)
        elif child.tag == f"{_W}tbl":
            yield from _table(child)
        elif child.tag in _HOLDERS:
            yield from _blocks(child, headings, titles)


def _paragraph(
    paragraph: _Element, headings: dict[str, int], titles: set[str]
) -> Iterator[tuple[str, str]]:
    text = tidy_lines(_text(paragraph))
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    style_id = "" if style is None else style.get(f"{_W}val", "")
    if text:
        if style_id in titles:
            yield "title", "# " + one_line(text)
        elif style_id in headings:
            yield "text", "#" * min(6, headings[style_id]) + " " + one_line(text)
        elif paragraph.find(f"{_W}pPr/{_W}numPr") is not None or style_id.startswith("List"):
            yield "item", "- " + text
        else:
            yield "text", text
    # Text boxes are anchored in a paragraph, but are no part of its sentences.
    for box in paragraph.iter(f"{_W}txbxContent"):
        if not any(above.tag.endswith(("}Fallback", *_GONE)) for above in box.iterancestors()):
            yield from _blocks(box, headings, titles)


def _table(table: _Element) -> Iterator[tuple[str, str]]:
    for row in table.iterfind(f"{_W}tr"):
        cells = [
            " ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p"))
            for cell in row.iter(f"{_W}tc")
            # What stands in a table within a cell is read as words of that cell.
            if next(cell.iterancestors(f"{_W}tr")) is row
        ]
        if line := row_of(cells):
            yield "row", line


def _text(paragraph: _Element) -> str:
    """Return a paragraph's words as they stand after all tracked changes are accepted."""
    words = []
    for element in paragraph.iter(f"{_W}t", *_SIGNS):
        if next(element.iterancestors(f"{_W}p", *_GONE)) is not paragraph:
            continue
        if element.tag == f"{_W}t":
            words.append(element.text or "")
        elif element.getparent().tag == f"{_W}r":
            words.append(_SIGNS[element.tag])
    return "".join(words)


def _notes(document: WordDocument) -> Iterator[str]:
    """Yield the footnotes and endnotes, which lie in files of their own."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for part in document.part.package.iter_parts():
        if _NOTES.fullmatch(str(part.partname)):
            for note in etree.fromstring(part.blob, parser):
                text = one_line(" ".join(_text(each) for each in note.iter(f"{_W}p")))
                if text:
                    yield text
