"""A reply as it grows -> the sentences that are complete, with the numbers that they cite."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.documents.sentences import split_sentences

_MARKER = re.compile(r"\[\s*([0-9]{1,4}(?:\s*[,;]\s*[0-9]{1,4})*)\s*\]")
# "It leaked. [3]" and "It leaked [3]." are the same; the second kind splits into sentences.
_BEHIND = re.compile(rf"([.!?…]+[\"'”’)*]*)((?:\s*{_MARKER.pattern})+)")
_LIST_ITEM = re.compile(r"^[ ]*(?:[-*•–#]+|\(?[0-9]{1,2}[.)])[ ]+", re.MULTILINE)
_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=[\w.,!?])[*_](?!\w)")
_GAP = re.compile(r"\s+(?=[.,;:!?…])")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence in one line, without its markers, and the numbers in them, in their order."""

    text: str
    numbers: tuple[int, ...]


def marked_sentences(reply: str, *, ended: bool) -> list[Marked]:
    r"""Return the sentences of a reply; those of a growing one are a beginning of the whole's.

    Until it has ``ended`` the last sentence is held back: its marker may be still to come.

    >>> marked_sentences("It **leaked**. [3]\n- Why is unclear [4, 5].", ended=True)
    [Marked(text='It leaked.', numbers=(3,)), Marked(text='Why is unclear.', numbers=(4, 5))]
    """
    if not ended:
        # Half a word, or half a marker, could be taken for another one.
        reply = reply[: max(reply.rfind(" "), reply.rfind("\n"), 0)]
        reply = reply[: reply.rindex("[")] if reply.rfind("[") > reply.rfind("]") else reply
    shown = "".join(c if c.isprintable() else "\n\n" if c == "\n" else " " for c in reply)
    text = _BEHIND.sub(lambda match: f"{match[2]}{match[1]} ", _LIST_ITEM.sub("", shown))
    sentences = [text[start:end] for start, end in split_sentences(text)]
    found = map(_marked, sentences if ended else sentences[:-1])
    return [sentence for sentence in found if sentence.text]


def _marked(sentence: str) -> Marked:
    numbers = [int(n) for found in _MARKER.findall(sentence) for n in re.findall("[0-9]+", found)]
    plain = _MARKUP.sub("", _MARKER.sub(" ", sentence))
    return Marked(_GAP.sub("", " ".join(plain.split())), tuple(dict.fromkeys(numbers)))
