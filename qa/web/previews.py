"""What is shown beside a marker before anyone clicks it: the passage, and where it stands."""

from __future__ import annotations

from qa.datatypes import Answer, Citation
from qa.web.escaping import attribute, shortened
from qa.web.texts import Texts

_TITLE = 120
# Characters of the quote, and of the passage on each side of it.
_QUOTE = 500
_AROUND = 160


def place_of(citation: Citation, texts: Texts) -> str:
    """Return in words where a quote stands: title, page and date, as far as they are known."""
    place = shortened(citation.title, _TITLE)
    if citation.page is not None:
        place = texts("place_with_page", title=place, page=citation.page)
    return f"{place} · {texts.date(citation.date)}" if citation.date else place


def preview_attributes(citation: Citation, answer: Answer, texts: Texts) -> str:
    """Return the attributes that preview.js makes a tooltip of; it writes them as plain text."""
    before, after = _surroundings(citation, answer)
    parts = {
        "place": place_of(citation, texts),
        "before": before,
        "quote": shortened(citation.quote, _QUOTE),
        "after": after,
    }
    return "".join(f' data-{name}="{attribute(text)}"' for name, text in parts.items())


def _surroundings(citation: Citation, answer: Answer) -> tuple[str, str]:
    """Return what stands before and behind the quote in the passage that it was found in."""
    for hit in answer.hits:
        passage = hit.passage
        if passage.encloses(citation):
            before = passage.text[: citation.start - passage.start]
            after = passage.text[citation.end - passage.start :]
            return _last_words(before), shortened(after, _AROUND)
    return "", ""


def _last_words(text: str) -> str:
    line = " ".join(text[-4 * _AROUND :].split())
    if len(line) <= _AROUND:
        return line
    return "…" + line[-_AROUND:].partition(" ")[2]
