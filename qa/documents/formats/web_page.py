"""HTML pages: title and date from their head, the text without menus and other frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.documents.formats.dates import iso_day
from qa.documents.formats.encoding import decode
from qa.documents.formats.kinds import refuse_other_kinds
from qa.documents.formats.markup import parse_markup, text_of
from qa.documents.formats.parts import EmptyError, Extract, Limits
from qa.documents.formats.tidy import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})", re.I
)
# Browsers take these names for what pages that use them are really written in.
_REALLY = {
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "shift_jis": "cp932",
}
_DATES = frozenset(
    "article:published_time datepublished date dc.date dc.date.issued dcterms.date "
    "dcterms.created dcterms.issued pubdate publishdate publish_date citation_publication_date "
    "parsely-pub-date sailthru.date".split()
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def read_page(data: bytes, limits: Limits) -> Extract:
    """Read one HTML page.

    Raises:
        UnreadableError: it is another kind of file, or its encoding cannot be told.
    """
    refuse_other_kinds(data, "HTML")
    root = parse_markup(decode_markup(data))
    text = text_of(root)
    if not text and root.find(".//script") is not None:
        raise EmptyError(
            "holds no text of its own: scripts make it when the page is opened",
            "Open it in a browser and save it from there, or print it to a PDF.",
        )
    return Extract(text, title=_title(root), date=_date(root))


def decode_markup(data: bytes) -> str:
    """Return markup as text, by its byte order mark, its own word, or its bytes.

    Raises:
        UnreadableError: the encoding cannot be told.
    """
    if b"\0" in data[:4096]:
        return decode(data)
    try:
        # UTF-8 never is anything else by chance, whatever the page says of itself.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        told = _CHARSET.search(data, 0, 4096)
        name = told[1].decode("ascii").lower() if told else ""
        if name.startswith("utf"):
            # The odd broken character is no reason to lose a page; browsers show it likewise.
            return data.decode("utf-8", "replace") if name == "utf-8" else decode(data)
        try:
            return data.decode(_REALLY.get(name, name) or "utf-8")
        except (UnicodeDecodeError, LookupError):
            return decode(data)


def _title(root: HtmlElement) -> str | None:
    for meta in root.iter("meta"):
        if meta.get("property") == "og:title" and (title := one_line(meta.get("content", ""))):
            return title
    for tag in ("title", "h1"):
        found = root.find(f".//{tag}")
        if found is not None and (title := one_line(found.text_content())):
            return title
    return None


def _date(root: HtmlElement) -> str | None:
    for meta in root.iter("meta"):
        names = (meta.get("property"), meta.get("name"), meta.get("itemprop"))
        if any((name or "").lower() in _DATES for name in names):
            if day := iso_day(meta.get("content", "")):
                return day
    for script in root.iter("script"):
        if script.get("type") == "application/ld+json":
            told = _JSON_DATE.search(script.text or "")
            if told and (day := iso_day(told[1])):
                return day
    for element in root.iter("time"):
        if day := iso_day(element.get("datetime", "")):
            return day
    return None
