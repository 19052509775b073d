"""The shape of answer that a question asks for, told by its words."""

from __future__ import annotations

import re

from qa.documents.sentences import last_question

_SENTENCE = re.compile(
    r"\W*(?:(?:and|but|so|or|then)\W+)?(?:why\b|how\s+come\b|what(?:\s+\w+)?\s+happen"
    r"|how\s+(?:is|are|was|were|do|does|did|can|could|will|would|should|to|has|have|had)\b"
    r"|(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?:n[’']t)?"
    r"|(?:may|must|shall)\s+(?:i|we|you|he|she|it|they|one|the|an?|this|these))\b"
    r"(?!.*\b(?:who|what|which|when|where|how many|how much)\b))",
    re.IGNORECASE,
)
_PLURAL = r"(?:\w*[^\Wsui_]s|\w+(?:ies|ses|xes|ches|shes|men)|people|men|women|children)"
_SEVERAL = re.compile(
    rf"\b(?:which|what|whose)\s+(?!(?:does|was|has)\b){_PLURAL}\s+\w"
    rf"|\b(?:which|what|whose)\s+(?:(?!of\b)\w+\s+){{1,2}}{_PLURAL}\s+"
    rf"(?:are|were|have|do|does|did|can|could|will|would|should|had|has)\b"
    rf"|\bwhat\s+(?:are|were)\s+(?:\w+\s+){{0,3}}{_PLURAL}\b"
    rf"|\bwho\s+(?:are|were)\b|\bwho\s+all\b"
    rf"|\b(?:list|name|enumerate)\s+(?:all|every|some|(?:me\s+)?the\s+(?:\w+\s+)?{_PLURAL})\b"
    rf"|^\W*(?:(?!(?:which|what|who|whose|when|where|why|how|is|does|was)\b)\w+\s+){{0,2}}{_PLURAL}"
    rf"(?:\s+(?:of|in|that|who|which|for|from|with|by|to)\b|\W*$)",
    re.IGNORECASE,
)
_CLASS = re.compile(rf"\b(?:which|what|name|list)\s+(?:\w+\s+){{0,3}}?({_PLURAL})\b", re.IGNORECASE)
_CONTENTS = re.compile(
    r"\W*(?:(?:and|but|so)\W+)?(?:what(?:['’]s|\s+is|\s+comes?)\s+(?:in|inside|within|with|part\s+of)\b"
    r"|what\s+(?:is|comes)\s+included\b|what\s+do(?:es)?\s.+\s(?:include|contain|consist\s+of)\b"
    r"|what\s+(?:should|must|do|can|could|shall)\s+(?:i|we|you|one|people|visitors|guests)\b"
    r"|what\s+(?:is|are)\s+(?:there|planned|needed|required|allowed|forbidden|offered)\b"
    r"|how\s+(?:do|can|should|to)\b)",
    re.IGNORECASE,
)
_WHO_IS = re.compile(
    r"\W*(?:(?i:and|but|so)\W+)?[Ww]ho(?:['’]s|\s+(?:is|was))\s+"
    r"((?:(?:Mr|Mrs|Ms|Dr)\.?\s+)?[A-Z][\w'’-]+(?:\s+(?:[a-z]{2,3}\s+)?[A-Z][\w'’.-]*)*)\W*$"
)
_HOW_MANY = re.compile(rf"\bhow\s+many\s+(?:\w+\s+){{0,2}}?({_PLURAL})\b", re.IGNORECASE)
_WHO = re.compile(r"\W*(?:(?:and|but|so)\W+)?whom?\b", re.IGNORECASE)


def wants_sentence(question: str) -> bool:
    """Tell whether a few words would be no answer: why, how it works, what happened, yes or no.

    >>> [wants_sentence(q) for q in ("Why did it leak?", "Was it a meteor?", "How wide is it?")]
    [True, True, False]
    """
    return _SENTENCE.match(last_question(question)) is not None


def wants_several(question: str) -> bool:
    """Tell whether a question asks for a list.

    >>> [wants_several(q) for q in ("Which agencies are involved?", "Which agency is it?")]
    [True, False]
    """
    return _SEVERAL.search(last_question(question)) is not None


def wants_contents(question: str) -> bool:
    """Tell whether a question may be answered by a whole list: of parts, or of steps.

    >>> [wants_contents(q) for q in ("What's in it?", "What should I bring?", "What is it?")]
    [True, True, False]
    """
    return _CONTENTS.match(last_question(question)) is not None


def asks_who(question: str) -> bool:
    """Tell whether people are asked for, one or more.

    >>> [asks_who(q) for q in ("Who flew it?", "And who else?", "When did she, who flew it, go?")]
    [True, True, False]
    """
    return _WHO.match(last_question(question)) is not None


def who_is(question: str) -> str | None:
    """Return whose description is asked for, by name.

    >>> [who_is(q) for q in ("Who is Ann Lee?", "Who is the mayor?", "Who is Ann's son?")]
    ['Ann Lee', None, None]
    """
    found = _WHO_IS.match(last_question(question))
    return found[1] if found else None


def counted(question: str) -> str | None:
    """Return what is counted in answer to a question, in the plural.

    >>> [counted(q) for q in ("How many small cars can it carry?", "How much is it?")]
    ['cars', None]
    """
    found = _HOW_MANY.search(last_question(question))
    return found[1].lower() if found else None


def class_asked(question: str) -> tuple[str, ...]:
    """Return what each of the things asked for is, as one of them may be called; empty for none.

    >>> [class_asked(q) for q in ("Which acts were passed?", "Name all the parties.", "Who?")]
    [('act',), ('party', 'partie'), ()]
    """
    found = _CLASS.search(last_question(question))
    if found is None:
        return ()
    plural = found[1].lower()
    # English does not tell "courses" from "buses", nor "movies" from "parties".
    if plural.endswith("ies"):
        return plural[:-3] + "y", plural[:-1]
    if plural.endswith(("ses", "xes", "ches", "shes")):
        return plural[:-1], plural[:-2]
    return (plural.removesuffix("s"),)
