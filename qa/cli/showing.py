"""Values -> lines for a terminal. Texts come from strangers: nothing in them may act on it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.datatypes import Answer
    from qa.indexing import IndexReport

# What a terminal obeys instead of showing (C0 and C1 controls, with ESC first of all), what
# changes the order or look of its neighbours (bidirectional controls, tags), what starts a line
# of its own, and what cannot be written at all (lone surrogates, as in undecodable file names).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# Of a long list, so many are named; JSON has them all.
_NAMED = 20


def showable(text: str) -> str:
    r"""Return ``text`` with a visible placeholder for each character that would not show itself.

    Line feeds and tabs stay; a carriage return before a line feed goes.

    >>> showable("\x1b[31mred\r\n")
    '␛[31mred\n'
    >>> showable("a\u202eb\x9bc")
    'a<U+202E>b<U+009B>c'
    """
    return _UNSEEN.sub(_placeholder, text.replace("\r\n", "\n"))


def _placeholder(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)  # Unicode's control pictures
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield the answer, then each quote with its source; or what is nearest, and suggestions."""
    yield showable(answer.text)
    if answer.answered:
        for citation in answer.citations:
            page = "" if citation.page is None else f", page {citation.page}"
            place = f"characters {citation.start} to {citation.end}{page}"
            yield ""
            yield _indented(f"[{citation.marker}] ", f"“{citation.quote}”")
            yield _indented("    ", f"{citation.title}: {citation.source}, {place}")
    elif answer.hits:
        yield ""
        yield "Nearest passages:"
        for hit in answer.hits:
            passage = hit.passage
            yield ""
            yield _indented("  - ", passage.text)
            yield _indented(
                "    ", f"{passage.document_id}, characters {passage.start} to {passage.end}"
            )
    if answer.suggestions:
        yield ""
        yield "What the text does answer:"
        yield from (_indented("  - ", question) for question in answer.suggestions)


def _indented(lead: str, text: str) -> str:
    return lead + textwrap.indent(showable(text), " " * len(lead))[len(lead) :]


def report_lines(report: IndexReport, index_dir: Path) -> Iterator[str]:
    """Yield what became of each document, then the counts."""
    outcomes = [
        ("added", report.added),
        ("updated", report.updated),
        ("removed", report.removed),
        ("duplicate", [f"{twin} has the content of {first}" for twin, first in report.duplicates]),
        ("refused", report.refused),
    ]
    for outcome, entries in outcomes:
        yield from _listed(outcome, entries, all_of_them=outcome == "refused")
    counts = [f"{len(entries)} {outcome}" for outcome, entries in outcomes if entries]
    if report.unchanged or not counts:
        counts.insert(0, f"{len(report.unchanged)} unchanged")
    yield (
        f"{', '.join(counts)}; {report.passages} passages embedded in {report.seconds:.1f} s. "
        f"Index: {showable(str(index_dir))}"
    )


def _listed(outcome: str, entries: Iterable[str], *, all_of_them: bool) -> Iterator[str]:
    named = list(entries)
    most = len(named) if all_of_them else _NAMED
    for entry in named[:most]:
        yield f"{outcome:<10} {showable(entry)}"
    if len(named) > most:
        yield f"{outcome:<10} ... and {len(named) - most} more"
