"""The documents panel as HTML: a list of a page at a time, however many documents there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.datatypes import DocumentFacts
from qa.web.escaping import attribute, escaped, exact_attribute, shortened
from qa.web.own.names import is_added, is_own, shown_id
from qa.web.texts import Texts

AT_ONCE = 50
_TITLE = 120
# So many titles are named above the question box.
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the documents that a search in titles and names has found."""

    shown: tuple[DocumentFacts, ...]
    first: int
    found: int


def find(facts: Sequence[DocumentFacts], wanted: str, first: int = 0) -> Listing:
    """Return the documents whose title or id holds every word of ``wanted``, from ``first`` on.

    >>> find((), "lion")
    Listing(shown=(), first=0, found=0)
    """
    words = wanted.casefold().split()
    found = [each for each in facts if all(word in _searched(each) for word in words)]
    begin = first if 0 <= first < len(found) else 0
    return Listing(tuple(found[begin : begin + AT_ONCE]), begin, len(found))


def render_panel(texts: Texts, own: str = "") -> str:
    """Return what of the panel never changes: a template of Gradio's, so no braces, no backticks.

    Its script fills in the list and opens the panel. ``own`` is where documents are added.
    """
    return (
        f'<div class="tabs" role="tablist" aria-label="{attribute(texts("panes"))}">'
        '<button type="button" role="tab" id="qa-tab-source" data-pane="source" '
        f'aria-selected="true" aria-controls="qa-source">{escaped(texts("source"))}</button>'
        '<button type="button" role="tab" id="qa-tab-documents" data-pane="documents" '
        'aria-selected="false" aria-controls="qa-panel" tabindex="-1">'
        f"{escaped(texts('documents'))}</button></div>"
        '<section class="documents" id="qa-panel" role="tabpanel" '
        f'aria-labelledby="qa-tab-documents" hidden>{own}'
        f'<label>{escaped(texts("documents_find"))}<input type="search" class="find"></label>'
        f'<p class="hint">{escaped(texts("documents_hint"))}</p>'
        '<div class="list" aria-live="polite"></div></section>'
    )


def render_list(listing: Listing, texts: Texts) -> str:
    """Return the documents of a listing, and the buttons that lead to the others."""
    if not listing.found:
        return f'<p class="none">{escaped(texts("documents_none"))}</p>'
    last = listing.first + len(listing.shown)
    words = texts("documents_shown", first=listing.first + 1, last=last, count=listing.found)
    rows = "".join(_row(each, texts) for each in listing.shown)
    return f'<p class="count">{escaped(words)}</p><ul>{rows}</ul>{_pages(listing, last, texts)}'


def render_asking(titles: Sequence[str], texts: Texts) -> str:
    """Return the line above the question box; nothing where all documents are asked."""
    if not titles:
        return ""
    if len(titles) > _NAMED:
        said = escaped(texts("documents_asking_many", count=len(titles)))
    else:
        named = ", ".join(f"<bdi>{escaped(shortened(each, _TITLE))}</bdi>" for each in titles)
        said = f"{escaped(texts('documents_asking'))} {named}"
    return (
        f'<p class="asking" role="status"><span>{said}</span>'
        f'<button type="button">{escaped(texts("documents_all"))}</button></p>'
    )


def _row(facts: DocumentFacts, texts: Texts) -> str:
    title = shortened(facts.title, _TITLE)
    known = [texts.date(facts.date)] if facts.date else []
    known += [texts("documents_pages", count=facts.pages)] if facts.pages else []
    known += [texts("documents_passages", count=facts.passages)]
    known += [texts("documents_also", source=shortened(each, _TITLE)) for each in facts.copies]
    details = "".join(f"<span>{escaped(each)}</span>" for each in known)
    name = escaped(shortened(shown_id(facts.id), _TITLE))
    document = exact_attribute(facts.id)
    mark = remove = ""
    if is_added(facts.id):
        whose = texts("own_yours" if is_own(facts.id) else "own_shared")
        mark = f'<span class="yours">{escaped(whose)}</span>'
        remove = (
            f'<button type="button" class="tool" data-tool="delete" data-remove="{document}" '
            f'aria-label="{attribute(texts("own_remove", title=title))}"></button>'
        )
    only = attribute(texts("documents_only", title=title))
    return (
        f'<li><input type="checkbox" data-document="{document}" aria-label="{only}">'
        f'<div><button type="button" class="title" data-open="{document}">'
        f"<bdi>{escaped(title)}</bdi></button>{mark}"
        f'<p class="details"><bdi>{name}</bdi>{details}</p>'
        f"</div>{remove}</li>"
    )


def _pages(listing: Listing, last: int, texts: Texts) -> str:
    earlier = listing.first - AT_ONCE
    buttons = ""
    if earlier >= 0:
        word = escaped(texts("documents_earlier"))
        buttons += f'<button type="button" data-first="{earlier}">{word}</button>'
    if last < listing.found:
        word = escaped(texts("documents_later"))
        buttons += f'<button type="button" data-first="{last}">{word}</button>'
    return f'<p class="pages">{buttons}</p>' if buttons else ""


def _searched(facts: DocumentFacts) -> str:
    return f"{facts.title}\n{shown_id(facts.id)}".casefold()
