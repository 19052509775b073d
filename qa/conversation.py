"""A follow-up -> a question that stands alone, and what to search for to find its answer.

Rules, no model. A follow-up shows itself by having no matter of its own ("why?"), or by a word
that points back ("when did they fly?"). The first kind asks its question word of the question
before; in the second kind the pronoun gives way to what was asked about or answered. One that
names only what is different ("and Montalbano?") is the question before with that in its place
(qa.ellipsis). A question without such a sign is read as it is. Either way the search is widened by
what the conversation was about, and a new topic is searched for by itself as well, so the old one
cannot drown it. docs/conversation.md has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.datatypes import Turn
from qa.ellipsis import asked_of_another
from qa.referents import (
    AUXILIARY,
    NO_ANSWER,
    PARTICIPLE,
    QUESTION_WORDS,
    last_person,
    name_ones,
    names_in,
    put_in_place,
    referent,
    subject,
)
from qa.summaries.requests import WHOLE, requested_summary

_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|such)\b"
    r"|\bthat(?=\s*(?:\W*$|is\b|was\b|were\b|will\b|would\b|did\b|does\b|do\b|can\b|could\b|"
    r"happen|mean|true\b|one\b|day\b|time\b|year\b|point\b|reason\b|case\b))"
    r"|\b(?:there|then|else|ones|so|either|instead|otherwise)(?=\W*$)",
    re.IGNORECASE,
)
# Those of them that a noun can take the place of.
_REPLACED = frozenset(("it", "its", "they", "them", "their"))
_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b", re.IGNORECASE)
# "Is it possible to ..." points nowhere.
_IDLE_IT = re.compile(
    r"\bit\s+(?:ever\s+|really\s+)?(?:true|possible|likely|safe|necessary|hard|easy|difficult|"
    r"common|normal|ok|okay|important|better|best|known)\s+(?:to|that|for|if|whether)\b|"
    r"\b(?:time|day|date)\s+is\s+it\b|\bit['’]?s\s+time\b|"
    # The text: "What does it say about dragons?"
    r"\b(?:do|does|did)\s+it\s+(?:say|mention|tell)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\W*(?:and|but|so|or|also|then|what about|how about|what else|who else|where else|"
    r"why not|how come|how so|any other|anything else|tell me more|go on|more)\b",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"\b(?:the|a|an)\s+\w+", re.IGNORECASE)
# Words that are no matter by themselves.
_IDLE = frozenset(
    "a an and any are at be been but by can could did do does exactly for from had has have "
    "how i in is long many me more much of often on one or please really say says said should "
    "so tell the then there to us was we were what when where which who whom whose why will "
    "with would yes no not you ok okay thanks about happened happen again precisely that this "
    "it since until under against old far big come ones".split()
)
_LINK = re.compile(
    r"^\W*(?:(?:(?:and|but|so|or)\s+)?then\W+(?=\w)|(?:and|but|so|or)\b\W*(?=\w+\W+\w))",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^\W*(?:and\s+|but\s+)?(?:then\W+)?(?:who|what|where|when|which)\s+(?:else|other)\b"
    r"|^\W*and\s+then\W+\w+\W*$",
    re.IGNORECASE,
)
_HOW_COME = re.compile(r"^\W*how\s+come(?=\W*$)", re.IGNORECASE)
# "How many people lost their job?": theirs.
_THEIR_OWN = re.compile(
    r"\W*(?:how\s+many(?:\s+(?:people|\w+s))?|who|which\s+\w+)\s+"
    rf"(?!(?:{AUXILIARY.pattern}))\w+(?:\s+\w+)?\s+their\b",
    re.IGNORECASE,
)
# "No, I mean the mayor, what did she say?"
_MEANT = re.compile(r"\W*(?:no\W+)?i\s+meant?\s+(?:the|an?)\s+\w+", re.IGNORECASE)
# "for kids?", "anything else?", "the shops too?"
_FRAGMENT = re.compile(
    r"\W*(?:and|also|but|or|for|in|on|at|with|without|during|from|by|per|only)\b"
    r"|\W*anything(?:\s+else)?\W*$|.*\b(?:too|else|as\s+well|ones?|others?|instead|round)\W*$",
    re.IGNORECASE,
)
_FRAGMENT_WORDS = 5
# "Who was injured?", "Who has to fix it?": no other question word stands before the rest of it.
_NO_SUBJECT = re.compile(
    r"\s*(?:has|have|had|can|could|will|would|should|must)\s+(?!(?:i|you|we|they|he|she|it|the|an?|"
    r"this|that|these|my|your|his|her|its|their|people|everyone)\b)[a-z]"
    r"|\s*(?:is|are|was|were)\s+(?:being\s+|not\s+|also\s+|most\s+|going\s+to\s+)?"
    rf"(?:{PARTICIPLE}|hurt|against|there|behind|responsible|present|missing|absent)\b"
)
# "How long is it?" asks about the thing; "when was that?" about what was said of it.
_COPULA_IT = re.compile(r"\b(?:is|are|was|were)\s+(?:it|they)\b", re.IGNORECASE)
_HAPPENED = re.compile(r"\W*what\s+(?:has\s+|had\s+)?happened\b", re.IGNORECASE)
# Of a question without an auxiliary: "Who organises the food?"
_LAST_THING = re.compile(r"\s((?:the|an?)\s+[\w-]+(?:\s+[\w-]+)?)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question means in its conversation.

    ``question`` is what is read, as far as the rules can make it stand alone; ``searches`` are
    what is searched for, the likeliest first, at least one. ``spent`` are texts that cannot be the
    answer: that of the question before, where it is asked of something else; all earlier ones,
    where it asks for others.
    """

    question: str
    searches: tuple[str, ...]
    spent: tuple[str, ...] = ()


def understand(question: str, history: Sequence[Turn]) -> Understood:
    """Return what ``question`` means after ``history``, oldest turn first.

    Without a history it is what it says. Turns that were not answered count like the others.
    """
    turns = [
        turn
        for turn in history
        # What the whole text is about is about nothing in it.
        if turn.question.strip() and requested_summary(turn.question) != WHOLE
    ]
    if not turns:
        return Understood(question, (question,))
    before: list[Turn] = []
    for turn in turns:
        before.append(Turn(_standing_alone(turn.question, before), turn.answer))
    standing = _standing_alone(question, before)
    first, topic = turns[0].question, _topic(turns)
    around = " ".join(dict.fromkeys((first, topic, standing)))
    narrow = f"{topic} {standing}" if points_back(standing) else standing
    return Understood(
        standing, tuple(dict.fromkeys((narrow, around))), _spent(question, standing, before)
    )


def _spent(question: str, standing: str, before: Sequence[Turn]) -> tuple[str, ...]:
    answered = [turn.answer for turn in before if not NO_ANSWER.match(turn.answer)]
    if _OTHERS.search(question):
        return tuple(answered)
    last = before[-1]
    if _of_another(question, last) is None:
        return ()
    gone = [name for name in names_in(last.question) if name not in standing]
    return (*answered[-1:], *gone)


def points_back(question: str) -> bool:
    """Tell whether a question needs the ones before it to be understood.

    >>> [points_back(q) for q in ("Why?", "Who measured it?", "What did the crew do?")]
    [True, True, False]
    """
    return (
        bool(_OPENS.search(question))
        or not _has_matter(question)
        or _pointer(question) is not None
        or _person(question) is not None
    )


def _standing_alone(question: str, before: Sequence[Turn]) -> str:
    """Return the question with what it leaves out put in from the turn before; else as it is."""
    if not before:
        return question
    last = before[-1]
    other = _of_another(question, last)
    if other is not None:
        return other
    asked, question = question, _HOW_COME.sub("why", _LINK.sub("", question))
    is_bare, question = not _has_matter(question), name_ones(question, before)
    words, pointer = QUESTION_WORDS.match(question), _pointer(question)
    if is_bare and not (words and pointer and _COPULA_IT.search(question)):
        rest = _after_question_words(last.question)
        again = f"{words[1]}{rest}" if words and rest else ""
        if again.lower().split() not in ([], last.question.lower().split()):
            return again
        return f"{last.question} {question}"
    person = _person(question)
    if person is not None:
        return put_in_place(question, person, last_person(before))
    if pointer is not None and pointer[0].lower() in _REPLACED:
        if _THEIR_OWN.match(question):
            return question
        plural = "th" in pointer[0].lower()
        return put_in_place(question, pointer, referent(question, before, plural=plural))
    return f"{last.question} {asked}" if _is_fragment(asked) else question


def _is_fragment(question: str) -> bool:
    """Tell whether a few words only add something to the question before them."""
    return (
        _FRAGMENT.match(question) is not None
        and len(question.split()) <= _FRAGMENT_WORDS
        and not names_in(f". {question}")
        and not AUXILIARY.search(question)
        and not QUESTION_WORDS.match(question)
    )


def _of_another(question: str, last: Turn) -> str | None:
    return asked_of_another(question, last.question, _things_asked(last.question))


def _things_asked(question: str) -> list[str]:
    """Return what a question is about: its last name first, then what stands behind its verb."""
    words = QUESTION_WORDS.match(question)
    names = names_in(question[words.end() if words else 0 :])
    about, last = subject(question), _LAST_THING.search(question)
    return [*names[-1:], *([about] if about else [last[1]] if last else [])]


def _after_question_words(question: str) -> str | None:
    """Return what another question word fits in front of: " was it found", not " came out"."""
    happened = _HAPPENED.match(question)
    if happened:
        return f" did it happen{question[happened.end() :]}"
    words = QUESTION_WORDS.match(question)
    if words is None or not AUXILIARY.match(question[words.end() :].lstrip()):
        return None
    rest = question[words.end() :]
    return None if words[1].lower() in ("who", "what") and _NO_SUBJECT.match(rest) else rest


def _pointer(question: str) -> re.Match[str] | None:
    """Return the first word that points back; "the capsule ... it" points within the question."""
    idle = [match.span() for match in _IDLE_IT.finditer(question)]
    for match in _POINTS_BACK.finditer(question):
        inside = any(start <= match.start() < end for start, end in idle)
        if not inside and not _DETERMINED.search(question[: match.start()]):
            return match
    return None


def _person(question: str) -> re.Match[str] | None:
    match = _PERSON.search(question)
    if match is None or names_in(question[: match.start()]):
        return None
    return None if _MEANT.match(question[: match.start()]) else match


def _topic(turns: Sequence[Turn]) -> str:
    """Return the latest question that stands alone; the first one, where none does."""
    asked = [turn.question for turn in turns]
    return next((each for each in reversed(asked) if not points_back(each)), asked[0])


def _has_matter(question: str) -> bool:
    return any(word not in _IDLE for word in re.findall(r"\w+", question.lower()))
