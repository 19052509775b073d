"""A follow-up -> a question that stands alone, and what to search for to find its answer.

Rules, no model: a follow-up shows itself by a word that points back ("when did it fly?") or by
having no matter of its own ("why?"). Names take the place of "he" and "she"; otherwise the
question that set the topic is put in front. A question without such a sign is read as it is;
only the search is widened by what the conversation was about, so that a new topic is not drowned
in the old one. docs/conversation.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.datatypes import Turn

_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|such)\b"
    r"|\bthat(?=\s*(?:\W*$|is\b|was\b|were\b|will\b|would\b|did\b|does\b|do\b|can\b|could\b|"
    r"happen|mean|true\b|one\b|day\b|time\b|year\b|point\b|reason\b|case\b))"
    r"|\b(?:there|then|else|ones|so|either|instead|otherwise)(?=\W*$)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
# "Is it possible to ..." points nowhere.
_IDLE_IT = re.compile(
    r"\bit\s+(?:ever\s+|really\s+)?(?:true|possible|likely|safe|necessary|hard|easy|difficult|"
    r"common|normal|ok|okay|important|better|best|known)\s+(?:to|that|for|if|whether)\b|"
    r"\b(?:time|day|date)\s+is\s+it\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\W*(?:and|but|so|or|also|then|what about|how about|what else|who else|where else|"
    r"why not|how come|how so|any other|anything else|tell me more|go on|more)\b",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"\b(?:the|a|an)\s+\w+", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w'’.-]+(?:\s+(?:of\s+|de\s+|van\s+|von\s+|der\s+)*[A-Z][\w'’-]+)*")
# Words that are no matter by themselves.
_IDLE = frozenset(
    "a an and any are at be been but can could did do does exactly for from had has have how i in "
    "is long many me more much of often on one or please really say says said should so tell the "
    "then there to us was we were what when where which who whom whose why will with would yes no "
    "you ok okay thanks about happened happen again precisely old far big".split()
)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question means in its conversation.

    ``question`` stands alone and is what is read; ``searches`` are what is searched for, the
    likeliest first, at least one.
    """

    question: str
    searches: tuple[str, ...]


def understand(question: str, history: Sequence[Turn]) -> Understood:
    """Return what ``question`` means after ``history``, oldest turn first.

    Without a history it is what it says. Turns that were not answered count like the others.
    """
    asked = [turn.question for turn in history if turn.question.strip()]
    if not asked:
        return Understood(question, (question,))
    first, topic = asked[0], _topic(asked)
    around = " ".join(dict.fromkeys((first, topic, question)))
    named = _with_names(question, history)
    if named != question and not points_back(named):
        return Understood(named, _distinct(named, around))
    if points_back(named):
        whole = f"{topic} {named}"
        return Understood(whole, _distinct(whole, around))
    return Understood(question, _distinct(question, around))


def points_back(question: str) -> bool:
    """Tell whether a question needs the ones before it to be understood.

    >>> [points_back(q) for q in ("Why?", "Who measured it?", "What did the crew do?")]
    [True, True, False]
    """
    if _OPENS.search(question) or not _matter(question):
        return True
    rest = _IDLE_IT.sub(" ", question)
    for match in _POINTS_BACK.finditer(rest):
        # "How did the capsule leak when it was docked?" says itself what "it" is.
        if not _DETERMINED.search(rest[: match.start()]):
            return True
    return any(not _names(question[: match.start()]) for match in _PERSON.finditer(question))


def _topic(asked: Sequence[str]) -> str:
    """Return the latest question that stands alone; the first one, where none does."""
    return next((each for each in reversed(asked) if not points_back(each)), asked[0])


def _matter(question: str) -> list[str]:
    return [word for word in re.findall(r"\w+", question.lower()) if word not in _IDLE]


def _with_names(question: str, history: Sequence[Turn]) -> str:
    """Put the person who was last spoken of for "he" or "she"."""
    match = _PERSON.search(question)
    if match is None or _names(question[: match.start()]):
        return question
    for turn in reversed(history):
        people = [name for name in (*_names(turn.answer), *_names(turn.question)) if " " in name]
        if people:
            possessive = match[1].lower() in ("his", "hers") or (
                match[1].lower() == "her" and re.match(r"\s+[a-z]", question[match.end() :])
            )
            name = people[0] + ("'s" if possessive else "")
            return question[: match.start()] + name + question[match.end() :]
    return question


def _names(text: str) -> list[str]:
    """Return the capitalised names of a text; its first word alone is none."""
    found = [(match.start(), match[0].rstrip(".")) for match in _NAME.finditer(text)]
    return [name for at, name in found if at > 0 or " " in name]


def _distinct(*searches: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(searches))
