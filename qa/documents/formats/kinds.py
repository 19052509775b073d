"""What a file is by its first bytes, whatever its ending says."""

from __future__ import annotations

from qa.documents.formats.parts import UnreadableError

_BEGINNINGS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip file, or a document made of one"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or protected Office file"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a rich text file (RTF)"),
)


def kind_of(data: bytes) -> str | None:
    r"""Return what the first bytes tell; None where they tell nothing.

    >>> kind_of(b"%PDF-1.7\n..."), kind_of(b"Once upon a time")
    ('a PDF', None)
    """
    # "MZ" alone may begin a sentence; a program has zeros right after it.
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning) and (beginning != b"MZ" or b"\0" in data[:64]):
            return kind
    return None


def refuse_other_kinds(data: bytes, wanted: str) -> None:
    """Raise where the bytes are not of the kind that the ending promised.

    Raises:
        UnreadableError: they are of another kind.
    """
    kind = kind_of(data)
    if kind is not None:
        raise UnreadableError(
            f"is {kind}, not {wanted}", "Give it the ending that fits, or save it anew."
        )
