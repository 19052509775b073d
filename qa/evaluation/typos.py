"""The same questions with slips of the finger, to see how much a reader of clean ones loses."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from qa.evaluation.questions import Question

_WORD = re.compile(r"[A-Za-z]{4,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# One slip for so many words that are long enough to have one.
_WORDS_A_SLIP = 3


def mistyped(questions: tuple[Question, ...], seed: int = 1) -> tuple[Question, ...]:
    """Return the questions, each with a slip in every third word of four letters or more.

    A letter is left out, doubled, changed for another or swapped with the next; the first letter
    stays. A question without such a word stays as it is. The same seed gives the same slips.
    """
    chance = random.Random(seed)
    return tuple(replace(each, question=_slip(each.question, chance)) for each in questions)


def _slip(question: str, chance: random.Random) -> str:
    words = list(_WORD.finditer(question))
    if not words:
        return question
    hit = chance.sample(words, -(-len(words) // _WORDS_A_SLIP))
    for word in sorted(hit, key=lambda match: -match.start()):
        at = chance.randrange(word.start() + 1, word.end() - 1)
        here, following = question[at], question[at + 1]
        slips = ("", here * 2, chance.choice(_LETTERS), following + here)
        kind = chance.randrange(len(slips))
        after = at + 2 if kind == 3 else at + 1
        question = question[:at] + slips[kind] + question[after:]
    return question
