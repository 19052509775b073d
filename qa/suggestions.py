"""Questions that a text seems to answer: its own, or made from its sentences by rules.

A sentence is turned round where that takes no grammar: an apposition ("Ann Lee, the manager,")
asks who she is; a date, what happened then; "is", "was", "will" and their like move before what
they speak of. What a rule makes is a guess: the caller asks it, and offers what is answered from
that sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from qa.datatypes import Passage
from qa.documents.sentences import split_sentences
from qa.reading.questions import question_and_reply

_LONGEST = 90
_WORD = r"[A-Z][\w’'-]*[\w]"
_MONTH = (
    r"(?:Jan(?:uary|\.)|Feb(?:ruary|\.)|Mar(?:ch|\.)|Apr(?:il|\.)|May|June?|July?|Aug(?:ust|\.)"
    r"|Sept?(?:ember|\.)|Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.))"
)
_DATE = rf"(?:{_MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{4}})"
# What a person may be. "Ann Lee, a mayor" is one, "Long Beach, a city" is not.
_ROLE = (
    r"(?:\w+(?:ist|ian|aut)|\w*(?:director|manager|president|minister|secretary|chief|head|leader|"
    r"spokes\w+|founder|owner|editor|author|writer|reporter|professor|teacher|researcher|"
    r"engineer|officer|commander|general|captain|mayor|governor|senator|judge|lawyer|"
    r"attorney|actor|actress|singer|composer|painter|player|coach|doctor|king|queen|prince|princess|"
    r"emperor|bishop|pope|analyst|adviser|advisor|administrator|executive|chairman|chairwoman|chair|"
    r"ambassador|winner|driver|pilot|designer|developer|dancer))"
)
_PERSON = re.compile(
    rf"(?<!the )(?<!The )\b({_WORD}(?: [A-Z]\.)?(?: {_WORD}){{1,2}}), "
    rf"(?=[\w’'-])(?:(?!who\b|which\b|and\b)[\w’'-]+ ){{0,6}}{_ROLE}\b"
)
_ON_DATE = re.compile(rf"\b[Oo]n (?:\w+day,? )?\(?({_DATE})")
_SUBJECT = r"(?P<subject>(?:The|A|An|[A-Z][\w’'-]+)(?: [\w’'-]+){0,5}?)"
_AUXILIARY = r"(?P<auxiliary>is|are|was|were|has been|have been|had been|will be)"
_TURNED = re.compile(
    rf"^{_SUBJECT} {_AUXILIARY} (?P<rest>[a-z]+(?:ed|en|un|lt|ght)(?: [\w’'-]+){{0,4}}?)"
    rf" (?P<link>by|in|on|because|due to|from)(?= (?P<after>[\w“\"’'.-]+))"
)
_DEFINED = re.compile(rf"^(?P<subject>(?:The )?{_WORD}(?: {_WORD}){{0,3}}) (?P<verb>is|was) an? ")
# What such words mean stands elsewhere.
_LEANS = re.compile(
    r"(?:It|He|She|They|We|I|You|This|That|These|Those|There|Here|But|And|So|As|If|When|While|"
    r"After|Before|Under|In|On|At|By|For|From|With|Such|Some|Many|Most|Both|Each|One|Another|Other|What|"
    r"Which|Who|His|Her|Its|Their|Our|My|Your|Today|Now|Then|Also|However)\b"
)
_TO_COME = re.compile(r"\b(?:will|shall|is to|are to|due|scheduled|takes place)\b")
_YEAR = re.compile(r"(?:1\d|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that the document's ``start..end``, a stretch of ``passage``, may answer."""

    question: str
    passage: Passage
    start: int
    end: int


def suggestions_from(passages: Iterable[Passage]) -> list[Suggestion]:
    """Return what the passages may answer, each question once: one of each kind in turn.

    A kind is how a question begins ("Who is", "What happened"); within one, the order given.
    """
    kinds: dict[str, dict[str, Suggestion]] = {}
    for passage in passages:
        for question, start, end in (*_own(passage.text), *questions_from(passage.text)):
            kind = " ".join(question.split()[:2])
            suggestion = Suggestion(question, passage, passage.start + start, passage.start + end)
            found = kinds.setdefault(kind, {})
            # "on Dec. 14?" is "on Dec. 14, 2022?" once more.
            if not any(_same(question, other) for other in found):
                found[question] = suggestion
    turns = zip_longest(*(found.values() for found in kinds.values()))
    return [suggestion for turn in turns for suggestion in turn if suggestion is not None]


def _own(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the question that a text opens with and answers itself, but not what a speaker asks."""
    found = question_and_reply(text)
    if found is not None:
        question = " ".join(found[0].split())
        if len(question) <= _LONGEST and ": " not in question:
            yield question, found[1], found[2]


def _same(one: str, other: str) -> bool:
    """Tell whether one of two questions is the other one with more at its end."""
    shorter, longer = sorted((one.rstrip("?"), other.rstrip("?")), key=len)
    return longer == shorter or longer.startswith(f"{shorter},")


def questions_from(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (question, start, end): what the sentence ``text[start:end]`` seems to answer.

    In the order of the text, each question once; nothing where no rule fits, as in other languages
    than English.

    >>> [q for q, _, _ in questions_from("The bridge was opened in 1966 by Ann Lee, a mayor.")]
    ['Who is Ann Lee?', 'When was the bridge opened?']
    """
    made = set()
    for start, end in split_sentences(text):
        for question in _turned(" ".join(text[start:end].split())):
            if question not in made and len(question) <= _LONGEST:
                made.add(question)
                yield question, start, end


def _turned(sentence: str) -> Iterator[str]:
    for match in _PERSON.finditer(sentence):
        if not _LEANS.match(match[1]):
            yield f"Who is {match[1]}?"
    if not _LEANS.match(sentence):
        turned, defined = _TURNED.match(sentence), _DEFINED.match(sentence)
        word = _question_word(turned["link"], turned["after"]) if turned else None
        if turned and word:
            yield _front(word, turned)
        if defined:
            yield f"What {defined['verb']} {_mid_sentence(defined['subject'])}?"
    for match in _ON_DATE.finditer(sentence):
        yield f"What {'will happen' if _TO_COME.search(sentence) else 'happened'} on {match[1]}?"


def _question_word(link: str, after: str) -> str | None:
    """Return what is asked about what stands after a preposition; None where that is unclear."""
    if link in ("because", "due to"):
        return "Why"
    if link == "by":
        return "By whom" if after[:1].isupper() and not re.match(_MONTH, after) else None
    dated = _YEAR.match(after) or re.match(_MONTH, after) or re.match(r"[A-Z]\w+day\b", after)
    return "When" if link in ("in", "on") and dated else None


def _front(word: str, match: re.Match[str]) -> str:
    first, *others = match["auxiliary"].split()
    return " ".join((word, first, _mid_sentence(match["subject"]), *others, match["rest"])) + "?"


def _mid_sentence(subject: str) -> str:
    """Return a subject as it is written within a sentence: "The bridge" as "the bridge"."""
    return re.sub(r"^(?:The|An?)\b", lambda article: article[0].lower(), subject)
