from __future__ import annotations

from typing import Literal

import pytest

from qa.datatypes import Answer, Citation, Document
from qa.evaluation.questions import GoldAnswer, Question, Shape
from qa.evaluation.shapes import SHAPE_SCORES, score_shape

TEXT = "Ford, Toyota and Holden made cars. It ended for want of buyers. Rain fell."
CARS, WHY, RAIN = (0, 34), (35, 63), (64, 74)
OTHER = "Opel made cars."
DOCUMENTS = {
    id: Document(id, id, text, id, "0" * 64) for id, text in (("a.txt", TEXT), ("b.txt", OTHER))
}
MAKERS = (("Ford",), ("Toyota", "Toyota Motor"), ("Holden",))


def question(
    shape: Shape | None,
    *answers: str,
    items: tuple[tuple[str, ...], ...] = (),
    yes: bool | None = None,
) -> Question:
    golds = tuple(map(GoldAnswer, answers or [each for item in items for each in item]))
    return Question("q", "?", golds, ("a.txt",), shape=shape, items=items, yes=yes)


def answer(*pieces: tuple[str, tuple[int, int]], before: str = "", id: str = "a.txt") -> Answer:
    """Put pieces of text in a row, each supported by the quote at its place."""
    text, citations = before, []
    for marker, (piece, (start, end)) in enumerate(pieces, start=1):
        begin = len(text)
        text += piece
        quote = DOCUMENTS[id].text[start:end]
        citations.append(Citation(marker, id, id, id, start, end, quote, begin, len(text)))
        text += ", "
    return Answer("?", text, tuple(citations), bool(citations), 0.5, (), "?")


def scores(asked: Question, given: Answer, *, answered: bool = True) -> dict[str, float]:
    found = score_shape(asked, given, answered=answered, document=DOCUMENTS.__getitem__)
    assert found.keys() <= set(SHAPE_SCORES)
    return found


LIST = question("list", items=MAKERS)


@pytest.mark.parametrize(
    ("pieces", "recall", "quoted", "complete", "separate", "precision"),
    [
        (["Ford", "Toyota", "Holden"], 1, 1, 1, 1, 1),
        (["Ford", "cars", "Toyota"], 2 / 3, 1, 0, 2 / 3, 2 / 3),
        (["Ford, Toyota and Holden"], 1, 1, 1, 0, 1),
        (["Toyota", "Ford, Toyota and Holden"], 1, 1, 1, 1 / 3, 1),
        (["cars"], 0, 1, 0, 0, 0),
    ],
)
def test_lists(
    pieces: list[str],
    recall: float,
    quoted: float,
    complete: float,
    separate: float,
    precision: float,
) -> None:
    assert scores(LIST, answer(*((piece, CARS) for piece in pieces))) == pytest.approx(
        {
            "lists.recall": recall,
            "lists.quoted": quoted,
            "lists.complete": complete,
            "lists.separate": separate,
            "lists.precision": precision,
        }
    )


def test_a_further_quote_for_the_same_stretch_is_no_further_item() -> None:
    given = answer(("Ford", CARS))
    twice = (*given.citations, *answer(("Ford", RAIN)).citations)
    found = scores(LIST, Answer("?", given.text, twice, True, 0.5, (), "?"))
    assert found["lists.precision"] == 1


def test_a_list_without_an_answer_has_no_precision() -> None:
    found = scores(LIST, answer())
    assert found["lists.recall"] == 0
    assert "lists.precision" not in found


def test_other_documents_do_not_count() -> None:
    found = scores(question("list", items=(("Opel",),)), answer(("Opel", (0, 15)), id="b.txt"))
    assert (found["lists.recall"], found["lists.quoted"], found["lists.precision"]) == (0, 0, 0)


def test_reasons() -> None:
    asked = question("reason", "want of buyers", "nobody bought")
    told = answer(("It ended for want of buyers.", WHY))
    assert scores(asked, told) == {"reasons.told": 1, "reasons.quoted": 1}
    assert scores(asked, answer(("It ended", WHY))) == {"reasons.told": 0, "reasons.quoted": 1}
    assert scores(asked, answer(("Rain fell.", RAIN))) == {"reasons.told": 0, "reasons.quoted": 0}


@pytest.mark.parametrize("yes", [True, False])
@pytest.mark.parametrize(
    ("before", "kind"), [("Yes. ", "yes"), ("No. ", "no"), ("", "left"), ("Notably. ", "left")]
)
def test_yes_and_no(yes: bool, before: Literal["Yes. ", "No. ", ""], kind: str) -> None:
    right = kind == ("yes" if yes else "no")
    given = answer(("It rained.", RAIN), before=before)
    assert scores(question("yes_no", "Rain fell", yes=yes), given) == {
        "yes_no.right": right,
        "yes_no.wrong": not right and kind != "left",
        "yes_no.left": kind == "left",
    }


@pytest.mark.parametrize("answers", [["Rain fell"], []])
@pytest.mark.parametrize(
    ("before", "answered", "unfounded"),
    [("Yes. ", True, 1), ("No. ", True, 1), ("", True, 0), ("No. ", False, 0)],
)
def test_a_word_that_the_text_does_not_bear_out(
    answers: list[str], before: str, answered: bool, unfounded: float
) -> None:
    given = answer(("Rain fell.", RAIN), before=before)
    found = scores(question("yes_no", *answers), given, answered=answered)
    assert found == {"yes_no.unfounded": unfounded}


def test_summaries() -> None:
    asked = question("summary", items=(("Ford",), ("no buyers", "want of buyers"), ("sun",)))
    found = scores(asked, answer(("", CARS), ("", WHY), ("", WHY)))
    assert found == pytest.approx(
        {"summaries.facts": 2 / 3, "summaries.compression": (34 + 28) / len(TEXT)}
    )
    assert scores(asked, answer()) == {"summaries.facts": 0, "summaries.compression": 0}


@pytest.mark.parametrize("shape", [None, "list", "reason", "summary"])
def test_what_counts_for_nothing(shape: Shape | None) -> None:
    assert scores(question(shape), answer(("Ford", CARS))) == {}
    assert scores(question(None, "Ford"), answer(("Ford", CARS))) == {}
