"""A conversation as one HTML file that needs nothing else: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence

from qa.datatypes import Answer, Citation
from qa.web.escaping import attribute, escaped
from qa.web.export.text import CLOSEST, pieces, place

# Behind the escaping: even if something slipped through, a browser would not run or fetch it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1.0625rem/1.6 Georgia, serif;
  overflow-wrap: anywhere; }
h2 { font: 600 1.0625rem/1.4 system-ui, sans-serif; margin: 2.5rem 0 0.5rem;
  white-space: pre-wrap; }
p, blockquote { white-space: pre-wrap; margin: 0.5rem 0; }
blockquote { padding-inline-start: 1rem; border-inline-start: 3px solid; }
blockquote:target { border-inline-start-width: 8px; }
footer, small { font: 0.875rem/1.5 system-ui, sans-serif; opacity: 0.8; }
.unseen { font-size: 0; }
.unseen::before { content: attr(data-code); font: 0.6875rem/1 monospace; border: 1px solid; }
"""


def to_html(answers: Sequence[Answer]) -> str:
    """Return the file's text. Markers lead to their quotes; offsets stand in the text and as data.

    Each quote's element has its document, ``start`` and ``end`` as ``data-`` attributes.
    """
    body = "\n".join(_article(number, answer) for number, answer in enumerate(answers, start=1))
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">\n'
        f'<meta http-equiv="content-security-policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Conversation</title>\n<style>{_STYLE}</style></head>\n"
        f"<body><main><h1>Conversation</h1>\n{body}\n</main></body></html>\n"
    )


def _article(number: int, answer: Answer) -> str:
    understood = (
        f"<p><small>Understood as: <bdi>{escaped(answer.standalone_question)}</bdi></small></p>"
        if answer.standalone_question not in ("", answer.question)
        else ""
    )
    text = "".join(
        escaped(piece)
        + "".join(f' <a href="#e{number}c{marker}">[{marker}]</a>' for marker in markers)
        for piece, markers in pieces(answer)
    )
    closest = "" if answer.closest is None else f"<p>{escaped(CLOSEST)}</p>"
    quotes = closest + "".join(_quote(number, citation) for citation in answer.shown)
    return (
        f'<article><h2 dir="auto">{escaped(answer.question)}</h2>{understood}'
        f'<p dir="auto">{text}</p>{quotes}</article>'
    )


def _quote(number: int, citation: Citation) -> str:
    return (
        f'<blockquote id="e{number}c{citation.marker}" dir="auto" '
        f'data-document="{attribute(citation.document_id)}" '
        f'data-start="{citation.start}" data-end="{citation.end}">{escaped(citation.quote)}'
        f"</blockquote><footer>[{citation.marker}] {escaped(place(citation))}</footer>"
    )
