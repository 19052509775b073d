"""Text to HTML that shows the text and does nothing else.

The page puts this HTML into the DOM as it is: no Markdown, no LaTeX and no template ever reads
it, so these few functions are the whole defence, with the Content-Security-Policy behind it.
"""

from __future__ import annotations

import html
import re

from qa.unseen import UNSEEN

_REPLACEMENT = "\ufffd"


def escaped(text: str) -> str:
    r"""Return HTML whose text content is ``text``, with unseen characters made visible.

    Each unseen character stands alone in a ``<bdi>``, which ends its effect, and the style sheet
    prints the code point beside it. NUL and lone surrogates cannot stand in a page: U+FFFD
    stands for them.

    >>> escaped("a < b & c")
    'a &lt; b &amp; c'
    >>> escaped("x\u202ey")
    'x<bdi class="unseen" data-code="U+202E">\u202e</bdi>y'
    """
    return UNSEEN.sub(_visible, html.escape(text))


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    code = f"U+{ord(character):04X}"
    if character == "\r":
        # As a reference: the parser turns a bare carriage return into a line feed.
        return "&#13;"
    shown = _REPLACEMENT if character == "\0" or "\ud800" <= character <= "\udfff" else character
    return f'<bdi class="unseen" data-code="{code}">{shown}</bdi>'


def attribute(text: str) -> str:
    """Return ``text`` for use inside a double-quoted attribute; unseen characters become U+FFFD.

    >>> attribute('5" wide')
    '5&quot; wide'
    """
    return html.escape(UNSEEN.sub(_REPLACEMENT, text))


def exact_attribute(text: str) -> str:
    r"""Return ``text`` for an attribute that a script reads: every character as it is.

    Nobody sees it there, so unseen characters may stand; NUL and lone surrogates cannot.

    >>> exact_attribute('5"\r')
    '5&quot;&#13;'
    """
    possible = re.sub("[\0\ud800-\udfff]", _REPLACEMENT, text)
    return html.escape(possible).replace("\r", "&#13;")


def shortened(text: str, limit: int) -> str:
    r"""Return ``text`` on one line, cut at a word and ended with an ellipsis beyond ``limit``.

    >>> shortened("one  two\nthree", 9)
    'one two…'
    """
    # A little more than the limit is enough to know; a megabyte need not be split.
    line = " ".join(text[: 4 * limit].split())
    if len(line) <= limit and len(text) <= 4 * limit:
        return line
    cut = line[:limit]
    words, space, _ = cut.rpartition(" ")
    return (words if space and len(words) > limit // 2 else cut).rstrip() + "…"
