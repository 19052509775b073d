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
    r"spring|autumn|season|century)|(?:the\s+)?(?:year|month|week|day)\s+(?:before|after)|"
    r"the\s+(?:previous|next|following)\s+(?:year|month|week|day)|"
    r"a\s+(?:year|month|week|day)\s+(?:later|earlier|before)|"
    r"now|today|yesterday|tomorrow|before|afterwards|later|earlier|"
    r"(?:in|since|until|before|after|by)\s+(?:[A-Z]\w+\.?\s+)?\d{4})"
)
_IS_TIME = re.compile(rf"{_TIME}$", re.IGNORECASE)
_ENDS_WITH_TIME = re.compile(rf"\s+{_TIME}(?=\W*$)", re.IGNORECASE)
# "On Saturdays" gives way to "in winter".
_DAY = re.compile(
    r"\s?\b(?:in|on|at)\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekends?|weekdays|"
    r"holidays|(?:the\s+)?(?:summer|winter|spring|autumn)|\d{4})\b",
    re.IGNORECASE,
)
# "For kids?" means "and for kids?", and so does "no, I mean for kids", or "for kids too?".
_FREE = re.compile(
    r"\W*(?:also\s+)?(?P<free>(?:for|in|on|at|with|without|during|from|by)\s+"
    r"(?!(?:example|instance|general|short|total)\b)(?:[\w'’€$£-]++\s*+){1,4})\W*$",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"\A\W*(?:(?:no|sorry|not\s+that)\W+)*(?:i\s+meant?\W+|rather\W+|(?:the\s+)?same\s+(?=for\b)"
    r"|sorry\W+(?=the\s)|not\s+the\s+\w+\W+(?=the\s))"
    r"(?!(?:when|what|who|where|why|how|which|that|it)\b)",
    re.IGNORECASE,
)
_TOO = re.compile(r"\s+(?:too|as\s+well|also)(?=\W*$)", re.IGNORECASE)
_ARE_THERE = re.compile(r"(\W*(?:is|are|was|were)\s+there\s+(?:an?\s+|any\s+)?)\w+$", re.IGNORECASE)
# "His mother" takes the place of "Ann's father", "the mayor's" of "Ann's".
_OWNER = re.compile(r"['’]s?(?=\s|$)")
_OWNED = re.compile(r"^\s+[\w-]+")
_HIS = re.compile(r"(?:his|her|its|their)\s+", re.IGNORECASE)
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
    question = _TOO.sub("", _CORRECTS.sub("and ", question, count=1))
    if not _LED.match(question):
        free = _FREE.match(question)
        if free is None or _CLAUSE.search(free["free"]):
            return None
        question = f"and {free['free']}"
    found = _ELLIPSIS.match(question)
    other = found["other"].strip() if found else ""
    if _NOTHING.issuperset(re.findall(r"\w+", other.lower())):
        return None
    if len(other.split()) > _WORDS or _CLAUSE.search(_IS_TIME.sub("", other)):
        return None
    stem = before.rstrip(" ?!.")
    if _IS_TIME.match(other):
        return f"{_ENDS_WITH_TIME.sub('', stem)} {other}?"
    if _DAY.match(other) and (day := _DAY.search(stem)):
        return f"{stem[: day.start()]} {other}{stem[day.end() :]}?"
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
    if are_there := _ARE_THERE.match(stem):
        return f"{are_there[1]}{other}?"
    if _ARTICLE.match(other):
        subjects = sorted(subjects, key=lambda subject: not _has_article(subject, stem))
    for subject in subjects:
        at = stem.rfind(subject)
        if at >= 0:
            head, tail = stem[:at], stem[at + len(subject) :]
            owner = _OWNER.search(subject) or _OWNER.match(tail)
            if owner:
                name = _OWNER.sub("", subject)
                tail = _OWNER.sub("", tail, count=1) if _OWNER.match(tail) else tail
                if his := _HIS.match(other):
                    return f"{head}{name}'s {other[his.end() :]}{_OWNED.sub('', tail)}?"
                return f"{head}{other}'s{tail}?"
            if _ARTICLE.match(other):
                head = re.sub(rf"{_ARTICLE.pattern}$", "", head, flags=re.IGNORECASE)
            return f"{head}{other}{tail}?"
    return None


def _has_article(subject: str, stem: str) -> bool:
    """Tell whether a stretch of a question begins with an article, or stands behind one."""
    head = stem[: max(0, stem.rfind(subject))]
    return bool(_ARTICLE.match(subject) or re.search(rf"{_ARTICLE.pattern}$", head, re.IGNORECASE))
