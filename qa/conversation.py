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

from qa.answering import ABSTENTION, UNSURE
from qa.datatypes import Turn
from qa.documents.sentences import last_question
from qa.ellipsis import asked_of_another
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
    r"\b(?:time|day|date)\s+is\s+it\b|"
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
_NAME = re.compile(r"[A-Z][\w'’.-]+(?:\s+(?:of\s+|de\s+|van\s+|von\s+|der\s+)*[A-Z][\w'’-]+)*")
# Words that are no matter by themselves.
_IDLE = frozenset(
    "a an and any are at be been but by can could did do does exactly for from had has have "
    "how i in is long many me more much of often on one or please really say says said should "
    "so tell the then there to us was we were what when where which who whom whose why will "
    "with would yes no not you ok okay thanks about happened happen again precisely that this "
    "it".split()
)


# "May" is a month.
_DOING = r"do|does|did|has|have|had|can|could|will|would|should|must|shall|(?-i:may)"
_AUXILIARY = re.compile(rf"\b(?:(is|are|was|were)|{_DOING})\b", re.IGNORECASE)
_LEADING = re.compile(rf"\W*(?:is|are|was|were|{_DOING}|so|and|but)\s+", re.IGNORECASE)
_OPENS_OBJECT = frozenset(
    "the a an its his her their our my your this that these those any some all more many much no "
    "every each both other".split()
)
# A plural, behind a verb without an ending.
_OBJECT = re.compile(r"\w+[^\Wsui_]s")
_PARTICIPLE = re.compile(
    r"\w{2,}ed|built|made|sold|found|held|kept|lost|taken|given|written|known|shown|born|sent|told|"
    r"bought|brought|caught|won|done|seen|paid|begun|drawn|grown|thrown|chosen|broken|stolen|hidden"
)
_NAME_OF = re.compile(
    r"^\W*(?:the\s+)?(?:names?|titles?|numbers?|size|date|kind|type|cause|reason)\s+(?:of|for)\b"
)
_PREPOSITION = frozenset("about at by for from in into of off on onto out over to up with".split())
_QUESTION_WORDS = re.compile(
    r"^\W*(?:and\s+|but\s+)?((?:from |for |since |until |to |in |with |by )?"
    r"(?:what|who|whom|whose|when|where|why|which|how(?:\s+(?:many|much|long|far|old|big|often))?)"
    r"(?:\s+(?:from|for|exactly))?)\b",
    re.IGNORECASE,
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
# "How long is it?" asks about the thing; "when was that?" about what was said of it.
_COPULA_IT = re.compile(r"\b(?:is|are|was|were)\s+(?:it|they)\b", re.IGNORECASE)
# "What did NASA find?": not of itself is what comes next.
_WANTED = re.compile(
    r"\W*(?:[Ww]hat|[Ww]hich\s+\w+)\s+(?:does|did|do)\s+[A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*)*\s+"
    r"(?:want|need|find|discover|see|propose|suggest|plan|demand|ask\s+for|call\s+for|announce|build|"
    r"buy|sell|make|get|give|lose|use)\b",
)
_HAPPENED = re.compile(r"\W*what\s+(?:has\s+|had\s+)?happened\b", re.IGNORECASE)
# Of a question without an auxiliary: "Who organises the food?"
_LAST_THING = re.compile(r"\s((?:the|an?)\s+[\w-]+(?:\s+[\w-]+)?)\W*$", re.IGNORECASE)
_HAPPENING = re.compile(r"(?<=[a-z] )[a-z]+ing\b")
_REFUSALS = "|".join(re.escape(text.rstrip(".")) for text in (ABSTENTION, UNSURE))
_NO_ANSWER = re.compile(rf"^\W*(?:{_REFUSALS}|i don.t know|cannotanswer)", re.IGNORECASE)


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
    answered = [turn.answer for turn in before if not _NO_ANSWER.match(turn.answer)]
    if _OTHERS.search(question):
        return tuple(answered)
    last = before[-1]
    if _of_another(question, last) is None:
        return ()
    gone = [name for name in _names(last.question) if name not in standing]
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
    question = _LINK.sub("", question)
    words, pointer = _QUESTION_WORDS.match(question), _pointer(question)
    if not _has_matter(question) and not (words and pointer and _COPULA_IT.search(question)):
        rest = _after_question_words(last.question)
        asked = f"{words[1]}{rest}" if words and rest else ""
        if asked.lower().split() not in ([], last.question.lower().split()):
            return asked
        return f"{last.question} {question}"
    person = _person(question)
    if person is not None:
        return _replaced(question, person, _last_person(before))
    if pointer is not None and pointer[0].lower() in _REPLACED:
        plural = "th" in pointer[0].lower()
        return _replaced(question, pointer, _referent(question, before, plural=plural))
    return question


def _of_another(question: str, last: Turn) -> str | None:
    return asked_of_another(question, last.question, _things_asked(last.question))


def _things_asked(question: str) -> list[str]:
    """Return what a question is about: its last name first, then what stands behind its verb."""
    words = _QUESTION_WORDS.match(question)
    names = _names(question[words.end() if words else 0 :])
    subject, last = _subject(question), _LAST_THING.search(question)
    return [*names[-1:], *([subject] if subject else [last[1]] if last else [])]


def _after_question_words(question: str) -> str | None:
    """Return what another question word fits in front of: " was it found", not " came out"."""
    happened = _HAPPENED.match(question)
    if happened:
        return f" did it happen{question[happened.end() :]}"
    words = _QUESTION_WORDS.match(question)
    if words is None or not _AUXILIARY.match(question[words.end() :].lstrip()):
        return None
    return question[words.end() :]


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
    return None if match is None or _names(question[: match.start()]) else match


def _last_person(before: Sequence[Turn]) -> str | None:
    for turn in reversed(before):
        asked = last_question(turn.question)
        words = _QUESTION_WORDS.match(asked)
        who = words is not None and words[1].lower().startswith(("who", "which"))
        about = _names(asked[words.end() if words else 0 :])
        answered = _names(f". {turn.answer}") if who else []
        # "Who is Ann Lee?" is about her; "Who opened Tower Bridge?" about whom the answer names.
        described = words is not None and _AUXILIARY.match(asked[words.end() :].lstrip())
        for name in about + answered if described else answered + about:
            if " " in name and "'" not in name:
                return name
    # One word may be a place or a company as well, unless it is what did something.
    for turn in reversed(before):
        asked = last_question(turn.question)
        doer = _subject(asked)
        if doer is not None and doer in _names(asked) and "'" not in doer:
            return doer
    return None


def _referent(question: str, before: Sequence[Turn], *, plural: bool) -> str | None:
    """Return what the question's "it" or "they" stands for, as far as a rule can tell.

    It is what the latest question was about; of a "who", "what" or "which" that asks for a name,
    the answer, where it is short. "They" are the answer rather, and so is what somebody wanted or
    found. What the question names beside the pronoun it is not: "When was it the capital?"
    """
    for turn in reversed(before):
        asked = last_question(turn.question)
        words = _QUESTION_WORDS.match(asked)
        answer = turn.answer.strip().rstrip(".")
        # "Salt water leaking past a seal" is what happened, not what "they" are.
        is_thing = not _NO_ANSWER.match(answer) and not (plural and _HAPPENING.search(answer))
        short = len(answer.split()) <= 6 and is_thing
        names_it = words is not None and words[1].lower().startswith(("who", "what", "which"))
        found = [_subject(asked), answer if short and names_it else None]
        for referent in reversed(found) if plural or _WANTED.match(asked) else found:
            if referent and not re.search(rf"\b{re.escape(referent)}\b", question, re.IGNORECASE):
                return referent
    return None


def _subject(question: str) -> str | None:
    """Return what stands behind the verb of a question.

    >>> [_subject(q) for q in ("How big is the hole?", "When did the leak start?", "Who said so?")]
    ['the hole', 'the leak', None]
    """
    auxiliary = _AUXILIARY.search(question)
    if auxiliary is None:
        return None
    # Behind "is" stands the subject alone, behind "did" the verb as well, and perhaps an object.
    is_alone = auxiliary[1] is not None
    words = [word.strip("?.,!") for word in _NAME_OF.sub("", question[auxiliary.end() :]).split()]
    lead = [words.pop(0)] if words and words[0].lower() in ("the", "a", "an") else []
    noun: list[str] = []
    for word in words:
        if word.lower() in _PREPOSITION or (noun and noun[-1][:1].isupper() and word.islower()):
            break
        # "Did the band win any awards?": the word before it is the verb.
        if noun and word.lower() in _OPENS_OBJECT:
            break
        if not is_alone and len(noun) > 1 and word[:1].isupper() and noun[0].islower():
            break
        noun.append(word)
    else:
        # "Did the band win awards?"
        if not is_alone and len(noun) > 2 and _OBJECT.fullmatch(noun[-1]):
            noun.pop()
    if not any(word[:1].isupper() for word in noun):
        if not is_alone or (len(noun) > 1 and _PARTICIPLE.fullmatch(noun[-1])):
            noun = noun[:-1]
        if not lead or len(noun) > 3:
            return None
    return " ".join([*lead, *noun]) if noun else None


def _replaced(question: str, pronoun: re.Match[str], referent: str | None) -> str:
    if referent is None:
        return question
    word, rest = pronoun[0].lower(), question[pronoun.end() :]
    owns = word in ("its", "their", "his", "hers") or (word == "her" and re.match(r"\s+\w", rest))
    return question[: pronoun.start()] + referent + ("'s" if owns else "") + rest


def _topic(turns: Sequence[Turn]) -> str:
    """Return the latest question that stands alone; the first one, where none does."""
    asked = [turn.question for turn in turns]
    return next((each for each in reversed(asked) if not points_back(each)), asked[0])


def _has_matter(question: str) -> bool:
    return any(word not in _IDLE for word in re.findall(r"\w+", question.lower()))


def _names(text: str) -> list[str]:
    """Return the capitalised names of a text; its first word alone is none."""
    # "Did Ann Lee" is one capitalised stretch, but no name.
    lead = _LEADING.match(text)
    found = [
        (match.start(), match[0].rstrip("."))
        for match in _NAME.finditer(text, lead.end() if lead else 0)
    ]
    return [name for at, name in found if at > 0 or " " in name]
