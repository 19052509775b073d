from __future__ import annotations

from pathlib import Path

import pytest

from qa.evaluation.evaluation import evaluate
from qa.evaluation.questions import Question
from qa.evaluation.typos import mistyped

QUESTION = "How wide is the hole in the Russian spacecraft?"


@pytest.mark.parametrize("seed", range(40))
def test_every_third_long_word_has_a_slip(seed: int) -> None:
    (slipped,) = mistyped((Question("1", QUESTION),), seed)
    pairs = list(zip(QUESTION.split(), slipped.question.split(), strict=True))
    changed = [(word, other) for word, other in pairs if word != other]
    assert len(changed) <= 2  # a letter may be changed for itself
    for word, other in changed:
        assert len(word) >= 4
        assert word[0] == other[0]
        assert abs(len(word) - len(other)) <= 1


def test_a_seed_gives_the_same_slips_and_most_give_some() -> None:
    questions = tuple(Question(str(number), QUESTION) for number in range(30))
    assert mistyped(questions) == mistyped(questions)
    assert sum(each.question != QUESTION for each in mistyped(questions)) > 25
    assert mistyped((Question("1", "Why me?"),)) == (Question("1", "Why me?"),)


def test_an_evaluation_asks_with_slips(index_dir: Path, question_file: Path) -> None:
    clean = evaluate(question_file, index_dir=index_dir)
    slipped = evaluate(question_file, index_dir=index_dir, typos=True)
    pairs = zip(clean.records, slipped.records, strict=True)
    assert any(one.question.question != other.question.question for one, other in pairs)
    assert slipped.run["typos"] is True
