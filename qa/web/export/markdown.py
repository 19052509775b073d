"""A conversation as Markdown. Whatever an article holds stays text in it: no link, image or tag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.datatypes import Answer
from qa.unseen import UNSEEN
from qa.web.export.text import CLOSEST, pieces, place

# What can begin markup anywhere, in CommonMark, GitHub's tables, strikethrough, mail addresses
# and mathematics, and in templates that a site generator may run over the file.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&#~|$@^{}]")
# Addresses become links by themselves.
_ADDRESS = re.compile(r"(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)
# What begins a list, a heading's underline or a definition, at the beginning of a line.
_FIRST = re.compile(r"(?m)^(\s*)([-+=:]|\d{1,9}(?=[.)]))")


def to_markdown(answers: Sequence[Answer]) -> str:
    """Return the conversation, oldest answer first: each quote with its source and offsets."""
    blocks = ["# Conversation"]
    for answer in answers:
        blocks += _blocks(answer)
    return "\n\n".join(blocks) + "\n"


def plain(text: str) -> str:
    r"""Return Markdown that shows ``text`` and does nothing else, its line ends kept.

    Characters that cannot be seen are named instead.

    >>> plain("[a](b) <i>1. x\n2. y")
    '\\[a\\](b) \\<i\\>1. x\n2\\. y'
    """
    text = UNSEEN.sub(lambda match: f"(U+{ord(match.group()):04X})", text.replace("\r\n", "\n"))
    text = _ANYWHERE.sub(r"\\\g<0>", text)
    text = _ADDRESS.sub(r"\\\g<0>", text)
    text = _FIRST.sub(_harmless_start, text)
    # Four spaces would begin a block of code; as a reference a space begins nothing.
    return re.sub(r"(?m)^[^\S\n]", lambda match: f"&#{ord(match.group())};", text)


def _harmless_start(match: re.Match[str]) -> str:
    space, first = match.groups()
    # A number is harmless without its dot, which follows it.
    return f"{space}{first}\\" if first.isdigit() else f"{space}\\{first}"


def _blocks(answer: Answer) -> Iterator[str]:
    yield f"## {plain(' '.join(answer.question.split()))}"
    if answer.standalone_question not in ("", answer.question):
        yield f"Understood as: {plain(' '.join(answer.standalone_question.split()))}"
    yield plain_with_markers(answer)
    if answer.closest is not None:
        yield CLOSEST
    for citation in answer.shown:
        # The mark of a quotation stands before every line, so that none can leave it.
        quote = "\n".join(f"> {line}".rstrip() for line in plain(citation.quote).split("\n"))
        yield f"\\[{citation.marker}\\] {plain(place(citation))}\n\n{quote}"


def plain_with_markers(answer: Answer) -> str:
    """Return the answer's text, markers behind what they support."""
    whole = ""
    for piece, markers in pieces(answer):
        whole += piece + "".join(f" [{marker}]" for marker in markers)
    return plain(whole)
