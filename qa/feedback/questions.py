"""Ratings to evaluation questions, in the format of ``corpus/questions/*.jsonl``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from qa.datatypes import Turn
from qa.feedback.rating import Rating

Line = dict[str, Any]
_Key = tuple[str, tuple[Turn, ...]]


def from_feedback(ratings: Iterable[Rating]) -> tuple[list[Line], list[Line]]:
    """Return the questions whose answers are known, and those that a person must look at.

    A thumb up makes what was said the right answer: the stretches that citations support, or
    none where the question was refused. A thumb down does not tell what would be right, and
    neither do visitors who disagree: those lines have everything but ``answers``, and are no
    question set before somebody has filled that in.
    """
    groups: defaultdict[_Key, list[Rating]] = defaultdict(list)
    for rating in ratings:
        groups[rating.question, rating.history].append(rating)
    known, open_ones = [], []
    for same in groups.values():
        agreed = {(r.verdict, r.answered, _yes(r)) for r in same}
        if len(agreed) == 1 and same[0].verdict == "up":
            known.append(_known(same))
        else:
            open_ones.append(_open(same))
    return known, open_ones


def _known(same: list[Rating]) -> Line:
    answers = dict.fromkeys(stretch for rating in same for stretch in rating.supported)
    line = _asked(same) | {"answers": list(answers)}
    yes = _yes(same[0])
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


def _yes(rating: Rating) -> bool | None:
    """Tell whether the answer says yes or no; None where it says neither."""
    if not rating.answered:
        return None
    return (
        True if rating.text.startswith("Yes.") else False if rating.text.startswith("No.") else None
    )
