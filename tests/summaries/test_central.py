from __future__ import annotations

import numpy as np
from hypothesis import given

from qa.datatypes import Passage
from qa.documents.passages import split_passages
from qa.summaries.central import central_sentences
from tests.documents.texts import TEXTS
from tests.fakes import BagOfWordsEncoder

BRIDGE = (
    "The old bridge was closed after engineers found cracks in the bridge deck. "
    "It rained. (Image credit: Town) "
    "Repairs of the bridge deck will take engineers until spring, the town council said. "
    "A ferry carries cyclists in the meantime, every half hour until dusk."
)


def passages_of(text: str, limit: int = 30) -> list[Passage]:
    pieces = split_passages(
        text, max_tokens=limit, count_tokens=lambda many: [len(t.split()) for t in many]
    )
    return [
        Passage(number, "a", piece.start, piece.end, text[piece.start : piece.end])
        for number, piece in enumerate(pieces, start=1)
    ]


def sentences(text: str, most: int = 3) -> list[str]:
    passages = passages_of(text)
    vectors = BagOfWordsEncoder().encode([passage.text for passage in passages])
    return [text[start:end] for _, start, end in central_sentences(passages, vectors, most=most)]


def test_what_the_text_comes_back_to_is_what_it_is_about() -> None:
    (first,) = sentences(BRIDGE, most=1)
    assert first.startswith("The old bridge was closed")


def test_what_was_said_is_not_said_again() -> None:
    again = "Engineers found cracks in the old bridge deck, and the bridge was closed. " + BRIDGE
    first, second = sentences(again, most=2)
    assert first.startswith("Engineers found cracks")
    assert not second.startswith("The old bridge was closed")


def test_captions_and_scraps_are_left_out() -> None:
    assert not {"It rained.", "(Image credit: Town)"} & set(sentences(BRIDGE))


def test_scraps_are_taken_where_there_is_nothing_else() -> None:
    assert sentences("Rain. Wind.") == ["Rain.", "Wind."]
    assert central_sentences([], np.zeros((0, 0), np.float32)) == []


@given(TEXTS)
def test_any_text_in_its_order_each_sentence_once(text: str) -> None:
    passages = passages_of(text)
    if not passages:
        return
    vectors = BagOfWordsEncoder().encode([passage.text for passage in passages])
    found = central_sentences(passages, vectors)
    assert 1 <= len(found) <= 3
    places = [(start, end) for _, start, end in found]
    assert places == sorted(set(places))
    assert all(p.start <= start < end <= p.end for p, start, end in found)
