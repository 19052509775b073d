"""The stretches of a text that an answer may stand in, and words that are not cut in two."""

from __future__ import annotations

import re

from qa.documents.sentences import LINE_NAME, trim

# Before these a stretch that can be an answer ends, and behind them another begins.
_APART = re.compile(
    rf"""
      \n[^\S\n]*+\n\s*+                                             # an empty line
    | (?:(?<=\n)|\A)[^\S\n]*+(?:[-*•·>]|\#{{1,6}}|\(?\d{{1,3}}[.)])[^\S\n]++  # a mark of a list
    # "6.2 The tenant", but not "2.5 GB"
    | (?:(?<=\n)|\A)[^\S\n]*+\d{{1,3}}(?:\.\d{{1,3}})+[^\S\n]++
      (?=(?:The|An|All|Any|Each|Every|Either|Neither|No|If|In|On|At|For|Where|When|Upon|Unless|This|
      These|Such|It|You|We|Your|Our)\b)
    | \n(?={LINE_NAME})                                             # "Name: value", a line each
    | [^\S\n]*+\|[^\S\n]*+                                          # the edge of a cell
    """,
    re.VERBOSE,
)
# Cells of nothing but dashes and colons, and the line before them, which names the columns.
_RULE = r"(?=[^\n]*-)(?=[^\n]*\|)[ \t|:-]+$"
TABLE_HEAD = re.compile(rf"^(?:(?=[^\n]*\|)[^\n]+\n)?{_RULE}", re.MULTILINE)
TABLE_ROW = r"[^\S\n]*\|[^\n]+"
_ROW = re.compile(rf"^{TABLE_ROW}$", re.MULTILINE)
# Before a question: "Q:", "Question 3."
QUESTION_LABEL = r"Q(?:uestion)?\s*\d*\s*[.:)]"
ADDRESS = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_ONE_WORD = re.compile(
    rf"{ADDRESS}"
    r"|(?:https?://|www\.)\S*\w"
    r"|\d+(?:[.,:]\d+)+"
    r"|(?<!\w)(?:[^\W\d_]\.){2,}"  # "a.m."
)

_WORDS_OF_HEADING = 15
_PUNCTUATED = re.compile(r"[.!?…。:;,][\"'”’)\]*_]*\Z")
# An item, a row, a line "Name: value".
_OF_A_LIST = re.compile(r"[-*•·>|]|[^\n]{1,40}:\s")


def split_stretches(text: str) -> list[tuple[int, int]]:
    r"""Return the (start, end) of each stretch of a text that an answer may stand in, in order.

    An answer does not reach beyond an item of a list, a cell, a heading or a paragraph, and the
    marks that set these off, as well as the heads of a table's columns, are no part of one. The
    stretches carry no white space at either end; blank text has none.

    >>> text = "In the box\n\n- Jug\n- Spoon, 10 g\n"
    >>> [text[a:b] for a, b in split_stretches(text)]
    ['In the box', 'Jug', 'Spoon, 10 g']
    """
    apart = [match.span() for pattern in (_APART, TABLE_HEAD) for match in pattern.finditer(text)]
    stretches, begin = [], 0
    for start, end in (*sorted(apart), (len(text), len(text))):
        trimmed = trim(text, begin, start) if begin < start else None
        if trimmed is not None:
            stretches.append(trimmed)
        begin = max(begin, end)
    return stretches


def is_heading(text: str) -> bool:
    """Tell whether a sentence, as ``split_sentences`` gives it, is a heading or a title.

    >>> [is_heading(t) for t in ("4. Playground", "It fell.", "- PlayNord: 10 euros", "Who: Ann")]
    [True, False, False, False]
    """
    return (
        not _PUNCTUATED.search(text)
        and not _OF_A_LIST.match(text)
        and len(text.split()) <= _WORDS_OF_HEADING
    )


def ends_in_question(text: str) -> bool:
    """Tell whether a text ends by asking: what follows it is the answer.

    >>> ends_in_question("ANN: And why? "), ends_in_question('He asked "why?" twice.')
    (True, False)
    """
    return text.rstrip("\"'”’»)*_ \t").endswith(("?", "？", "؟"))


def as_prose(text: str) -> str:
    r"""Return a text of the same length whose tables read like sentences; offsets stay as they are.

    The first cell of a row is what the others are said of.

    >>> as_prose("It is so:\n| Red | Hot | Stop |\n|---|---|---|")
    'It is so:\n  Red : Hot , Stop .\n             '
    """
    return _ROW.sub(lambda row: _told(row[0]), text)


def _told(row: str) -> str:
    if not any(map(str.isalnum, row)):
        return " " * len(row)
    cells = row.strip().strip("|").count("|") + 1
    marks = iter([":"] + [","] * (cells - 2) if cells > 1 else [])
    begin = len(row) - len(row.lstrip()) + row.lstrip().startswith("|")
    end = len(row.rstrip()) - row.rstrip().endswith("|")
    inner = re.sub(r"\|", lambda _: next(marks, ","), row[begin:end])
    closed = "." if end < len(row.rstrip()) else ""
    return " " * begin + inner + closed + row[end + len(closed) :]


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets moved out to both ends of an address, number or abbreviation cut in two.

    A bracket that closes behind the end is taken in, too.

    >>> text = "Mail a.b@c.org at 6:25 a.m. or so."
    >>> [text[slice(*whole_words(text, *at))] for at in ((5, 10), (18, 26), (20, 22), (28, 33))]
    ['a.b@c.org', '6:25 a.m.', '6:25', 'or so']
    """
    for found in _ONE_WORD.finditer(text):
        if found.start() < start < found.end():
            start = found.start()
        if found.start() < end < found.end():
            end = found.end()
    if text[end : end + 1] == ")" and text.count("(", start, end) > text.count(")", start, end):
        end += 1
    return start, end
