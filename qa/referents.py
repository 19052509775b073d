"""What the words of a follow-up that point back stand for: "it", "they", "she", "the second one".

By rules over the questions and answers before it, which rather find nothing than the wrong thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering import ABSTENTION, UNSURE
from qa.datatypes import Turn
from qa.documents.sentences import last_question

# "May" is a month.
_DOING = r"do|does|did|has|have|had|can|could|will|would|should|must|shall|(?-i:may)"
AUXILIARY = re.compile(rf"\b(?:(is|are|was|were)|{_DOING})\b", re.IGNORECASE)
QUESTION_WORDS = re.compile(
    r"^\W*(?:and\s+|but\s+)?((?:(?:from|for|since|until|to|in|with|by|under|after|before|against|on|"
    r"at|of)\s)?(?:what|who|whom|whose|when|where|why|which|"
    r"how(?:\s+(?:many|much|long|far|old|big|often))?)(?:\s+(?:from|for|exactly))?)\b",
    re.IGNORECASE,
)
PARTICIPLE = (
    r"\w{2,}ed|built|made|sold|found|held|kept|lost|taken|given|written|known|shown|born|sent|told|"
    r"bought|brought|caught|won|done|seen|paid|begun|drawn|grown|thrown|chosen|broken|stolen|hidden"
)
_REFUSALS = "|".join(re.escape(text.rstrip(".")) for text in (ABSTENTION, UNSURE))
NO_ANSWER = re.compile(rf"^\W*(?:{_REFUSALS}|i don.t know|cannotanswer)", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w'’.-]+(?:\s+(?:of\s+|de\s+|van\s+|von\s+|der\s+)*[A-Z][\w'’-]+)*")
_LEADING = re.compile(rf"\W*(?:is|are|was|were|{_DOING}|so|and|but)\s+", re.IGNORECASE)
# "What's wrong with the boiler?"
_SHORT_IS = re.compile(r"^(\W*(?:what|who|where|when|how))['’]s\b", re.IGNORECASE)
_AS_IT_IS = re.compile(r"\s*(?:wrong|up|it\s+like)\s+with\s+", re.IGNORECASE)
# They are never what a question is about; behind "I" and "you" and the verb stands what is.
_NOBODY = frozenset(
    "i you we one they he she it there anyone anybody everyone everybody somebody someone people"
    " this that these those".split()
)
_OBJECT_OF_MINE = re.compile(
    r"\s*(?:i|you|we|one)\s+(?:(?:have|need|want)\s+to\s+)?\w+\s+((?:the|an?|my|your|our)\s+[\w-]+)",
    re.IGNORECASE,
)
_OPENS_OBJECT = frozenset(
    "the a an its his her their our my your this that these those any some all more many much no "
    "every each both other".split()
)
# A plural, behind a verb without an ending.
_OBJECT = re.compile(r"\w+[^\Wsui_]s")
# Verbs that have an object more often than not: "Does the lease cover parking?"
_TRANSITIVE = frozenset(
    "cover remove charge need use have contain include offer cost make hold sell serve win buy own "
    "support allow cause provide produce employ teach play write build want say mean show take get "
    "keep give lead run".split()
)
_NAME_OF = re.compile(
    r"^\W*(?:the\s+)?(?:names?|titles?|numbers?|size|date|kind|type|cause|reason)\s+(?:of|for)\b"
)
_PREPOSITION = frozenset("about at by for from in into of off on onto out over to up with".split())
# "What did NASA find?": not of itself is what comes next.
_WANTED = re.compile(
    r"\W*(?:[Ww]hat|[Ww]hich\s+\w+)\s+(?:does|did|do)\s+[A-Z][\w'’.-]*(?:\s+[A-Z][\w'’.-]*)*\s+"
    r"(?:want|need|find|discover|see|propose|suggest|plan|demand|ask\s+for|call\s+for|announce|build|"
    r"buy|sell|make|get|give|lose|use)\b",
)
_HAPPENING = re.compile(r"(?<=[a-z] )[a-z]+ing\b")
# Answers that are no thing: a figure, a place, a reason, what something is like.
_AMOUNT = re.compile(r"\W*(?:(?:about|over|nearly|around|more\s+than)\s+)?[£$€]?\d", re.IGNORECASE)
_NO_THING = re.compile(
    r"\W*(?:out|in|at|on|by|from|for|with|to|into|under|because|when|if|only|never|not|no|yes|more|"
    r"less|very|too|is|are|was|were|has|have|had|will|would|can|could|must|may|it|he|she|they|there|"
    r"became|came|gave|went|took|[a-z]{2,}(?:ed|able|ous|ful|less|ly))\b"
)
_BODIES = frozenset(
    "band crew team group company family government committee board police couple firm club army "
    "council staff union public duo trio quartet orchestra choir squad navy parliament senate "
    "audience press media majority minority church school people children men women university "
    "museum department agency community association organisation organization society".split()
)
_COUNTED = re.compile(
    r"\W*(?:how\s+many|which|what)\s+((?!(?:is|are|was|were|do|does|did|has|have|had)\b)"
    r"(?:[a-z][\w-]*\s+)?(?!(?:is|was|does|has)\b)[a-z]\w+[^sui\W]s|people|children)\b(?!\s+of\b)",
    re.IGNORECASE,
)
# "Which shops will they open?" is of somebody else.
_OF_THEM = re.compile(r"\b(?:them|their|(?:are|were)\s+they|they\s+(?:are|were))\b", re.IGNORECASE)
# "What's the oldest hotel? The Hotel Faro."
_DESCRIBED = re.compile(r"\W*(?:what|which)(?:\s+(?:is|was)|['’]s)\s+the\b", re.IGNORECASE)
_ONE_NAME = re.compile(r"(?:the\s+)?[A-Z][\w'’&.-]*(?:\s+(?:of\s+)?[A-Z&][\w'’.-]*)*")
_WHO_IS_SMALL = re.compile(
    r"\W*who(?:\s+(?:is|was)|['’]s)\s+(?!(?:the|an?|it|he|she|that|this|there|your|my|his|her|going|"
    r"in|against|\w+ing|\w+ed)\b)([a-z]\w+(?:\s+[a-z]\w+)?)\W*$"
)
_OWNED = re.compile(
    r"\s+(?!(?:to|in|at|on|for|by|with|from|of|about|and|or|after|before|when|there|then|again|so|as|"
    r"if|because|since|during|the|an?|is|are|was|did|do|does|leave|go|come|get|do|know|stay|stop)\b)"
    r"\w",
    re.IGNORECASE,
)
_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "latter": -1}
_NTH_ONE = re.compile(
    rf"\b(?P<one>the\s+(?P<nth>{'|'.join(_PLACES)})(?:\s+ones?\b|(?=\W*$)))", re.IGNORECASE
)
_OTHER_ONE = re.compile(
    r"\b(?:(?:the|this|that|an?|other)\s+(?!one)[\w-]+|which)\s+(?P<one>ones?)\b(?!\s+of\b)",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"\b(?:which|what|any|how\s+many)\s+(?P<several>(?!(?:is|was|does|has)\b)[a-z]\w+[^sui\W]s)\b"
    r"|\b(?:the|an?)\s+(?:[a-z][\w-]*\s+)?(?P<single>[a-z][\w-]{2,})"
    r"(?=\s+(?:is|are|was|were|do|does|did|has|have|in|of|for|on|at|from|to|called|[a-z]+ed)\b|\W*$)",
    re.IGNORECASE,
)
# Behind a comma, of the thing before it: "Ely, with a cathedral, and Bath".
_SAYS_MORE = re.compile(r"(?:with|which|who|where|in|on|was|is)\b")
# "1,900 bikes" are not two things.
_ITEMS_APART = re.compile(r"\s*[,;]\s+(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )\b(?P<one>there)(?=\W*$)", re.IGNORECASE
)
_WHERE = re.compile(r"\W*(?:and\s+)?where\b", re.IGNORECASE)
_AT_A_PLACE = re.compile(
    r"(?:in|at|on|near|under|behind|from|to|off|outside|inside)\b", re.IGNORECASE
)
# Turns in which "the second one" or "there" is looked for, words of a thing or a place.
_NEAR, _FEW_WORDS = 3, 6


def referent(question: str, before: Sequence[Turn], *, plural: bool) -> str | None:
    """Return what the question's "it" or "they" stands for, as far as a rule can tell.

    It is what the latest question was about; of a "who", "what" or "which" that asks for a name,
    the answer, where it is short and a thing. "They" are the answer rather, and so is what somebody
    wanted or found; what was counted is "the" so many. What the question names beside the pronoun
    it is not: "When was it the capital?"
    """
    for turn in reversed(before):
        asked = last_question(turn.question)
        words = QUESTION_WORDS.match(asked)
        answer = turn.answer.strip().rstrip(".")
        is_short = len(answer.split()) <= _FEW_WORDS and _is_thing(answer, plural=plural)
        names_it = words is not None and words[1].lower().startswith(("who", "what", "which"))
        named = answer if is_short and names_it else None
        many = _COUNTED.match(asked) if plural else None
        if many and named is None and _OF_THEM.search(question):
            return f"the {many[1]}"
        about = subject(asked)
        if plural and about and not _are_several(about):
            about = None
        found = [about, named]
        named_first = plural or _WANTED.match(asked)
        if named and _DESCRIBED.match(asked) and _ONE_NAME.fullmatch(named):
            named_first = True
        for each in reversed(found) if named_first else found:
            if each and not re.search(rf"\b{re.escape(each)}\b", question, re.IGNORECASE):
                return each
    return None


def last_person(before: Sequence[Turn]) -> str | None:
    """Return the person that was last spoken of, where a rule can tell."""
    for turn in reversed(before):
        asked = last_question(turn.question)
        # "who is jarek?"
        if small := _WHO_IS_SMALL.match(asked):
            return small[1].title()
        words = QUESTION_WORDS.match(asked)
        who = words is not None and re.search(r"\bwho|^which", words[1], re.IGNORECASE)
        about = names_in(asked[words.end() if words else 0 :])
        answered = names_in(f". {turn.answer}") if who else []
        # "Who is Ann Lee?" is about her; "Who opened Tower Bridge?" about whom the answer names.
        described = words is not None and AUXILIARY.match(asked[words.end() :].lstrip())
        for name in about + answered if described else answered + about:
            if " " in name and "'" not in name:
                return name
    # One word may be a place or a company as well, unless it is what did something.
    for turn in reversed(before):
        asked = last_question(turn.question)
        doer = subject(asked)
        if doer is not None and doer in names_in(asked) and "'" not in doer:
            return doer
    return None


def put_in_place(question: str, pronoun: re.Match[str], thing: str | None) -> str:
    """Return the question with a thing for its pronoun; as it is, where there is none."""
    if thing is None:
        return question
    word, rest = pronoun[0].lower(), question[pronoun.end() :]
    owns = word in ("its", "their", "his", "hers") or (word == "her" and _OWNED.match(rest))
    genitive = "'" if thing.startswith("the ") and thing.endswith("s") else "'s"
    return question[: pronoun.start()] + thing + (genitive if owns else "") + rest


def name_ones(question: str, before: Sequence[Turn]) -> str:
    """Return the question with what "the second one", "the old one" and "there" stand for.

    The second one is that of the last answer that lists several; the old one is of the kind that
    was asked about; there is where the last answer to a "where" says.
    """
    near = before[: -_NEAR - 1 : -1]
    for pattern, meaning in ((_NTH_ONE, _nth), (_OTHER_ONE, _kind), (_THERE, _place)):
        found = pattern.search(question)
        meant = meaning(found, near) if found else None
        if found and meant:
            start, end = found.span("one")
            return question[:start] + meant + question[end:]
    return question


def _nth(found: re.Match[str], near: Sequence[Turn]) -> str | None:
    word = found["nth"]
    for turn in near:
        if re.search(rf"\b{word}\b", turn.answer, re.IGNORECASE):
            return None
        items, at = _items(turn.answer), _PLACES[word.lower()]
        if -len(items) <= at < len(items):
            return items[at]
    return None


def _kind(found: re.Match[str], near: Sequence[Turn]) -> str | None:
    for turn in near:
        kind = _KIND.search(last_question(turn.question))
        if kind and kind["several"]:
            is_one = found["one"].lower() == "one"
            return kind["several"].removesuffix("s") if is_one else kind["several"]
        if kind:
            return kind["single"]
    return None


def _place(_: re.Match[str], near: Sequence[Turn]) -> str | None:
    for turn in near:
        place = turn.answer.strip().rstrip(".")
        is_short = len(place.split()) <= _FEW_WORDS and not NO_ANSWER.match(place)
        if is_short and _WHERE.match(turn.question):
            return place if _AT_A_PLACE.match(place) else f"in {place}"
    return None


def subject(question: str) -> str | None:
    """Return what stands behind the verb of a question.

    >>> [subject(q) for q in ("How big is the hole?", "When did the leak start?", "Who said so?")]
    ['the hole', 'the leak', None]
    """
    question = _SHORT_IS.sub(r"\1 is", question)
    auxiliary = AUXILIARY.search(question)
    if auxiliary is None:
        return None
    # Behind "is" stands the subject alone, behind "did" the verb as well, and perhaps an object.
    is_alone = auxiliary[1] is not None
    rest = _AS_IT_IS.sub("", _NAME_OF.sub("", question[auxiliary.end() :]), count=1)
    words = [word.strip("?.,!") for word in rest.split()]
    if words and words[0].lower() in _NOBODY:
        mine = _OBJECT_OF_MINE.match(rest)
        return mine[1] if mine else None
    lead = [words.pop(0)] if words and words[0].lower() in ("the", "a", "an") else []
    noun = _noun(words, is_alone=is_alone)
    if not any(word[:1].isupper() for word in noun):
        if not is_alone or (len(noun) > 1 and re.fullmatch(PARTICIPLE, noun[-1])):
            noun = noun[:-1]
        if not lead or len(noun) > 3:
            return None
    return " ".join([*lead, *noun]) if noun else None


def _noun(words: Sequence[str], *, is_alone: bool) -> list[str]:
    """Return the words of the subject, with the verb behind it where it is not ``is_alone``."""
    noun: list[str] = []
    for word in words:
        if word.lower() in _PREPOSITION or (noun and noun[-1][:1].isupper() and word.islower()):
            return noun
        # "Did the band win any awards?": the word before it is the verb.
        if noun and word.lower() in _OPENS_OBJECT:
            return noun
        if not is_alone and len(noun) > 1 and noun[0].islower():
            if word[:1].isupper() or (len(noun) == 2 and noun[1] in _TRANSITIVE):
                return noun
        noun.append(word)
    # "Did the band win awards?"
    is_object = not is_alone and len(noun) > 2 and _OBJECT.fullmatch(noun[-1])
    return noun[:-1] if is_object else noun


def names_in(text: str) -> list[str]:
    """Return the capitalised names of a text; its first word alone is none."""
    # "Did Ann Lee" is one capitalised stretch, but no name.
    lead = _LEADING.match(text)
    found = [
        (match.start(), match[0].rstrip("."))
        for match in _NAME.finditer(text, lead.end() if lead else 0)
    ]
    return [name for at, name in found if at > 0 or " " in name]


def _is_thing(answer: str, *, plural: bool) -> bool:
    """Tell whether an answer can be what "it" or "they" stands for."""
    if NO_ANSWER.match(answer) or _AMOUNT.match(answer) or _NO_THING.match(answer):
        return False
    # "Salt water leaking past a seal" is what happened, not what "they" are; nor is "engineer".
    is_one = len(answer.split()) == 1 and answer.islower() and not answer.endswith("s")
    return not (plural and (_HAPPENING.search(answer) or is_one))


def _are_several(thing: str) -> bool:
    """Tell whether a thing can be "they": it is many, or people, or has a name."""
    last = thing.split()[-1]
    is_body = last in _BODIES or last.endswith("s") or " and " in thing
    return is_body or not thing.islower() or not thing.startswith(("the ", "a ", "an "))


def _items(answer: str) -> list[str]:
    """Return the parts of an answer that lists some; empty where it does not."""
    parts = [part.strip(" .") for part in _ITEMS_APART.split(answer)]
    parts = [part for part in parts if not _SAYS_MORE.match(part)]
    is_list = len(parts) > 1 and all(0 < len(part.split()) <= _FEW_WORDS for part in parts)
    return parts if is_list else []
