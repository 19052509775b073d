"""A document -> passages: along its own structure, in whole sentences, sized in tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.documents.sentences import split_sentences, trim
from qa.documents.stretches import QUESTION_LABEL, ends_in_question, is_heading

CountTokens = Callable[[Sequence[str]], list[int]]

# Tokenizers turn an endless word into one unknown token; characters bound what tokens do not.
CHARACTERS_PER_TOKEN = 12

_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n\s*+")
_SPOKEN = re.compile(rf"(?!{QUESTION_LABEL})[^\W\d_][^:?\n]{{0,40}}:\s")
_HEADING = re.compile(r"#{1,6}[ \t]+(\S.*)")


@dataclass(frozen=True, slots=True)
class Slice:
    """A passage before the store has given it an id: ``text[start:end]`` under ``section``."""

    start: int
    end: int
    section: str | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int
    section: str | None
    is_heading: bool


def split_passages(text: str, *, max_tokens: int, count_tokens: CountTokens) -> list[Slice]:
    """Split ``text`` into slices of at most ``max_tokens`` tokens, in the text's order.

    Paragraphs stay apart; a heading or a question opens the passage of the text below it. A
    passage ends at the end of a sentence, unless one sentence alone is longer than the limit:
    that one is cut at white space, or anywhere if a word is longer still. Slices do not overlap,
    carry no white space at either end, and hold every character that is not white space. Blank
    text gives an empty list.

    Raises:
        ValueError: ``max_tokens`` is below 1.
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens must be at least 1, not {max_tokens}")
    slices: list[Slice] = []
    pending: list[_Block] = []

    def pack(sentences: Sequence[tuple[int, int]], section: str | None) -> None:
        opening = [(block.start, block.end) for block in pending]
        slices.extend(_pack(text, [*opening, *sentences], section, max_tokens, count_tokens))
        pending.clear()

    for block in _blocks(text):
        # A question is answered in its own section, if at all.
        if pending and pending[-1].section != block.section and _asks(text, pending):
            pack([], pending[-1].section)
        if block.is_heading:
            pending.append(block)
            continue
        # From the very start for the first block: a date is looked for there.
        start = block.start if slices or pending else 0
        pack(split_sentences(text, start, block.end), block.section)
    if pending:
        pack([], pending[-1].section)
    return slices


def _asks(text: str, blocks: Sequence[_Block]) -> bool:
    return any(ends_in_question(text[block.start : block.end]) for block in blocks)


def _blocks(text: str) -> list[_Block]:
    blocks = []
    section: str | None = None
    begin = 0
    for end in (*(match.end() for match in _BLANK_LINE.finditer(text)), len(text)):
        trimmed = trim(text, begin, end)
        begin = end
        if trimmed is None:
            continue
        start, stop = trimmed
        heading = _HEADING.match(text, start, stop)
        while heading:
            section = heading[1].strip().rstrip("#").strip()[:200] or section
            line = trim(text, start, heading.end()) or (start, heading.end())
            blocks.append(_Block(*line, section, is_heading=True))
            rest = trim(text, heading.end(), stop)
            if rest is None:
                break
            start, stop = rest
            heading = _HEADING.match(text, start, stop)
        else:
            blocks.append(_Block(start, stop, section, is_heading=_opens(text, start, stop)))
    return blocks


def _opens(text: str, start: int, end: int) -> bool:
    """Tell whether a paragraph opens what follows, though its document has no sections.

    "3. Results", a line by itself, does, and so does a question that the text then answers, but
    not what somebody asks in a conversation ("ANN: And why?").
    """
    paragraph = text[start:end]
    is_question = ends_in_question(paragraph) and not _SPOKEN.match(paragraph)
    return (is_question or is_heading(paragraph)) and split_sentences(text, start, end) == [
        (start, end)
    ]


def _pack(
    text: str,
    sentences: Sequence[tuple[int, int]],
    section: str | None,
    max_tokens: int,
    count_tokens: CountTokens,
) -> list[Slice]:
    """Fill passages with sentences, sharing them out so that the last is not a mere crumb."""
    pieces: list[tuple[int, int, int]] = []
    for (start, end), tokens in zip(
        sentences, count_tokens([text[a:b] for a, b in sentences]), strict=True
    ):
        if _fits(end - start, tokens, max_tokens):
            pieces.append((start, end, tokens))
        else:
            pieces += _cut(text, start, end, max_tokens, count_tokens)
    total = sum(tokens for _, _, tokens in pieces)
    wanted = -(-total // max(1, -(-total // max_tokens)))
    groups: list[list[tuple[int, int]]] = []
    filled = wanted
    for start, end, tokens in pieces:
        if (
            groups
            and filled < wanted
            and _fits(end - groups[-1][0][0], filled + tokens, max_tokens)
        ):
            groups[-1].append((start, end))
            filled += tokens
        else:
            groups.append([(start, end)])
            filled = tokens
    wholes = [(group[0][0], group[-1][1]) for group in groups]
    slices: list[Slice] = []
    for group, whole, tokens in zip(
        groups, wholes, count_tokens([text[a:b] for a, b in wholes]), strict=True
    ):
        # Some tokenizers count a whole as more than its parts: then the parts stay apart.
        parts = [whole] if tokens <= max_tokens else group
        slices += [Slice(start, end, section) for start, end in parts]
    return slices


def _fits(characters: int, tokens: int, max_tokens: int) -> bool:
    return tokens <= max_tokens and characters <= max_tokens * CHARACTERS_PER_TOKEN


def _cut(
    text: str, start: int, end: int, max_tokens: int, count_tokens: CountTokens
) -> list[tuple[int, int, int]]:
    """Cut one overlong sentence into pieces that fit, at white space where there is any."""
    pieces: list[tuple[int, int, int]] = []
    while (trimmed := trim(text, start, end)) is not None:
        start = trimmed[0]
        width = min(end - start, max_tokens * CHARACTERS_PER_TOKEN)
        stop = _longest_fit(text, start, width, max_tokens, count_tokens)
        if stop < end and not text[stop].isspace():
            space = max((i for i in range(start + 1, stop) if text[i].isspace()), default=None)
            # MiniLM's tokenizer drops some white space, U+001C for one: a word of over 100
            # characters, one token, may end there in a shorter one of many.
            if space is not None and count_tokens([text[start:space]])[0] <= max_tokens:
                stop = space
        fitted = trim(text, start, stop)
        assert fitted is not None  # noqa: S101 - text[start] is not white space
        (tokens,) = count_tokens([text[fitted[0] : fitted[1]]])
        pieces.append((*fitted, tokens))
        start = stop
    return pieces


def _longest_fit(
    text: str, start: int, width: int, max_tokens: int, count_tokens: CountTokens
) -> int:
    """Return the end of the longest prefix found to fit, one character at the least."""
    low, high = 1, width
    (whole,) = count_tokens([text[start : start + width]])
    if whole <= max_tokens:
        return start + width
    while low < high:
        middle = (low + high + 1) // 2
        (tokens,) = count_tokens([text[start : start + middle]])
        if tokens <= max_tokens:
            low = middle
        else:
            high = middle - 1
    return start + low
