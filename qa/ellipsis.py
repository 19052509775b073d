"""A follow-up that names only what is different: "and Montalbano?", "what about last year?".

It is the question before, asked of something else: what is named takes the place of the name, the
subject or the time there. By rules, which say nothing where they find no place for it.
"""

from __future__ import annotations

import re

_WORDS = 8
_ELLIPSIS = re.compile(
    r"\W*(?:(?:and|but|or)\s+)?(?P<about>(?:what|how)\s+about\s+)?(?P<other>.+?)[\W]*$",
    re.IGNORECASE | re.DOTALL,
)
_LED = re.compile(r"\W*(?:and|but|or|what\s+about|how\s+about)\b", re.IGNORECASE)
# What holds one of these says something of its own.
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|what|who|whom|whose|"
    r"when|where|why|which|how|it|its|he|she|they|them|him|this|that|these|those|else|more|then|so|"
    r"not)\b",
    re.IGNORECASE,
)
_TIME = (
    r"(?:(?:last|next|this|that)\s+(?:year|month|week|day|time|morning|evening|night|summer|winter|"
    r"spring|autumn|season|century)|now|today|yesterday|tomorrow|before|afterwards|later|earlier|"
    r"(?:in|since|until|before|after|by)\s+(?:[A-Z]\w+\.?\s+)?\d{4})"
)
_IS_TIME = re.compile(rf"{_TIME}$", re.IGNORECASE)
_ENDS_WITH_TIME = re.compile(rf"\s+{_TIME}(?=\W*$)", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"(?:about|after|at|before|by|during|for|from|in|of|on|since|to|under|until|with|without)\b",
    re.IGNORECASE,
)
# Beside these, what is named must hold a word of its own: "and?", "and you?" name nothing.
_NOTHING = frozenset("a an and but i me or our the their us we you your".split())
_ARTICLE = re.compile(r"\b(?:the|an?)\s+", re.IGNORECASE)
# "And modernized?" after "When was it built?"
_DONE = re.compile(r"[a-z]{3,}ed")
_PASSIVE = re.compile(r"(.*\b(?:is|are|was|were|been)\s.+)\s[a-z]+", re.IGNORECASE | re.DOTALL)


def asked_of_another(question: str, before: str, subjects: list[str]) -> str | None:
    """Return the question before with what this one names in its place; None where it has none.

    ``subjects`` are the stretches of the question before that something else may take the place
    of, the likeliest first: names, and what stands behind the verb.

    >>> asked_of_another("and Lee?", "Who is Ann Orr?", ["Ann Orr"])
    'Who is Lee?'
    >>> asked_of_another("And last year?", "Who joined this morning?", [])
    'Who joined last year?'
    >>> asked_of_another("and you?", "Who is Ann Orr?", ["Ann Orr"])
    """
    if not _LED.match(question):
        return None
    found = _ELLIPSIS.match(question)
    other = found["other"].strip() if found else ""
    if _NOTHING.issuperset(re.findall(r"\w+", other.lower())):
        return None
    if len(other.split()) > _WORDS or _CLAUSE.search(_IS_TIME.sub("", other)):
        return None
    stem = before.rstrip(" ?!.")
    if _IS_TIME.match(other):
        return f"{_ENDS_WITH_TIME.sub('', stem)} {other}?"
    if preposition := _PREPOSITION.match(other):
        same = [m.start() for m in re.finditer(rf"\s{preposition[0]}\s", stem, re.IGNORECASE)]
        return f"{stem[: same[-1]] if same else stem} {other}?"
    if _DONE.fullmatch(other) and (passive := _PASSIVE.fullmatch(stem)):
        return f"{passive[1]} {other}?"
    return _in_place_of_one(other, stem, subjects)


def _in_place_of_one(other: str, stem: str, subjects: list[str]) -> str | None:
    """Return the question with ``other`` for the first of the subjects that is in it.

    What has an article takes the place of what has one, where there is such.
    """
    if _ARTICLE.match(other):
        subjects = sorted(subjects, key=lambda subject: not _has_article(subject, stem))
    for subject in subjects:
        at = stem.rfind(subject)
        if at >= 0:
            head = stem[:at]
            if _ARTICLE.match(other):
                head = re.sub(rf"{_ARTICLE.pattern}$", "", head, flags=re.IGNORECASE)
            return f"{head}{other}{stem[at + len(subject) :]}?"
    return None


def _has_article(subject: str, stem: str) -> bool:
    """Tell whether a stretch of a question begins with an article, or stands behind one."""
    head = stem[: max(0, stem.rfind(subject))]
    return bool(_ARTICLE.match(subject) or re.search(rf"{_ARTICLE.pattern}$", head, re.IGNORECASE))
