"""Values -> lines for a terminal. Texts come from strangers: nothing in them may act on it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from qa.unseen import UNSEEN

if TYPE_CHECKING:
    from qa.datatypes import Answer, Citation, Document, DocumentFacts, Hit
    from qa.indexing import IndexReport

# Of a long list, so many are named; JSON has them all.
_NAMED = 20
# A document that took longer is named with its time; JSON has the times of all.
_SLOW_SECONDS = 1.0


def showable(text: str) -> str:
    r"""Return ``text`` with a visible placeholder for each character that would not show itself.

    Line feeds and tabs stay; a carriage return before a line feed goes.

    >>> showable("\x1b[31mred\r\n")
    '␛[31mred\n'
    >>> showable("a\u202eb\x9bc")
    'a<U+202E>b<U+009B>c'
    """
    return UNSEEN.sub(_placeholder, text.replace("\r\n", "\n"))


def _placeholder(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)  # Unicode's control pictures
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield the answer, each quote with its source, and how sure it is; or what is nearest."""
    yield showable(answer.text)
    if answer.standalone_question not in ("", answer.question):
        yield showable(f"Understood as: {answer.standalone_question}")
    if answer.closest is not None:
        yield ""
        yield "The closest it comes:"
    if answer.shown:
        yield from _quotes(answer.shown)
        yield ""
        yield f"Estimated probability that this answers the question: {answer.confidence:.0%}"
    if answer.nearest:
        yield from _passages(answer.nearest)
    if answer.suggestions:
        yield ""
        yield "What the text does answer:"
        yield from (_indented("  - ", question) for question in answer.suggestions)


def _quotes(citations: Sequence[Citation]) -> Iterator[str]:
    """Yield each quote once, with all its markers and its place."""
    quotes: dict[tuple[str, int, int], list[Citation]] = {}
    for citation in citations:
        quoted = (citation.document_id, citation.start, citation.end)
        quotes.setdefault(quoted, []).append(citation)
    for citation, *others in quotes.values():
        date = "" if citation.date is None else f"{citation.date}, "
        page = "" if citation.page is None else f", page {citation.page}"
        place = f"{date}characters {citation.start} to {citation.end}{page}"
        yield ""
        markers = "".join(f"[{each.marker}]" for each in (citation, *others))
        yield _indented(f"{markers} ", f"“{citation.quote}”")
        yield _indented("    ", f"{citation.title}: {citation.source}, {place}")


def _passages(hits: Sequence[Hit]) -> Iterator[str]:
    """Yield the nearest passages, each with its place."""
    yield ""
    yield "Nearest passages:"
    for passage in (hit.passage for hit in hits):
        yield ""
        yield _indented("  - ", passage.text)
        yield _indented(
            "    ", f"{passage.document_id}, characters {passage.start} to {passage.end}"
        )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "passage"), counted(0, "document")
    ('1 passage', '0 documents')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _indented(lead: str, text: str) -> str:
    return lead + textwrap.indent(showable(text), " " * len(lead))[len(lead) :]


def report_lines(report: IndexReport, index_dir: Path) -> Iterator[str]:
    """Yield what became of each document, then counts and times; of slow ones the time, too."""
    outcomes = [
        ("added", [_timed(id_, report) for id_ in report.added]),
        ("updated", [_timed(id_, report) for id_ in report.updated]),
        ("moved", [f"{old} is {new} now" for old, new in report.moved]),
        ("removed", report.removed),
        ("duplicate", [f"{twin} has the content of {first}" for twin, first in report.duplicates]),
        ("empty", report.empty),
        ("refused", report.refused),
    ]
    for outcome, entries in [*outcomes, ("notice", report.notices)]:
        yield from _listed(outcome, entries, all_of_them=outcome in ("empty", "refused", "notice"))
    yield from _time_by_kind(report)
    counts = [f"{len(entries)} {outcome}" for outcome, entries in outcomes if entries]
    if report.unchanged or not counts:
        counts.insert(0, f"{len(report.unchanged)} unchanged")
    yield (
        f"{', '.join(counts)}; {counted(report.passages, 'passage')} embedded "
        f"in {report.seconds:.1f} s. Index: {showable(str(index_dir))}"
    )


def _timed(document_id: str, report: IndexReport) -> str:
    seconds = report.times.get(document_id, 0)
    return f"{document_id} ({seconds:.1f} s)" if seconds >= _SLOW_SECONDS else document_id


def _time_by_kind(report: IndexReport) -> Iterator[str]:
    """Yield a line with the time that each kind of file took, where there are several."""
    from qa.documents.formats.registry import SUFFIXES

    kinds: dict[str, list[float]] = {}
    for id_, seconds in report.times.items():
        endings = (PurePosixPath(part).suffix.lower() for part in id_.split("/"))
        kind = next((ending for ending in endings if ending in SUFFIXES), "other")
        kinds.setdefault(kind, []).append(seconds)
    if len(kinds) > 1 and sum(report.times.values()) >= _SLOW_SECONDS:
        slowest = sorted(kinds.items(), key=lambda pair: -sum(pair[1]))
        parts = [f"{kind} {sum(times):.1f} s for {len(times)}" for kind, times in slowest]
        yield f"{'time':<10} {', '.join(parts)}"


def facts_lines(facts: Sequence[DocumentFacts], index_dir: Path) -> Iterator[str]:
    """Yield each document's id, then its title and size; and the number of all."""
    for each in facts:
        sizes = [counted(each.pages, "page")] * bool(each.pages)
        sizes.append(counted(each.passages, "passage"))
        yield showable(each.id)
        yield showable(f"    {', '.join(filter(None, (each.title, each.date, *sizes)))}")
        for source in each.copies:
            yield showable(f"    also {source}")
    passages = sum(each.passages for each in facts)
    counts = f"{counted(len(facts), 'document')}, {counted(passages, 'passage')}"
    yield f"{counts}. Index: {showable(str(index_dir))}"


def document_lines(document: Document) -> Iterator[str]:
    """Yield what is known of a document, then its text, page by page where it has pages."""
    facts = {
        "title": document.title,
        "source": document.source,
        "date": document.date,
        "pages": str(len(document.pages)) if document.pages else None,
        "characters": str(len(document.text)),
        "sha256": document.sha256,
    }
    for name, value in facts.items():
        if value is not None:
            yield showable(f"{name + ':':<12}{value}")
    yield ""
    if not document.pages:
        yield showable(document.text)
        return
    ends = (*document.pages[1:], len(document.text))
    for number, (start, end) in enumerate(zip(document.pages, ends, strict=True), start=1):
        yield f"[page {number}]"
        yield showable(document.text[start:end])


def _listed(outcome: str, entries: Iterable[str], *, all_of_them: bool) -> Iterator[str]:
    named = list(entries)
    most = len(named) if all_of_them else _NAMED
    for entry in named[:most]:
        yield f"{outcome:<10} {showable(entry)}"
    if len(named) > most:
        yield f"{outcome:<10} ... and {len(named) - most} more"
