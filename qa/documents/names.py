"""Names of files: which can be shown, and what title a name makes."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath


def can_be_shown(name: str) -> bool:
    r"""Return whether a name holds only what a reader can see and UTF-8 can hold.

    >>> can_be_shown("東京\u3000タワー.txt"), can_be_shown("a\nb.txt"), can_be_shown("\udcff.txt")
    (True, False, False)
    """
    # No controls, no undecodable bytes, no separators of lines and paragraphs. Spaces of any
    # width and joiners within words are part of ordinary names.
    return not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Zl", "Zp"}


def title_of(name: str) -> str:
    """Return the title that a file's name makes.

    >>> title_of("soyuz-ms22_leak.txt"), title_of("-_.txt")
    ('Soyuz ms22 leak', '-_.txt')
    """
    stem = PurePosixPath(name).stem
    title = stem.replace("_", " ").replace("-", " ").strip() or name
    return title[:1].upper() + title[1:]
