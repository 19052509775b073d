"""What a reader is told before a passage, so that it knows where it stands.

A passage says "she", or "the study"; its document's title and how the document begins say who and
which. Nothing is answered or quoted from them.
"""

from __future__ import annotations

from qa.datatypes import Document, Passage
from qa.documents.sentences import DATE_LINE, split_sentences
from qa.documents.stretches import is_heading

# Characters of a title and of an opening.
_TITLE, _OPENING = 60, 120
# Where an opening is looked for: a document may be one sentence of megabytes.
_BEGINNING = 1_000


def lead_of(passage: Passage, document: Document) -> str:
    """Return what is told of where a passage of a document stands, in one line.

    The opening is left out where the passage holds it.
    """
    opening = opening_of(document.text)
    is_inside = passage.start <= document.text.find(opening)
    return join_lead(document.title, "" if is_inside else opening)


def opening_of(text: str) -> str:
    r"""Return how a document begins: its first sentence, cut to 120 characters, or "".

    >>> opening_of("date 2022-12-22 # The leak\n\nA hole was found. It is small.")
    'A hole was found.'
    """
    stamp = DATE_LINE.match(text)
    sentences = split_sentences(text, stamp.end() if stamp else 0, min(len(text), _BEGINNING))
    first = next((text[a:b] for a, b in sentences if not is_heading(text[a:b])), "")
    return _begin(first, _OPENING)


def join_lead(title: str, opening: str) -> str:
    """Return both in one line; a title that the opening holds is not told twice.

    >>> join_lead("Soyuz_MS-22 leak", "It leaked!"), join_lead("Leak", "The leak is small.")
    ('Soyuz MS-22 leak. It leaked!', 'The leak is small.')
    """
    title, opening = (" ".join(part.split()) for part in (title.replace("_", " "), opening))
    if title.lower() in opening.lower():
        title = ""
    parts = [part for part in (_begin(title, _TITLE), opening) if part]
    return " ".join(part if part[-1] in ".?!:" else f"{part}." for part in parts)


def _begin(text: str, most: int) -> str:
    """Return the beginning of a text, up to a word's end."""
    if len(text) <= most:
        return text
    return text[:most].rpartition(" ")[0] or text[:most]
