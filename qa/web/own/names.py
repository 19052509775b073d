"""The names of visitors' files, which are hostile, and the ids of their documents."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

OWN = "own"
SHARED = "shared"
_NAME = 200
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")


def is_own(document_id: str) -> bool:
    """Return whether a document is a visitor's own, which nobody else sees."""
    return document_id.startswith(f"{OWN}://")


def is_added(document_id: str) -> bool:
    """Return whether a visitor added a document, for himself or for everyone."""
    return is_own(document_id) or document_id.startswith(f"{SHARED}://")


def shown_id(document_id: str) -> str:
    """Return an id as people see it: of a document that a visitor added, the name of his file.

    >>> shown_id("own://notes.txt"), shown_id("shared://notes.txt"), shown_id("notes.txt")
    ('notes.txt', 'notes.txt', 'notes.txt')
    """
    return document_id.removeprefix(f"{OWN}://").removeprefix(f"{SHARED}://")


def file_name(sent: str) -> str:
    r"""Return the name that a visitor's file is known by: no folders, not too long, never empty.

    >>> file_name("../../etc/passwd"), file_name("C:\\notes.txt"), file_name(" .. ")
    ('passwd', 'notes.txt', 'document')
    """
    name = sent.replace("\\", "/").rpartition("/")[2].strip().lstrip(".").strip()
    suffix = suffix_of(name)
    return name.removesuffix(suffix)[: _NAME - len(suffix)].rstrip() + suffix or "document"


def suffix_of(name: str) -> str:
    """Return the ending that tells a file's format, in plain letters; empty where it has none.

    >>> suffix_of("a.b.TXT"), suffix_of("a.t/t"), suffix_of("a")
    ('.TXT', '', '')
    """
    suffix = PurePosixPath(name).suffix
    return suffix if _SUFFIX.fullmatch(suffix) else ""
