"""The tools beneath an answer, and the menu of the conversation, as HTML."""

from __future__ import annotations

from qa.web.escaping import attribute, escaped, exact_attribute
from qa.web.export import FORMATS, to_text
from qa.web.texts import Texts
from qa.web.visit import Exchange


def render_tools(exchange: Exchange, texts: Texts, *, newest: bool) -> str:
    """Return the row of buttons beneath what came of a question; nothing while it is asked."""
    answer = exchange.answer
    if answer is None and exchange.error is None:
        return ""
    buttons = []
    if answer is not None:
        buttons.append(
            _tool("copy", texts("copy"), f' data-copy="{exact_attribute(to_text(answer))}"')
        )
        # A follow-up says little without the turns before it: its link asks what it meant.
        alone = answer.standalone_question or exchange.question
        buttons.append(_tool("link", texts("link"), f' data-link="{exact_attribute(alone)}"'))
    if newest:
        buttons.append(_tool("again", texts("again")))
    asked = exact_attribute(exchange.question)
    buttons.append(_tool("edit", texts("edit"), f' data-question="{asked}"'))
    if exchange.can_be_rated:
        for name, label in (("up", texts("up")), ("down", texts("down"))):
            pressed = "true" if exchange.rating == name else "false"
            buttons.append(_tool(name, label, f' aria-pressed="{pressed}"'))
    return (
        f'<div class="tools" role="group" aria-label="{attribute(texts("tools"))}">'
        f'{"".join(buttons)}<span class="said"></span></div>'
    )


def render_changed(exchange: Exchange, texts: Texts) -> str:
    """Return a sentence that names the markers whose quotes have changed; nothing without any."""
    if not exchange.changed:
        return ""
    markers = " ".join(f"[{marker}]" for marker in exchange.changed)
    return f'<p class="changed">{escaped(texts("quote_changed"))}: {markers}</p>'


def render_menu(texts: Texts) -> str:
    """Return the menu's HTML, which is a template of Gradio's: no braces, no backticks."""
    files = "".join(
        f'<li><button type="button" data-format="{attribute(name)}">{attribute(name)}</button></li>'
        for name in FORMATS
    )
    return (
        f'<nav class="menu" aria-label="{attribute(texts("conversation"))}">'
        f"{_entry('fresh', texts('fresh'), texts('fresh_hint'))}"
        f"{_entry('earlier', texts('earlier'), texts('earlier_hint'), opens='qa-earlier')}"
        f"{_entry('export', texts('export'), texts('export_hint'), opens='qa-export')}</nav>"
        f'<div id="qa-earlier" class="panel" popover role="group" '
        f'aria-label="{attribute(texts("earlier_hint"))}"></div>'
        f'<div id="qa-export" class="panel" popover role="group" '
        f'aria-label="{attribute(texts("export_hint"))}">'
        f'<p class="empty">{attribute(texts("nothing_to_export"))}</p>'
        f'<div class="full"><p>{attribute(texts("export_as"))}</p><ul>{files}</ul></div></div>'
    )


def _tool(name: str, label: str, more: str = "") -> str:
    return (
        f'<button type="button" class="tool" data-tool="{name}" aria-label="{attribute(label)}" '
        f'title="{attribute(label)}"{more}></button>'
    )


def _entry(name: str, word: str, hint: str, opens: str = "") -> str:
    panel = f' popovertarget="{opens}"' if opens else ""
    return (
        f'<button type="button" class="entry" data-tool="{name}" aria-label="{attribute(hint)}" '
        f'title="{attribute(hint)}"{panel}><span>{attribute(word)}</span></button>'
    )
