"""Ratings to evaluation questions, in the format of ``corpus/questions/*.jsonl``."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from qa.answering import ABSTENTION, UNSURE
from qa.datatypes import Turn
from qa.feedback.rating import Rating
from qa.polarity import verdict_of

logger = logging.getLogger(__name__)

Line = dict[str, Any]
_Key = tuple[str, tuple[Turn, ...]]

# What visitors share lies in an index of its own, which `qa evaluate` does not ask.
_SHARED = "shared://"


def from_feedback(ratings: Iterable[Rating]) -> tuple[list[Line], list[Line]]:
    """Return the questions whose answers are known, and those that a person must look at.

    A thumb up makes what was said the right answer: the stretches that citations support, or
    none where the question was refused. A thumb down does not tell what would be right, and
    neither do visitors who disagree: those lines have everything but ``answers``, and are no
    question set before somebody has filled that in. Left out, and counted in the log, is what no
    question of the index comes of: a reply that is neither answer nor refusal, such as to a
    greeting, and an answer that cites what a visitor shared.
    """
    groups: defaultdict[_Key, list[Rating]] = defaultdict(list)
    left_out = 0
    for rating in ratings:
        if _is_of_the_index(rating):
            groups[rating.question, rating.history].append(rating)
        else:
            left_out += 1
    if left_out:
        logger.info("left out, of small talk or of what visitors shared: %d ratings.", left_out)
    known, open_ones = [], []
    for same in groups.values():
        agreed = {(r.verdict, r.answered, verdict_of(r.text)) for r in same}
        if len(agreed) == 1 and same[0].verdict == "up":
            known.append(_known(same))
        else:
            open_ones.append(_open(same))
    return known, open_ones


def _is_of_the_index(rating: Rating) -> bool:
    if not rating.answered:
        return rating.text in (ABSTENTION, UNSURE)
    return not any(document.startswith(_SHARED) for document in rating.documents)


def _known(same: list[Rating]) -> Line:
    answers = dict.fromkeys(stretch for rating in same for stretch in rating.supported)
    line = _asked(same) | {"answers": list(answers)}
    yes = verdict_of(same[0].text)
    return line if yes is None else line | {"shape": "yes_no", "yes": yes}


def _open(same: list[Rating]) -> Line:
    given = [
        {"verdict": r.verdict, "said": r.text, "quotes": list(r.quotes), "comment": r.comment}
        for r in same
    ]
    return _asked(same) | {"given": given}


def _asked(same: list[Rating]) -> Line:
    first = same[0]
    line: Line = {"id": f"feedback-{first.id}", "question": first.question}
    documents = dict.fromkeys(document for rating in same for document in rating.documents)
    if documents:
        line["documents"] = list(documents)
    if first.history:
        line["history"] = [[turn.question, turn.answer] for turn in first.history]
    return line
