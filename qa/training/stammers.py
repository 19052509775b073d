"""Questions as people speak them: begun, broken off, put right.

After the three parts of a slip of the tongue (Shriberg 1994): what is taken back, a word that
says so ("no wait"), and what is meant. What is meant stands last, and its answer stays.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from qa.training.twists import NAME_OR_NUMBER

_TAKES_BACK = (
    "no", "no wait", "wait no", "no sorry", "sorry", "or rather", "rather", "I mean", "er I mean",
    "uh I mean", "um no", "uh no", "well", "actually", "actually no", "scratch that", "excuse me",
    "make that", "I meant", "sorry I meant", "hold on",
)  # fmt: skip
_FILLERS = ("uh", "um", "er", "uhm", "well", "like")


def stammer(
    question: str, names: Sequence[str], others: Sequence[str], chance: random.Random
) -> str:
    """Return the question with a slip in it: another name, another beginning, or a filler.

    ``names`` are what may be said in place of a name or number of the question, ``others``
    questions about the same text, of which one may be begun.
    """
    draw = chance.random()
    if draw < 0.45:
        slipped = _wrong_name(question, names, chance)
    elif draw < 0.8:
        slipped = _false_start(question, others, chance)
    else:
        slipped = None
    return slipped or _filler(question, chance)


def _wrong_name(question: str, names: Sequence[str], chance: random.Random) -> str | None:
    own = list(NAME_OR_NUMBER.finditer(question))
    others = [name for name in names if name not in question]
    if not own or not others:
        return None
    match, wrong = chance.choice(own), chance.choice(others)
    after = f" not {wrong}" if chance.random() < 0.15 else ""
    said = f"{wrong} {chance.choice(_TAKES_BACK)} {match[0]}{after}"
    return question[: match.start()] + said + question[match.end() :]


def _false_start(question: str, others: Sequence[str], chance: random.Random) -> str | None:
    begun = [words for other in others if other != question and len(words := other.split()) > 3]
    if not begun:
        return None
    words = chance.choice(begun)
    started = " ".join(words[: chance.randint(2, len(words))]).rstrip("?")
    return f"{started} {chance.choice(_TAKES_BACK)} {question[:1].lower()}{question[1:]}"


def _filler(question: str, chance: random.Random) -> str:
    gaps = [match.start() for match in re.finditer(" ", question)]
    if not gaps:
        return question
    at = chance.choice(gaps)
    return f"{question[:at]} {chance.choice(_FILLERS)}{question[at:]}"
