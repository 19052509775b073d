from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from qa.training.examples import Example, make_examples
from qa.training.mining import Miner
from qa.training.paragraphs import Paragraph, load_paragraphs

TEXT = (
    "The Severn Bridge opened in 1966. It carries the M48 across the river. "
    "Queen Elizabeth opened it in September. Tolls were ended in 2018 by Alun Cairns. "
) * 4
OTHER = "The Humber Bridge opened in 1981 and was the longest of its kind. Tolls are paid there."
# Ranks high for the question of when, and holds the answer.
RIVAL = "When did the Severn Bridge open? The Severn Bridge did open in 1966, as was said before."


@pytest.fixture
def squad_file(tmp_path: Path) -> Path:
    def row(id: str, question: str, answer: str | None, **more: object) -> dict[str, object]:
        answers = [] if answer is None else [{"text": answer, "answer_start": TEXT.find(answer)}]
        return {"id": id, "question": question, "answers": answers, **more}

    questions = [
        row("year", "When did the Severn Bridge open?", "1966"),
        row("who", "Who ended the tolls in 2018?", "Alun Cairns"),
        row("none", "How long is the Severn Bridge?", None),
        row("blank", "Is it long?", " "),
        row(
            "later", "How long is it?", None, history=[["When did the Severn Bridge open?", "1966"]]
        ),
    ]
    texts: tuple[tuple[str, list[dict[str, object]]], ...]
    texts = ((TEXT, questions), (OTHER, []), (RIVAL, []))
    paragraphs = [{"context": text, "qas": asked} for text, asked in texts]
    path = tmp_path / "bridges.json.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"data": [{"title": "Bridges", "paragraphs": paragraphs}]}, file)
    return path


def test_follow_ups_are_made_to_stand_alone_and_blank_answers_left_out(squad_file: Path) -> None:
    first, second, _ = load_paragraphs(squad_file)
    assert [question for question, _, _ in first.questions] == [
        "When did the Severn Bridge open?",
        "Who ended the tolls in 2018?",
        "How long is the Severn Bridge?",
        "How long is the Severn Bridge?",
    ]
    assert second.questions == ()


@pytest.mark.parametrize("seed", range(30))
def test_an_example_holds_its_answer_or_is_a_negative(squad_file: Path, seed: int) -> None:
    answers = set()
    for example in make_examples(load_paragraphs(squad_file), seed=seed):
        assert example.text.strip()
        if example.end:
            answers.add(example.text[example.start : example.end])
        else:
            assert example.start == 0
    assert answers == {"1966", "Alun Cairns"}


def test_a_seed_gives_the_same_examples_and_another_gives_others(squad_file: Path) -> None:
    paragraphs = load_paragraphs(squad_file)

    def made(seed: int) -> list[Example]:
        return make_examples(paragraphs, seed=seed)

    assert made(1) == made(1)
    assert made(1) != made(2)


def test_a_mined_negative_lacks_the_answer(squad_file: Path) -> None:
    home, other, rival = load_paragraphs(squad_file)
    miner = Miner([home, other, rival])
    assert miner.mine("When did the Severn Bridge open?", "1966", home, most=3) == [other]


def test_now_and_then_it_is_told_where_a_window_stands(squad_file: Path) -> None:
    leads = {
        example.lead
        for seed in range(30)
        for example in make_examples(load_paragraphs(squad_file), seed=seed)
    }
    assert {"", "Bridges."} < leads


def test_a_negative_may_be_the_text_less_the_sentence_with_the_answer() -> None:
    text = (
        "The Severn Bridge was begun in 1961 by a firm of Darlington. It was opened in 1966 by "
        "the Queen, who crossed it on foot. Its towers stand 136 metres above the water, and the "
        "wires that hold the road were spun where they hang."
    )
    paragraph = Paragraph("Bridges", text, (("When was it opened?", "1966", text.index("1966")),))
    negatives = {
        example.text
        for seed in range(60)
        for example in make_examples([paragraph], seed=seed)
        if example.end == 0 and "1966" not in example.text
    }
    assert negatives == {
        "The Severn Bridge was begun in 1961 by a firm of Darlington. "
        + text[text.index("Its towers") :]
    }
