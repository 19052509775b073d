"""What became of a visitor's file, as HTML. Names and sentences in it are hostile: see escaping."""

from __future__ import annotations

from collections.abc import Sequence

from qa.indexing import IndexReport
from qa.web.escaping import escaped, shortened
from qa.web.texts import Texts

# A file may hold thousands of documents: so many of a kind are named.
_NAMED = 5
_NAME = 120
_SENTENCE = 600


def render_report(report: IndexReport, texts: Texts) -> str:
    """Return a list of what was added, was there already, could not be read, and why."""
    twins = [texts("own_same_as", name=one, other=other) for one, other in report.duplicates]
    said = (
        _named("own_added", report.added, texts)
        + _named("own_updated", report.updated, texts)
        + _named("own_unchanged", report.unchanged, texts)
        + _named("own_removed", report.removed, texts)
        + _listed("duplicate", twins)
        + _listed("empty", report.empty)
        + _listed("refused", report.refused)
        + _listed("notice", report.notices)
    )
    return f"<ul>{said}</ul>" if said else render_sentence(texts("own_nothing"))


def render_sentence(sentence: str) -> str:
    """Return one sentence about a file that is not in the index."""
    return f'<p class="refused">{escaped(sentence)}</p>'


def render_removed(title: str, texts: Texts) -> str:
    """Return the line that says what was removed, with the button that brings it back."""
    return (
        f"<span>{escaped(texts('own_removed'))} "
        f"<bdi>{escaped(shortened(title, _NAME))}</bdi></span>"
        f'<button type="button" data-restore>{escaped(texts("own_undo"))}</button>'
    )


def _named(key: str, ids: Sequence[str], texts: Texts) -> str:
    if not ids:
        return ""
    names = ", ".join(f"<bdi>{escaped(shortened(each, _NAME))}</bdi>" for each in ids[:_NAMED])
    more = "…" if len(ids) > _NAMED else ""
    return f'<li class="added">{escaped(texts(key, count=len(ids)))} {names}{more}</li>'


def _listed(kind: str, sentences: Sequence[str]) -> str:
    items = [
        f'<li class="{kind}" dir="auto">{escaped(shortened(each, _SENTENCE))}</li>'
        for each in sentences[:_NAMED]
    ]
    return "".join(items) + (
        f"<li>… (+{rest})</li>" if (rest := len(sentences) - _NAMED) > 0 else ""
    )
