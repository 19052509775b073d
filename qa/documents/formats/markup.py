"""HTML, of the web, of books and of mails -> text in blocks, as a browser would show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.documents.formats.parts import UnreadableError
from qa.documents.formats.tidy import join_blocks, one_line, row_of, seen, tidy_lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NOT_SHOWN = frozenset(
    "script style noscript template head iframe object embed applet button select option input "
    "textarea datalist svg canvas audio video map dialog rt rp nav".split()
)
_NO_CONTENT_ROLES = frozenset({"navigation", "search", "menu", "menubar", "toolbar", "dialog"})
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu ol p pre section "
    "summary table tbody tfoot thead tr ul".split()
)
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FOOTNOTE_MARK = re.compile(r"\b(?:reference|mw-editsection)\b")


def parse_markup(text: str) -> HtmlElement:
    """Return the tree of an HTML or XHTML text; that of an empty page where nothing is in it.

    Raises:
        UnreadableError: it is nested too deep to be read whole.
    """
    from lxml import etree, html

    # Length is bounded by time and memory; without this, long texts would be cut silently.
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
    )
    try:
        root = html.document_fromstring(
            text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True
        )
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        if any(entry.type_name == "ERR_NO_MEMORY" for entry in parser.error_log):
            raise MemoryError from error
        return html.document_fromstring("<html/>", ensure_head_body=True)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise UnreadableError(
            "has elements within elements, thousands deep, and would be cut there",
            "Save it as plain text.",
        )
    return root


def text_of(root: HtmlElement, *, whole: bool = False) -> str:
    """Return what a person would read of a page: its article, else its body without the frame.

    ``whole`` leaves out only what no browser shows, as is right for books and mails.
    """
    body = root.find("body")
    content = body if whole else _content(root)
    if content is None:
        content = root if body is None else body
    return _Walk(frame=not whole and content is body).text(content)


def _content(root: HtmlElement) -> HtmlElement | None:
    """Return the one element that is marked as the page's content, if it holds most of it."""
    everything = _weight(root)
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and _weight(found[0]) * 3 >= everything:
            return found[0]
    return None


def _weight(element: HtmlElement) -> int:
    """Return how many letters it holds, but for those that nobody sees."""
    return sum(
        len((each.text or "").strip()) * (each.tag not in _NOT_SHOWN)
        + len((each.tail or "").strip())
        for each in element.iter()
    )


class _Walk:
    """Goes through a tree without recursion, however deep it is, and gathers blocks."""

    def __init__(self, *, frame: bool) -> None:
        self._frame = frame
        self._blocks: list[tuple[str, str]] = []
        self._inline: list[str] = []
        self._heading = ""
        self._bullet = ""
        self._lists: list[int | None] = []
        self._rows: list[list[str] | None] = []
        self._layout: list[bool] = []
        self._preformatted = 0

    def text(self, root: HtmlElement) -> str:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: HtmlElement | None = None
        for event, element in walk:
            if not isinstance(element.tag, str):
                continue
            tag = element.tag.rpartition("}")[2].lower()
            if event == "start":
                if element is not root and self._is_left_out(element, tag):
                    skipped = element
                    walk.skip_subtree()
                    continue
                self._open(element, tag)
                self._add(element.text)
            else:
                if element is skipped:
                    skipped = None
                else:
                    self._close(tag)
                if element is not root:
                    self._add(element.tail)
        self._flush()
        return join_blocks(self._blocks)

    def _is_left_out(self, element: HtmlElement, tag: str) -> bool:
        if tag in _NOT_SHOWN or element.get("role") in _NO_CONTENT_ROLES:
            return True
        if element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        if _HIDDEN.search(element.get("style", "")):
            return True
        if tag in ("sup", "span") and _FOOTNOTE_MARK.search(element.get("class", "")):
            return True
        if not self._frame:
            return False
        is_foot = tag == "footer" or element.get("role") == "contentinfo"
        is_banner = tag == "header" or element.get("role") == "banner"
        if not (is_foot or (is_banner and element.find(".//h1") is None)):
            return False
        # An article's own head and foot are no frame of the page.
        return next(element.iterancestors("article", "main", "section"), None) is None

    def _add(self, text: str | None) -> None:
        if text:
            self._inline.append(text if self._preformatted else re.sub(r"[ \t\r\n\f]+", " ", text))

    def _open(self, element: HtmlElement, tag: str) -> None:
        if tag == "br":
            self._inline.append("\n")
        elif tag in ("td", "th"):
            self._open_cell()
        elif tag in _BLOCKS:
            self._flush()
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in ("ul", "ol", "menu"):
            self._lists.append(_first_number(element) if tag == "ol" else None)
        elif tag == "li":
            self._bullet = self._next_bullet()
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "table":
            self._layout.append(_is_layout(element))
        elif tag == "tr":
            self._rows.append(None if self._layout and self._layout[-1] else [])

    def _close(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        elif tag in _BLOCKS:
            self._flush()
        if tag in ("ul", "ol", "menu") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._bullet = ""
        elif tag in _HEADINGS:
            self._heading = ""
        elif tag == "pre" and self._preformatted:
            self._preformatted -= 1
        elif tag == "table" and self._layout:
            self._layout.pop()

    def _open_cell(self) -> None:
        if not self._rows or self._rows[-1] is None:
            self._flush()

    def _close_cell(self) -> None:
        if self._rows and self._rows[-1] is not None:
            self._rows[-1].append(one_line("".join(self._inline)))
            self._inline.clear()
        else:
            self._flush()

    def _close_row(self) -> None:
        cells = self._rows.pop() if self._rows else None
        if cells is None:
            self._flush()
        elif row := row_of(cells):
            self._blocks.append(("row", row))

    def _next_bullet(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}. "

    def _flush(self) -> None:
        if self._rows and self._rows[-1] is not None:
            # Within a cell, a paragraph's end is but a space.
            self._inline.append(" ")
            return
        raw = "".join(self._inline)
        self._inline.clear()
        text = seen(raw).strip("\n") if self._preformatted else tidy_lines(raw)
        if not text.strip():
            return
        if self._heading:
            self._blocks.append(("text", self._heading + one_line(text)))
        elif self._bullet:
            self._blocks.append(("item", self._bullet + text))
            self._bullet = ""
        else:
            self._blocks.append(("text", text))


def _first_number(element: HtmlElement) -> int:
    start = element.get("start", "")
    return int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1


def _is_layout(table: HtmlElement) -> bool:
    """Return whether a table only places things on the page, as old pages and mails do."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return True
    if table.find(".//th") is not None:
        return False
    return any(
        len(cell.findall(".//p")) + len(cell.findall(".//div")) > 2 for cell in table.iter("td")
    )
