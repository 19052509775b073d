"""Spans -> Answer: the best span, quoted with its sentence, or an abstention."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa.asked import (
    asks_who,
    class_asked,
    wants_contents,
    wants_sentence,
    wants_several,
    who_is,
)
from qa.datatypes import Answer, Citation, Document, Hit
from qa.documents.sentences import leans_back, split_sentences
from qa.documents.stretches import ends_in_question
from qa.documents.words import one_holds_other
from qa.lists import MARK, items_around, items_listed
from qa.polarity import yes_or_no
from qa.reading.spans import Reading, Span, quote_around

ABSTENTION = "The text does not say."
UNSURE = "The text does not clearly say."

# From this confidence on, an abstention shows the sentence that comes closest: docs/reading.md says
# how often it is right.
CLOSEST_AT = 0.05

# A further citation must answer by itself, even where the answer is forced; for a second answer
# both must be surer still, and one about as sure as the other: of 18 second answers on dev data,
# six of the eight that were so were right or said more, none of the ten others.
_SURE, _BOTH, _AS_SURE = 0.5, 0.6, 0.1
# An item of a list, beside the first one.
_ITEM = 0.35
# Places of one answer, answers to a question, items of a list: no more than that.
_PLACES, _ANSWERS, _ITEMS = 3, 2, 8
_PAIR = 2
# Characters of a sentence that says nothing without the question before it: "Unfortunately not."
_REPLY = 30
# Characters in which the sentence before or after is looked for.
_NEAR = 500
_ARTICLES = frozenset(("a", "an", "the"))
# Between two items of a list, which have lines of their own.
_NEXT_ITEM = re.compile(rf"\n\s*(?:{MARK}\s)|\A\s*\n\s*\Z")


def make_answer(
    question: str,
    reading: Reading,
    hits: Sequence[Hit],
    documents: Mapping[str, Document],
    *,
    answer_at: float,
) -> Answer:
    """Return the answer that the reading supports: its best span, or the sentence around it.

    ``question`` stands alone; ``documents`` holds every document of ``reading`` by id. Where the
    confidence is below ``answer_at``, or nothing was found, the answer abstains, with the closest
    sentence from ``CLOSEST_AT`` on.
    """
    if not reading.spans or reading.confidence < answer_at:
        refusal = abstain(question, reading.confidence, hits)
        if not reading.spans or reading.confidence < CLOSEST_AT:
            return refusal
        best = reading.spans[0]
        document = documents[best.passage.document_id]
        closest = cite(best, document, marker=1, answer_start=0, answer_end=0)
        return replace(refusal, text=UNSURE, closest=closest)
    text, citations = _word(question, reading.spans, documents)
    return Answer(
        question=question,
        text=text,
        citations=citations,
        answered=True,
        confidence=reading.confidence,
        hits=tuple(hits),
        standalone_question=question,
    )


def abstain(question: str, confidence: float, hits: Sequence[Hit]) -> Answer:
    """Return the answer that says that the text does not tell, with the nearest passages."""
    return Answer(
        question=question,
        text=ABSTENTION,
        citations=(),
        answered=False,
        confidence=confidence,
        hits=tuple(hits),
        standalone_question=question,
    )


def _word(
    question: str, spans: Sequence[Span], documents: Mapping[str, Document]
) -> tuple[str, tuple[Citation, ...]]:
    """Return the text of the answer and its citations, in the order of what they support."""
    whole = wants_sentence(question)
    text, citations, told = "", list[Citation](), list[tuple[str, int, int]]()
    given = _told(question, spans)
    verdict, given = _verdict(question, given, documents) if whole else (None, given)
    for (best, *others), stretches in given:
        document = documents[best.passage.document_id]
        if any(id == document.id and best.start < b and a < best.end for id, a, b in told):
            continue
        start, end = stretches[0][0], stretches[-1][1]
        told.append((document.id, start, end))
        if text:
            text += " " if whole else "; "
        begin = len(text)
        said = None if citations else verdict
        if said:
            text += f"{said} {document.text[start:end]}"
            supported = [(best, begin, len(text))]
        else:
            supported = []
            for at, (a, b) in enumerate(stretches):
                between = document.text[stretches[at - 1][1] : a] if at else ""
                text += "; " if _NEXT_ITEM.search(between) else between
                supported.append((replace(best, start=a, end=b), len(text), len(text) + b - a))
                text += document.text[a:b]
        supported += [(other, begin, len(text)) for other in others]
        for span, answer_start, answer_end in supported:
            citations.append(
                cite(
                    span,
                    documents[span.passage.document_id],
                    marker=len(citations) + 1,
                    answer_start=answer_start,
                    answer_end=answer_end,
                )
            )
    return text, tuple(citations)


_Given = tuple[list[Span], list[tuple[int, int]]]
"""One answer: the places that give it, the best first, and what is told of that one."""


def _verdict(
    question: str, given: list[_Given], documents: Mapping[str, Document]
) -> tuple[str | None, list[_Given]]:
    """Return "Yes." or "No." where one sentence says so and none the opposite, that one first."""
    said = []
    for (best, *_), stretches in given:
        text = documents[best.passage.document_id].text
        start, end = stretches[0][0], stretches[-1][1]
        said.append(yes_or_no(question, text[start:end], text[end : end + _NEAR]))
    if len(set(said) - {None}) != 1:
        return None, given
    at = next(at for at, word in enumerate(said) if word)
    return said[at], [given[at], *given[:at], *given[at + 1 :]]


def _told(question: str, spans: Sequence[Span]) -> list[_Given]:
    """Return each answer that is given, as the places that give it, with what is told of it.

    What stands beside an enumeration in its sentence is no item. An enumeration is an answer by
    itself where one thing was asked for: what follows it is of another kind.
    """
    spans = _with_class(question, spans)
    found = [(places, _stretches(question, places[0])) for places in _different(question, spans)]
    if not wants_several(question) and len(found[0][1]) > 1:
        return found[:1]
    enumerations = {_place(places[0]) for places, stretches in found if len(stretches) > 1}
    return [
        (places, stretches)
        for places, stretches in found
        if len(stretches) > 1 or _place(places[0]) not in enumerations
    ]


def _with_class(question: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans with what each thing is, where they end before it.

    Asked "which acts?", "Equality" is "Equality Act" if that is what the text calls it.
    """
    nouns = class_asked(question) if wants_several(question) else ()
    if not nouns:
        return list(spans)
    following = re.compile(rf"\s+(?:{'|'.join(map(re.escape, nouns))})\b", re.IGNORECASE)
    widened = []
    for span in spans:
        at = span.passage.start
        found = following.match(span.passage.text, span.end - at)
        widened.append(replace(span, end=at + found.end()) if found else span)
    return widened


def _stretches(question: str, span: Span) -> list[tuple[int, int]]:
    """Return what is told of a span: its sentence, the items that it lists, or itself."""
    at, several = span.passage.start, wants_several(question)
    if several or wants_contents(question):
        listed = items_listed(span.passage.text, span.start - at, span.end - at)
        if listed:
            return [(at + start, at + end) for start, end in listed[:_ITEMS]]
    if wants_sentence(question):
        return [quote_around(span)]
    items = items_around(span.passage.text, span.start - at, span.end - at, bare=several)
    found = [(at + start, at + end) for start, end in items]
    touched = [item for item in found if item[0] < span.end and span.start < item[1]]
    # Whoever asks for one thing gets a list only where the reader took several for the answer;
    # two things may be one ("research and development"), two people are two.
    taken = len(touched) > 1 and (len(found) > _PAIR or asks_who(question)) and not who_is(question)
    if several or taken:
        return found[:_ITEMS] or [(span.start, span.end)]
    return [(span.start, span.end)]


def _different(question: str, spans: Sequence[Span]) -> list[list[Span]]:
    """Return the different answers among the spans, each with the places that give it.

    The best one is the answer; of the others, those that may stand beside it. No sentence is
    cited twice for one answer.
    """
    best = spans[0]
    # An enumeration is seldom half of what is asked for.
    is_listed = wants_several(question) and len(_stretches(question, best)) > 1
    answers = [[best]]
    for span in spans[1:]:
        said = _words(span.text)
        alike = [each for each in answers if one_holds_other(_words(each[0].text), said)]
        if alike:
            same = alike[0]
            known = _words(same[0].text)
            # One word inside another answer may be any other thing: "8" in "8 million".
            if (
                span.confidence >= _SURE
                and (known == said or " " in min(known, said, key=len))
                and len(same) < _PLACES
                and _place(span) not in map(_place, same)
            ):
                same.append(span)
        elif _stands_beside(
            question, span, [each[0] for each in answers], _SURE if is_listed else _ITEM
        ):
            answers.append([span])
    return answers


def _stands_beside(question: str, span: Span, answers: Sequence[Span], item: float) -> bool:
    """Tell whether a span is given beside the answers so far, which say other things.

    Where several are asked for, it must look like the best one and be at least ``item`` sure.
    Else it must stand in another sentence, and both it and the best one must be more likely right,
    and about as likely as each other; a number stands beside a number only, unless the whole
    sentences are told.
    """
    best = answers[0]
    if wants_several(question):
        return (
            len(answers) < _ITEMS and span.confidence >= item and _is_name(span) == _is_name(best)
        )
    return (
        len(answers) < _ANSWERS
        and min(best.confidence, span.confidence) >= _BOTH
        and abs(best.confidence - span.confidence) <= _AS_SURE
        and _place(span) not in map(_place, answers)
        and (wants_sentence(question) or _has_digit(span.text) == _has_digit(best.text))
    )


def _is_name(span: Span) -> bool:
    """Tell whether a span begins like a name, leaving out an article."""
    words = span.text.split()
    if len(words) > 1 and words[0].lower() in _ARTICLES:
        words = words[1:]
    return words[0][:1].isupper() if words else False


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _place(span: Span) -> tuple[str, int]:
    """Return where a span's quote begins: of two with the same, one is enough."""
    return span.passage.document_id, quote_around(span)[0]


def say(question: str, text: str) -> Answer:
    """Return a reply that takes nothing from the articles."""
    return Answer(
        question=question,
        text=text,
        citations=(),
        answered=False,
        confidence=0.0,
        hits=(),
        standalone_question=question,
    )


def _words(text: str) -> str:
    """Return the words of a text in one form; the text itself where it holds none.

    >>> _words("The  Hague!")
    'hague'
    """
    words = [word for word in re.findall(r"\w+", text.lower()) if word not in _ARTICLES]
    return " ".join(words) or text


def cite(
    span: Span,
    document: Document,
    *,
    marker: int,
    answer_start: int,
    answer_end: int,
    quoted_to: int = 0,
) -> Citation:
    """Return the citation whose quote is the sentence (or sentences) that the span stands in.

    Where that begins with a pronoun, or is a short reply to a question of the text, the quote
    begins with the sentence before it, unless the answer quotes that one already: it has quoted the
    document to the offset ``quoted_to``.
    """
    start, end = quote_around(span)
    leans, is_short = leans_back(document.text[start:end]), end - start < _REPLY
    before = _sentence_before(document.text, start) if leans or is_short else start
    is_reply = ends_in_question(document.text[before:start].rstrip())
    if before >= quoted_to and (leans or is_reply):
        start = before
    page = bisect_right(document.pages, start) if document.pages else None
    return Citation(
        marker=marker,
        document_id=document.id,
        title=document.title,
        source=document.source,
        start=start,
        end=end,
        quote=document.text[start:end],
        answer_start=answer_start,
        answer_end=answer_end,
        page=page,
        date=document.date,
    )


def _sentence_before(text: str, start: int) -> int:
    """Return where the sentence before ``start`` begins; ``start``, where none is near."""
    floor = max(0, start - _NEAR)
    before = split_sentences(text, floor, start)
    # The first one may have lost its beginning.
    whole = before if floor == 0 else before[1:]
    return whole[-1][0] if whole else start
