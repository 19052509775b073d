"""Training examples for the reader: a question, a window of text, and a span or nothing.

The window lengths vary as passages do at answer time. Negatives come in four kinds: the data
set's own unanswerable questions, the same question over its text with the answer's sentence cut
out, over a passage high in BM25 that lacks the answer, and the question twisted so that its text
no longer answers it (qa.training.twists).
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import tantivy

from qa.conversation import understand
from qa.datatypes import Turn
from qa.documents.sentences import split_sentences
from qa.evaluation.text import f1
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
    """``text[start:end]`` answers ``question``; ``start == end == 0`` means nothing does."""

    question: str
    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One context of a SQuAD file with its questions: (question, answer or None, offset)."""

    article: str
    text: str
    questions: tuple[tuple[str, str | None, int], ...]


def load_paragraphs(path: Path) -> list[Paragraph]:
    """Read a SQuAD v2 JSON file (.gz too).

    A question with a history is taken as it is read after one: as ``understand`` makes it stand
    alone. Of several answers the one counts that shares the most words with the others.
    """
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open() as file:
        articles = json.load(file)["data"]
    return [
        Paragraph(
            f"{path.name}/{article.get('title', '')}",
            paragraph["context"],
            tuple(_questions(paragraph["qas"])),
        )
        for article in articles
        for paragraph in article["paragraphs"]
    ]


def _questions(rows: Sequence[dict[str, object]]) -> Iterator[tuple[str, str | None, int]]:
    for row in rows:
        answers = cast("list[dict[str, Any]]", row["answers"])
        turns = [Turn(*turn) for turn in cast("list[list[str]]", row.get("history") or [])]
        question = understand(str(row["question"]), turns).question
        if not answers:
            yield question, None, 0
        elif answers[0]["text"].strip():  # a few sets hold questions whose answer is blank
            texts = [answer["text"] for answer in answers]
            answer = max(answers, key=lambda one: sum(f1(one["text"], [text]) for text in texts))
            yield question, answer["text"], answer["answer_start"]


class Miner:
    """Finds passages that look right for a question and are not: high in BM25, answer absent."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", stored=True)
        builder.add_text_field("text", tokenizer_name="en_stem")
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer(num_threads=1)
        for row, paragraph in enumerate(paragraphs):
            document = tantivy.Document()
            document.add_unsigned("row", row)
            document.add_text("text", paragraph.text)
            writer.add_document(document)
        writer.commit()
        self._index.reload()
        self._paragraphs = paragraphs

    def mine(self, question: str, answer: str, home: Paragraph, *, most: int) -> list[str]:
        """Return up to ``most`` texts, best BM25 first; never ``home`` nor one with ``answer``."""
        words = " ".join(re.findall(r"\w+", question.lower()))
        if not words:
            return []
        searcher = self._index.searcher()
        query = self._index.parse_query(words, ["text"])
        found = []
        for _, address in searcher.search(query, most + 8).hits:
            row = searcher.doc(address)["row"][0]
            paragraph = self._paragraphs[row]
            if paragraph is not home and answer.lower() not in paragraph.text.lower():
                found.append(paragraph.text)
        return found[:most]


def make_examples(paragraphs: Sequence[Paragraph], *, seed: int) -> list[Example]:
    """Return one epoch's examples, shuffled; another seed gives other windows and negatives."""
    chance = random.Random(seed)
    miner = Miner(paragraphs)
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
            paragraph, sentences, question, answer, offset, miner, names[paragraph.article], chance
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
    names: Sequence[str],
    chance: random.Random,
) -> Iterator[Example]:
    """Yield the question over a window of its own paragraph, and perhaps one negative of it."""
    text = paragraph.text
    if answer is None:
        start, end = _window(sentences, 0, len(text), chance, whole=0.2)
        yield Example(question, text[start:end])
        return
    start, end = _window(sentences, offset, offset + len(answer), chance, whole=0.15)
    yield Example(question, text[start:end], offset - start, offset + len(answer) - start)
    draw = chance.random()
    if draw < 0.22:
        rest = _without(text, sentences, offset, offset + len(answer), chance)
        if len(rest) > _SHORTEST and answer.lower() not in rest.lower():
            yield Example(question, rest)
    elif draw < 0.44:
        mined = miner.mine(question, answer, paragraph, most=4)
        if mined:
            wrong = chance.choice(mined)
            low, high = _window(split_sentences(wrong), 0, len(wrong), chance, whole=0.15)
            yield Example(question, wrong[low:high])
    elif draw < 0.70:
        near = names_in(text[start:end])
        twisted = twist(question, near if near and chance.random() < 0.6 else names, chance)
        if twisted:
            yield Example(twisted, text[start:end])


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
) -> str:
    """Return a window around ``start..end`` less the sentences that touch it."""
    touched = [(a, b) for a, b in sentences if a < end and b > start] or [(start, end)]
    cut, on = touched[0][0], touched[-1][1]
    first, last = cut - chance.randint(0, _LONGEST), on + chance.randint(0, _LONGEST)
    low = max((a for a, _ in sentences if a <= first), default=0)
    high = min((b for _, b in sentences if b >= last), default=len(text))
    return text[low:cut] + text[on:high].lstrip()


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
