"""Books in EPUB: a zip of XHTML, read in the order of its spine."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qa.documents.formats.dates import iso_day
from qa.documents.formats.markup import parse_markup, text_of
from qa.documents.formats.parts import Extract, Limits, UnreadableError
from qa.documents.formats.tidy import one_line
from qa.documents.formats.web_page import decode_markup
from qa.documents.formats.zips import open_zip, read_member

if TYPE_CHECKING:
    from zipfile import ZipFile

    from lxml.etree import _Element

_CONTAINER = "META-INF/container.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"


def read_book(data: bytes, limits: Limits) -> Extract:
    """Read one book: its chapters' text; title and date from its package file.

    Raises:
        UnreadableError: damaged, protected against copying, or no EPUB.
    """
    with open_zip(data, limits, what="an EPUB") as archive:
        rootfile = _xml(archive, _CONTAINER, limits).find(".//{*}rootfile")
        path = "" if rootfile is None else rootfile.get("full-path", "")
        package = _xml(archive, path, limits)
        encrypted = _encrypted(archive, limits)
        files = {
            item.get("id"): posixpath.normpath(
                posixpath.join(posixpath.dirname(path), unquote(item.get("href", "")))
            )
            for item in package.iterfind(".//{*}manifest/{*}item")
            # The table of contents only repeats the headings.
            if "html" in item.get("media-type", "")
            and "nav" not in item.get("properties", "").split()
        }
        order = [item.get("idref") for item in package.iterfind(".//{*}spine/{*}itemref")]
        names = [files[key] for key in dict.fromkeys(order) if key in files]
        if encrypted.intersection(names):
            raise UnreadableError(
                "is protected against copying", "Get a copy without that protection."
            )
        chapters = []
        for name in names:
            markup = decode_markup(read_member(archive, name, limits))
            # A page with only a picture, as a cover is, has no text.
            if text := text_of(parse_markup(markup), whole=True):
                chapters.append(text)
    return Extract(
        "\n\n".join(chapters),
        title=_fact(package, "title"),
        date=iso_day(_fact(package, "date") or ""),
    )


def _xml(archive: ZipFile, name: str, limits: Limits) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(read_member(archive, name, limits), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(
            f"is damaged: {name:.100} in it is not XML", "Get it anew, or save it once more."
        ) from error


def _encrypted(archive: ZipFile, limits: Limits) -> set[str]:
    name = "META-INF/encryption.xml"
    if name not in archive.namelist():
        return set()
    references = _xml(archive, name, limits).iterfind(".//{*}CipherReference")
    return {unquote(reference.get("URI", "")) for reference in references}


def _fact(package: _Element, name: str) -> str | None:
    found = package.find(f".//{_DC}{name}")
    return None if found is None else one_line("".join(found.itertext())) or None
