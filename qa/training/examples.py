"""Training examples for the reader: a question, a window of text, and a span or nothing.

The window lengths vary as passages do at answer time, and so does what is told of where a window
stands (qa.reading.leads). Negatives come in four kinds: the data set's own unanswerable questions,
the same question over its text with the answer's sentence cut out, over a passage high in BM25 that
lacks the answer, and the question twisted so that its text no longer answers it
(qa.training.twists).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.documents.sentences import split_sentences
from qa.reading.leads import join_lead, opening_of
from qa.training.mining import Miner
from qa.training.paragraphs import Paragraph
from qa.training.stammers import stammer
from qa.training.twists import names_in, twist

_FILLER = frozenset(
    "a an the is are was were do does did of to in on at by for with that this it its be been has "
    "have had can could would will please".split()
)
# Characters of a window, but for its last sentence: as many as a passage has when questions are
# asked. Longer ones, as far as they were tried, taught nothing more and cost half as much again.
_SHORTEST, _LONGEST = 150, 500
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Example:
    """``text[start:end]`` answers ``question``; ``start == end == 0`` means nothing does.

    ``lead`` says where the text stands; no answer is looked for in it.
    """

    question: str
    text: str
    start: int = 0
    end: int = 0
    lead: str = ""


class Leads:
    """Draws what is told of where a window stands, each part of it now and then."""

    def __init__(self, paragraphs: Sequence[Paragraph], chance: random.Random) -> None:
        self._first: dict[str, Paragraph] = {}
        for paragraph in paragraphs:
            self._first.setdefault(paragraph.article, paragraph)
        self._chance = chance

    def of(self, paragraph: Paragraph, start: int) -> str:
        """Return the lead of the window of a paragraph that begins at ``start``."""
        title, opening = (self._chance.random() < share for share in (0.7, 0.4))
        first = self._first[paragraph.article].text
        return join_lead(
            paragraph.article.partition("/")[2] if title else "",
            # A window that begins its document holds its opening.
            opening_of(first) if opening and (start or paragraph.text != first) else "",
        )


def make_examples(paragraphs: Sequence[Paragraph], *, seed: int) -> list[Example]:
    """Return one epoch's examples, shuffled; another seed gives other windows and negatives."""
    chance = random.Random(seed)
    miner, leads = Miner(paragraphs), Leads(paragraphs, chance)
    names: dict[str, list[str]] = {}
    for paragraph in paragraphs:
        names.setdefault(paragraph.article, []).extend(names_in(paragraph.text))
    examples = [
        _roughen(example, names[paragraph.article], asked, chance)
        for paragraph in paragraphs
        for asked in [[question for question, _, _ in paragraph.questions]]
        for sentences in [split_sentences(paragraph.text)]
        for question, answer, offset in paragraph.questions
        for example in _examples_of(
            paragraph,
            sentences,
            question,
            answer,
            offset,
            miner,
            leads,
            names[paragraph.article],
            chance,
        )
    ]
    chance.shuffle(examples)
    return examples


def _examples_of(
    paragraph: Paragraph,
    sentences: Sequence[tuple[int, int]],
    question: str,
    answer: str | None,
    offset: int,
    miner: Miner,
    leads: Leads,
    names: Sequence[str],
    chance: random.Random,
) -> Iterator[Example]:
    """Yield the question over a window of its own paragraph, and perhaps one negative of it."""
    text = paragraph.text
    if answer is None:
        start, end = _window(sentences, 0, len(text), chance, whole=0.2)
        yield Example(question, text[start:end], lead=leads.of(paragraph, start))
        return
    start, end = _window(sentences, offset, offset + len(answer), chance, whole=0.15)
    here = leads.of(paragraph, start)
    yield Example(question, text[start:end], offset - start, offset + len(answer) - start, here)
    draw = chance.random()
    if draw < 0.22:
        rest, low = _without(text, sentences, offset, offset + len(answer), chance)
        if len(rest) > _SHORTEST and answer.lower() not in rest.lower():
            yield Example(question, rest, lead=leads.of(paragraph, low))
    elif draw < 0.44:
        mined = miner.mine(question, answer, paragraph, most=4)
        if mined:
            wrong = chance.choice(mined)
            low, high = _window(split_sentences(wrong.text), 0, len(wrong.text), chance, whole=0.15)
            yield Example(question, wrong.text[low:high], lead=leads.of(wrong, low))
    elif draw < 0.70:
        near = names_in(text[start:end])
        twisted = twist(question, near if near and chance.random() < 0.6 else names, chance)
        if twisted:
            yield Example(twisted, text[start:end], lead=here)


def _window(
    sentences: Sequence[tuple[int, int]],
    start: int,
    end: int,
    chance: random.Random,
    *,
    whole: float,
) -> tuple[int, int]:
    """Return a run of whole sentences around ``start..end``, or all of them."""
    if not sentences or chance.random() < whole:
        return (0, sentences[-1][1]) if sentences else (start, end)
    wanted = chance.randint(_SHORTEST, _LONGEST)
    if end - start > wanted:  # no span to keep: any run of sentences will do
        start = chance.choice(sentences)[0]
        end = start
    low = max((i for i, (a, _) in enumerate(sentences) if a <= start), default=0)
    high = max(low, max((i for i, (a, _) in enumerate(sentences) if a < end), default=0))
    while sentences[high][1] - sentences[low][0] < wanted:
        grow_left = low > 0 and (high + 1 == len(sentences) or chance.random() < 0.5)
        if grow_left:
            low -= 1
        elif high + 1 < len(sentences):
            high += 1
        else:
            break
    return min(sentences[low][0], start), max(sentences[high][1], end)


def _without(
    text: str, sentences: Sequence[tuple[int, int]], start: int, end: int, chance: random.Random
) -> tuple[str, int]:
    """Return a window around ``start..end`` less the sentences that touch it, and its start."""
    touched = [(a, b) for a, b in sentences if a < end and b > start] or [(start, end)]
    cut, on = touched[0][0], touched[-1][1]
    first, last = cut - chance.randint(0, _LONGEST), on + chance.randint(0, _LONGEST)
    low = max((a for a, _ in sentences if a <= first), default=0)
    high = min((b for _, b in sentences if b >= last), default=len(text))
    return text[low:cut] + text[on:high].lstrip(), low


def _roughen(
    example: Example, names: Sequence[str], others: Sequence[str], chance: random.Random
) -> Example:
    """Ask as people do: now and then keywords only, a slip of finger or tongue, no question mark.

    ``names`` and ``others``, questions about the same text, are what a tongue may slip to.
    """
    question = example.question
    draw = chance.random()
    if draw < 0.06:
        kept = [w for w in question.rstrip("?").split() if w.lower() not in _FILLER]
        question = " ".join(kept) if len(kept) >= 2 else question
    elif draw < 0.16:
        at = chance.randrange(max(1, len(question)))
        change = chance.choice(("drop", "double", "swap", "other"))
        middle = {
            "drop": "",
            "double": question[at : at + 1] * 2,
            "swap": question[at + 1 : at + 2] + question[at : at + 1],
            "other": chance.choice(_LETTERS),
        }[change]
        question = question[:at] + middle + question[at + (2 if change == "swap" else 1) :]
    elif draw < 0.24:
        question = stammer(question, names, others, chance)
    if chance.random() < 0.2:
        question = question.rstrip("? ")
    return replace(example, question=question) if question.strip() else example
