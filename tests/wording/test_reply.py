from __future__ import annotations

import random

import pytest

from qa.wording.reply import Marked, marked_sentences


@pytest.mark.parametrize(
    ("reply", "sentences"),
    [
        ("It leaked [1]. It is small [2][3].", [("It leaked.", 1), ("It is small.", 2, 3)]),
        ("It leaked. [1] It is small. [2, 3]", [("It leaked.", 1), ("It is small.", 2, 3)]),
        ("It leaked.[1]\nIt is small.[2]", [("It leaked.", 1), ("It is small.", 2)]),
        ("It leaked [1]\nIt is small [2]", [("It leaked", 1), ("It is small", 2)]),
        ("NASA [1] and Roscosmos [4] are.", [("NASA and Roscosmos are.", 1, 4)]),
        ("- **NASA** [1]\n- `Roscosmos` [2]", [("NASA", 1), ("Roscosmos", 2)]),
        ("1. NASA [1]\n2. Roscosmos [2]", [("NASA", 1), ("Roscosmos", 2)]),
        ('"It was not," he said. [1; 1]', [('"It was not," he said.', 1)]),
        ("It is 0.8 mm wide [12]!", [("It is 0.8 mm wide!", 12)]),
        ("No marker [x] [] [123456].", [("No marker [x] [] [123456].",)]),
        ("\u202eIt\x00 leaked\x1b[31m [1].", [("It leaked [31m.", 1)]),
        ("[1] [2]", []),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_and_their_markers(reply: str, sentences: list[tuple[str | int, ...]]) -> None:
    found = marked_sentences(reply, ended=True)
    assert found == [Marked(str(text), tuple(map(int, numbers))) for text, *numbers in sentences]


REPLY = (
    "The U.S. agency said so [1]. On Dec. 14, 2022 it leaked. [2, 3] Mr. Lee of No. 10 agreed [4]."
    "\n\n- **First** point [5]\n- Second, e.g. this [6]\n\nWhy? [7] Nobody knows... [8]"
)


def test_a_growing_reply_only_adds_sentences() -> None:
    whole = marked_sentences(REPLY, ended=True)
    assert len(whole) == 7
    grown = 0
    for length in range(len(REPLY) + 1):
        found = marked_sentences(REPLY[:length], ended=False)
        assert found == whole[: len(found)], REPLY[:length]
        assert len(found) >= grown
        grown = len(found)
    assert grown == len(whole) - 1


@pytest.mark.parametrize("seed", range(20))
def test_any_text_can_be_a_reply(seed: int) -> None:
    dice = random.Random(seed)
    text = "".join(dice.choices("ab .!?[]0123,;\n*_`-\"'“”…\u202e\ud800お。", k=300))
    for sentence in marked_sentences(text, ended=True):
        assert sentence.text == " ".join(sentence.text.split())
        assert all(number < 10_000 for number in sentence.numbers)
