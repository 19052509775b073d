"""PDF: text by PDFium, put together as a person reads it, with the offset of each page."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING

from qa.documents.formats.dates import pdf_day
from qa.documents.formats.kinds import refuse_other_kinds
from qa.documents.formats.page_columns import Line
from qa.documents.formats.page_layout import body_size, compose, without_frames
from qa.documents.formats.parts import EmptyError, Extract, Limits, UnreadableError
from qa.documents.formats.tidy import one_line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, from the page's bottom left."""

# PDFium writes one of these where a word is hyphenated at the end of a line.
_HYPHENS = "\x02\ufffe\uffff"
# What servers and signers append behind a file's end is shorter than this.
_TRAILING = 2048
# The dots that lead the eye to a page number in a table of contents.
_LEADER = re.compile(r"(?:\s?[.·]){5,}\s*")
_BROKEN = re.compile(r"[^\W\d_][-\u2010]$")
# A wider gap than this many letters' heights within a line parts columns, or a table's cells.
_GAP = 1.2
_NO_TITLE = re.compile(
    r"(?:microsoft \w+ - |untitled|\(anonymous\)|document\d*$|about:blank"
    r"|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|html?)$)",
    re.IGNORECASE,
)
# What stands for letters that a font has no name for; beyond this share the rest is of no use.
_LOST = re.compile("[\ufffd\ue000-\uf8ff]")
_LOST_SHARE = 0.3
# Fewer letters than this on a page come from a stamp or a scanner's mark, not from a text.
_SCANNED = 8
# Of the stretches of pages that are pictures, so many are named.
_NAMED = 10


def read_pdf(data: bytes, limits: Limits) -> Extract:
    """Read one PDF; title and date from its own facts, else the title from its largest words.

    Raises:
        UnreadableError: damaged, protected, too many pages, or scanned pictures without text.
    """
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        refuse_other_kinds(data, "a PDF")
        raise UnreadableError("is no PDF", "Give it the ending that fits, or get it anew.")
    # PDFium makes the best of a file that breaks off; nobody would know what is missing.
    if b"%%EOF" not in data.rstrip(b"\0 \t\r\n")[-_TRAILING:]:
        raise UnreadableError("is cut short", "Get it anew, or print it to a new PDF.")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise UnreadableError(
                "is protected by a password", "Save it without one, e.g. with: qpdf --decrypt"
            ) from error
        raise UnreadableError("is damaged, or no PDF", "Get it anew.") from error
    try:
        return _read(document, limits)
    finally:
        document.close()


def _read(document: PdfDocument, limits: Limits) -> Extract:
    count = len(document)
    if count > limits.pages:
        raise UnreadableError(
            f"has {count:,} pages, more than {limits.pages:,}",
            "Split it, or raise QA_DOCUMENT_PAGES.",
        )
    pages: list[list[Line]] = []
    pictures: list[int] = []
    letters = 0
    for number in range(count):
        page = document[number]
        try:
            lines = _lines(page)
            of_page = sum(len(line.text) for line in lines)
            if of_page < _SCANNED and _has_picture(page):
                pictures.append(number + 1)
        finally:
            page.close()
        pages.append(lines)
        letters += of_page
    if letters == 0 or (letters < _SCANNED * count and 2 * len(pictures) > count):
        raise EmptyError(
            f"is a scan, or has no text else ({count:,} page{'s' * (count > 1)})",
            "Recognise its text first, e.g. with: ocrmypdf",
        )
    if _LOST_SHARE * letters < sum(
        len(_LOST.findall(line.text)) for each in pages for line in each
    ):
        raise UnreadableError(
            "does not tell which letters its fonts show",
            "Recognise its text, e.g. with: ocrmypdf --force-ocr",
        )
    kept = without_frames(pages)
    text, starts = compose(kept)
    facts = document.get_metadata_dict()
    date = pdf_day(facts.get("CreationDate", "")) or pdf_day(facts.get("ModDate", ""))
    return Extract(
        text,
        title=_title(facts.get("Title", ""), kept),
        date=date,
        pages=starts,
        unread=_unread(pictures, count),
    )


def _has_picture(page: PdfPage) -> bool:
    from pypdfium2 import raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))


def _unread(pictures: list[int], count: int) -> tuple[str, str] | None:
    """Return what to say of the pages of a PDF that are pictures; None where none is.

    >>> _unread([1, 3, 4, 5], 9)[0]
    'has pictures without text on 4 of 9 pages (1, 3-5), and these are not read'
    """
    if not pictures:
        return None
    runs: list[list[int]] = []
    for page in pictures:
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    named = [f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs]
    if len(named) > _NAMED:
        named = [*named[:_NAMED], "..."]
    return (
        f"has pictures without text on {len(pictures):,} of {count:,} pages ({', '.join(named)}), "
        "and these are not read",
        "Where they are scans, recognise their text, e.g. with: ocrmypdf --skip-text",
    )


def _title(told: str, pages: list[list[Line]]) -> str | None:
    told = one_line(told)
    if told and not _NO_TITLE.match(told):
        return told
    first = next((lines for lines in pages if lines), [])
    largest = max((line.size for line in first), default=0.0)
    if largest < 1.25 * body_size(pages):
        return None
    title = one_line(" ".join(line.text for line in first if line.size > 0.95 * largest))
    # A large initial, or a chapter's number, is none.
    return title if len(title) > 3 else None


def _lines(page: PdfPage) -> list[Line]:
    """Return the pieces of text of a page in the order in which they were written into it."""
    from pypdfium2 import raw

    place = _upright(page)
    rotation = page.get_rotation()
    textpage = page.get_textpage()
    pen = _Pen(page.get_height())
    box = raw.FS_RECTF()
    for index in range(textpage.count_chars()):
        character = chr(raw.FPDFText_GetUnicode(textpage, index))
        if character in _HYPHENS:
            pen.end(is_hyphenated=True)
        elif character in "\r\n":
            pen.end()
        elif character.isspace() or not raw.FPDFText_GetLooseCharBox(textpage, index, box):
            pen.words.append(" " if character.isspace() else character)
        else:
            turned = round(math.degrees(raw.FPDFText_GetCharAngle(textpage, index))) + rotation
            pen.write(
                character,
                *place(box.left, box.bottom, box.right, box.top),
                is_turned=20 < turned % 360 < 340,
            )
    pen.end()
    textpage.close()
    # What lies outside of the page is not printed.
    width, height = page.get_size()
    return [
        line
        for line in pen.lines
        if line.right > 0 and line.left < width and line.top > 0 and line.bottom < height
    ]


def _upright(page: PdfPage) -> Callable[[float, float, float, float], Box]:
    """Return what turns a box of a page into its place on the page as it is shown."""
    width, height = page.get_size()
    rotation = page.get_rotation()
    if rotation == 90:
        return lambda a, b, c, d: (b, height - c, d, height - a)
    if rotation == 180:
        return lambda a, b, c, d: (width - c, height - d, width - a, height - b)
    if rotation == 270:
        return lambda a, b, c, d: (width - d, a, width - b, c)
    return lambda a, b, c, d: (a, b, c, d)


class _Pen:
    """Gathers letters into lines, and ends a line where the next letter stands apart."""

    def __init__(self, height: float) -> None:
        self.lines: list[Line] = []
        self.words: list[str] = []
        self._height = height
        self._sizes: list[float] = []
        self._box: Box | None = None
        self._is_turned = False

    def write(
        self, letter: str, left: float, bottom: float, right: float, top: float, *, is_turned: bool
    ) -> None:
        """Add a letter by its place on the page.

        Turned letters, as of a stamp at the edge, make one line where the first of them stands.
        """
        bottom, top = min(bottom, top), max(bottom, top)
        if self._box is not None:
            a, b, c, d = self._box
            gap = _GAP * max(d - b, top - bottom)
            is_apart = left > c + gap or right < a - gap or not b <= (bottom + top) / 2 <= d
            if is_turned != self._is_turned or (is_apart and not is_turned):
                self.end()
        if self._box is None:
            self._box, self._is_turned = (left, bottom, right, top), is_turned
        elif not is_turned:
            a, b, c, d = self._box
            self._box = (min(a, left), min(b, bottom), max(c, right), max(d, top))
        self._sizes.append(top - bottom)
        self.words.append(letter)

    def end(self, *, is_hyphenated: bool = False) -> None:
        """End the line that is being written, if any."""
        # PDFium gives what lies beyond 16 bits in two halves.
        halves = "".join(self.words).encode("utf-16", "surrogatepass")
        text = one_line(_LEADER.sub(" … ", halves.decode("utf-16", "replace")))
        if _BROKEN.search(text):
            text, is_hyphenated = text[:-1], True
        if text and self._box is not None:
            left, bottom, right, top = self._box
            # Raised figures and signs of other fonts are no measure of their line.
            size = median(self._sizes)
            self.lines.append(
                Line(text, left, bottom, right, top, size, self._height, is_hyphenated)
            )
        self._sizes.clear()
        self.words.clear()
        self._box = None
