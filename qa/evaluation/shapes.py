"""Has an answer the shape that its question calls for? Scores for each of the four shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from qa.datatypes import Answer, Document
from qa.evaluation.questions import Question
from qa.evaluation.text import holds
from qa.polarity import verdict_of

SHAPE_SCORES = (
    "lists.recall",
    "lists.quoted",
    "lists.complete",
    "lists.separate",
    "lists.precision",
    "reasons.told",
    "reasons.quoted",
    "yes_no.right",
    "yes_no.wrong",
    "yes_no.left",
    "yes_no.unfounded",
    "summaries.facts",
    "summaries.compression",
)


def score_shape(
    question: Question, answer: Answer, *, answered: bool, document: Callable[[str], Document]
) -> dict[str, float]:
    """Return the ``SHAPE_SCORES`` for which a question counts, each in [0, 1].

    The answer is a forced one; ``answered`` says whether it would have been given free to
    abstain. A stretch is what a citation supports of the answer's text. Where the question names
    its documents, what others support is never right. Questions without a shape count for
    nothing, unanswerable ones for ``yes_no.unfounded`` alone.

    - ``lists.recall``, ``lists.quoted``: the share of the items that stand in a stretch, in a
      quote; ``complete``: 1 where all stand in a stretch; ``separate``: the share of the items
      that have a stretch to themselves. ``precision``: the share of the stretches that hold an
      item; none where there is no stretch.
    - ``reasons.told``, ``reasons.quoted``: 1 where a stretch, a quote holds a gold answer.
    - ``yes_no.right``, ``wrong``, ``left``: where the text decides, one of them is 1: the right
      word is said, the wrong one, or neither. ``unfounded``: where the text does not decide, 1 if
      yes or no is said in spite of it, and free to abstain.
    - ``summaries.facts``: the share of the facts that stand in a quote; ``compression``: the
      characters quoted, as a share of the question's documents.
    """
    if question.shape == "yes_no":
        return _yes_or_no(question, answer, answered)
    if question.shape is None or not question.answers:
        return {}
    cited = [
        citation
        for citation in answer.citations
        if not question.documents or citation.document_id in question.documents
    ]
    quotes = {(c.document_id, c.start, c.end): c.quote for c in cited}
    own = {(c.answer_start, c.answer_end) for c in cited}
    # What another document supports is given too, but holds nothing.
    given = sorted({(c.answer_start, c.answer_end) for c in answer.citations})
    stretches = [answer.text[slice(*place)] if place in own else "" for place in given]
    golds = [gold.text for gold in question.answers]
    if question.shape == "reason":
        return {
            "reasons.told": float(_any_holds(stretches, golds)),
            "reasons.quoted": float(_any_holds(quotes.values(), golds)),
        }
    quoted = _share(_any_holds(quotes.values(), item) for item in question.items)
    if question.shape == "list":
        return {"lists.quoted": quoted, **_items(question.items, stretches)}
    length = sum(len(document(id).text) for id in question.documents)
    return {
        "summaries.facts": quoted,
        "summaries.compression": min(1.0, sum(map(len, quotes.values())) / length),
    }


def _yes_or_no(question: Question, answer: Answer, answered: bool) -> dict[str, float]:
    word = verdict_of(answer.text)
    if question.yes is None:
        return {"yes_no.unfounded": float(answered and word is not None)}
    return {
        "yes_no.right": float(word is question.yes),
        "yes_no.wrong": float(word is (not question.yes)),
        "yes_no.left": float(word is None),
    }


def _items(items: Sequence[Sequence[str]], stretches: Sequence[str]) -> dict[str, float]:
    held = [
        {number for number, item in enumerate(items) if _any_holds([stretch], item)}
        for stretch in stretches
    ]
    found = set().union(*held)
    alone = set().union(*(numbers for numbers in held if len(numbers) == 1))
    scores = {
        "lists.recall": len(found) / len(items),
        "lists.complete": float(len(found) == len(items)),
        "lists.separate": len(alone) / len(items),
    }
    return scores | ({"lists.precision": _share(map(bool, held))} if held else {})


def _any_holds(texts: Iterable[str], wordings: Sequence[str]) -> bool:
    return any(holds(text, wording) for text in texts for wording in wordings)


def _share(found: Iterable[bool]) -> float:
    each = list(found)
    return sum(each) / len(each)
