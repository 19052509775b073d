"""A plain text or Markdown file -> Document: its decoded content, byte for byte."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

from qa.datatypes import Document
from qa.documents.sentences import DATE_LINE
from qa.errors import DocumentError

SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})


def read_document(path: Path, *, document_id: str, source: str, max_characters: int) -> Document:
    """Read one file as UTF-8.

    The title is the first Markdown heading, else the file's name without its ending. The date
    is that of a leading line such as "date 2022-12-22".

    Raises:
        DocumentError: no reader for this kind of file; binary; not UTF-8; blank; too long;
            unreadable.
    """
    if not can_be_shown(document_id) or not can_be_shown(source):
        raise DocumentError(
            Path(ascii(str(path))[1:-1]),
            "is no name that can be shown",
            "Rename the file or its folder.",
        )
    if path.suffix.lower() not in SUFFIXES:
        raise DocumentError(
            path,
            f"no reader for {path.suffix or 'files without an ending'}",
            f"Save it as one of: {', '.join(sorted(SUFFIXES))}.",
        )
    try:
        if path.stat().st_size > max_characters * 4:
            raise DocumentError(
                path,
                f"longer than {max_characters:,} characters",
                "Split it, or raise QA_DOCUMENT_CHARACTERS.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            path, f"cannot be read ({error.strerror})", "Check that it exists and its permissions."
        ) from error
    if b"\0" in data:
        raise DocumentError(path, "is binary, not text", "Remove it, or save it as plain text.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            path, f"is not UTF-8 text (byte {error.start})", "Remove it, or save it as UTF-8."
        ) from error
    if not text.strip("\ufeff \t\r\n") or text.isspace():
        raise DocumentError(path, "holds no text", "Remove it, or write something into it.")
    if len(text) > max_characters:
        raise DocumentError(
            path,
            f"longer than {max_characters:,} characters",
            "Split it, or raise QA_DOCUMENT_CHARACTERS.",
        )
    stamp = DATE_LINE.match(text)
    return Document(
        id=document_id,
        title=_title(path, text),
        text=text,
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        date=stamp[1] if stamp else None,
    )


def can_be_shown(name: str) -> bool:
    r"""Return whether a name holds only what a reader can see and UTF-8 can hold.

    >>> can_be_shown("東京\u3000タワー.txt"), can_be_shown("a\nb.txt"), can_be_shown("\udcff.txt")
    (True, False, False)
    """
    # No controls, no undecodable bytes, no separators of lines and paragraphs. Spaces of any
    # width and joiners within words are part of ordinary names.
    return not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Zl", "Zp"}


def _title(path: Path, text: str) -> str:
    first = text.lstrip("\ufeff \t\r\n").split("\n", 1)[0]
    if path.suffix.lower() in {".md", ".markdown"} and first.startswith("#"):
        heading = first.strip("# \t\r")
        if heading:
            return heading[:200]
    name = path.stem.replace("_", " ").replace("-", " ").strip() or path.name
    return name[:1].upper() + name[1:]
