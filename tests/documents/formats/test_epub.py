from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.documents.formats.reading import document, refusal

CONTAINER = """<?xml version="1.0"?><container version="1.0"
xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Herons of
 Europe</dc:title><dc:date>2022-12-22T00:00:00Z</dc:date></metadata><manifest>
<item id="c2" href="text/second%20part.xhtml" media-type="application/xhtml+xml"/>
<item id="c1" href="text/first.xhtml" media-type="application/xhtml+xml"/>
<item id="toc" href="toc.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="pic" href="a.png" media-type="image/png"/>
</manifest><spine><itemref idref="toc"/><itemref idref="c1"/><itemref idref="c2"/>
<itemref idref="missing"/></spine></package>"""


def chapter(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>t</title></head><body>{body}</body></html>"
    )


BOOK: Mapping[str, str] = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/text/second part.xhtml": chapter("<h1>Nests</h1><p>They nest in trees.</p>"),
    "OEBPS/text/first.xhtml": chapter("<h1>Food</h1><p>Čápi eat fish &#8212; and frogs.</p>"),
    "OEBPS/toc.xhtml": chapter("<nav><ol><li>Food</li></ol></nav><p>Contents</p>"),
}


def packed(members: Mapping[str, str]) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return to.getvalue()


def test_chapters_come_in_the_order_of_reading(tmp_path: Path) -> None:
    found = document(tmp_path / "a.epub", packed(BOOK))
    assert found.text == "# Food\n\nČápi eat fish — and frogs.\n\n# Nests\n\nThey nest in trees."
    assert (found.title, found.date) == ("Herons of Europe", "2022-12-22")


def test_a_chapter_with_nothing_in_it_is_left_out(tmp_path: Path) -> None:
    found = document(tmp_path / "a.epub", packed({**BOOK, "OEBPS/text/first.xhtml": ""}))
    assert found.text == "# Nests\n\nThey nest in trees."
    members = {**BOOK, "OEBPS/text/first.xhtml": "", "OEBPS/text/second part.xhtml": ""}
    assert refusal(tmp_path / "b.epub", packed(members)).reason == "holds no text"


def test_a_protected_book(tmp_path: Path) -> None:
    encryption = (
        '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:CipherReference '
        'URI="OEBPS/text/first.xhtml"/></encryption>'
    )
    book = packed({**BOOK, "META-INF/encryption.xml": encryption})
    assert refusal(tmp_path / "a.epub", book).reason == "is protected against copying"


def test_fonts_alone_may_be_encrypted(tmp_path: Path) -> None:
    encryption = (
        '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:CipherReference '
        'URI="OEBPS/a.ttf"/></encryption>'
    )
    book = packed({**BOOK, "META-INF/encryption.xml": encryption})
    assert document(tmp_path / "a.epub", book).title == "Herons of Europe"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("META-INF/container.xml", None, "is damaged: META-INF/container.xml is missing"),
        ("OEBPS/book.opf", None, "is damaged: OEBPS/book.opf is missing"),
        ("OEBPS/text/first.xhtml", None, "is damaged: OEBPS/text/first.xhtml is missing"),
        ("OEBPS/book.opf", "<package", "is damaged: OEBPS/book.opf in it is not XML"),
        ("OEBPS/book.opf", "<package/>", "holds no text"),
    ],
)
def test_damage(name: str, content: str | None, reason: str, tmp_path: Path) -> None:
    members = {key: value for key, value in BOOK.items() if key != name}
    if content is not None:
        members[name] = content
    assert refusal(tmp_path / "a.epub", packed(members)).reason.startswith(reason)


def test_what_is_no_zip(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.epub", b"text").reason == "is damaged, or not an EPUB"


def test_no_file_that_a_book_names_is_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    package = PACKAGE.replace(
        '<?xml version="1.0"?>',
        f'<?xml version="1.0"?><!DOCTYPE package [<!ENTITY x SYSTEM "{tmp_path}/secret.txt">]>',
    ).replace("Herons of", "&x;")
    found = document(tmp_path / "a.epub", packed({**BOOK, "OEBPS/book.opf": package}))
    assert "secret" not in found.title + found.text
