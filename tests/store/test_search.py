from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest

from qa.documents.passages import Slice
from qa.store.store import Store, open_writer
from tests.store.shelves import (
    ENCODER,
    MANIFEST,
    WORDS,
    all_passages,
    bm25,
    make_document,
    publish,
    random_text,
    ranked,
)


@pytest.mark.parametrize("seed", range(6))
def test_vectors_as_brute_force_has_it(seed: int, tmp_path: Path) -> None:
    """Whole numbers have exact products, so equal scores are equal to the last bit."""
    dice = np.random.default_rng(seed)
    rows: dict[int, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}
    with open_writer(tmp_path, {**MANIFEST, "dimension": 5}) as writer:
        for name in "abcdefgh":
            size = int(dice.integers(0, 40))
            text = "x" * max(1, size)
            vectors = dice.integers(-1, 2, (size, 5)).astype(np.float32)
            slices = [Slice(at, at + 1) for at in range(size)]
            writer.add(make_document(name, text), slices, vectors, "")
            if name in "bf":
                writer.remove("ad"["bf".index(name)])
        writer.publish()
    with Store(tmp_path).snapshot() as state:
        assert [document.id for document in state.documents()] == list("bcefgh")
        ids = {name: [p.id for p in state.passages_of(name)] for name in "bcefgh"}
        for passages in ids.values():
            rows |= dict(zip(passages, state.vectors(passages), strict=True))
        for documents in (None, ["c"], ["b", "g", "h"], ["a", "nothing", "e"]):
            for k in (1, 2, 7, 50, 100, 120, 1000):
                vector = dice.integers(-2, 3, 5).astype(np.float32)
                among = ids if documents is None else ids.keys() & set(documents)
                scores = {i: float(rows[i] @ vector) for name in among for i in ids[name]}
                assert state.search_vectors(vector, k, documents) == ranked(scores, k)


@pytest.mark.parametrize("seed", range(5))
def test_words_as_the_formula_has_it(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    publish(tmp_path, {f"{number}.txt": random_text(dice) for number in range(12)})
    with Store(tmp_path).snapshot() as state:
        passages = all_passages(state)
        texts = [["zoo", *re.findall(r"\w+", passage.text)] for passage in passages]
        for documents in (None, ["3.txt"], ["1.txt", "5.txt", "nothing.txt"]):
            for k in (1, 3, 10, 1000):
                question = dice.sample(WORDS, dice.randint(1, 3))
                scores = {
                    passage.id: score
                    for passage, score in zip(passages, bm25(question, texts), strict=True)
                    if score and (documents is None or passage.document_id in documents)
                }
                found = state.search_words(" ".join(question), k, documents)
                assert dict(found) == pytest.approx({i: scores[i] for i, _ in found}, rel=1e-4)
                assert [score for _, score in found] == pytest.approx(
                    [score for _, score in ranked(scores, k)], rel=1e-4
                )
                assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))


def test_of_equal_passages_the_first_are_found(tmp_path: Path) -> None:
    texts: dict[str, str] = {}
    for batch in (1, 30, 40, 79):
        # Each is a segment of the index of words, which lie there in no special order.
        texts |= {f"{len(texts) + n:03}.txt": "An ox and an emu." for n in range(batch)}
        publish(tmp_path, texts)
    with Store(tmp_path).snapshot() as state:
        vector = ENCODER.encode(["ox"])[0]
        for k in (1, 4, 60, 149, 150, 151):
            expected = list(range(1, min(k, 150) + 1))
            assert [i for i, _ in state.search_vectors(vector, k)] == expected
            assert [i for i, _ in state.search_words("ox", k)] == expected


def test_a_filter_that_nothing_passes_finds_nothing(tmp_path: Path) -> None:
    publish(tmp_path, {"a": "An ox."})
    vector = ENCODER.encode(["An ox."])[0]
    with Store(tmp_path).snapshot() as state:
        for documents in ([], ["b"], set[str]()):
            assert state.search_vectors(vector, 5, documents) == []
            assert state.search_words("ox", 5, documents) == []
        assert state.search_vectors(vector, 0) == state.search_words("ox", 0) == []


@pytest.mark.parametrize(
    "question",
    [
        "NOT ox",
        "-ox",
        'text:"ox"~1^9 AND passage:[1 TO *]',
        "ox) OR (*",
        "+ox && emu || [",
        "/ox.*/ \\ ? *",
        "ox " * 900,
    ],
)
def test_nothing_in_a_question_is_an_operator(question: str, tmp_path: Path) -> None:
    publish(tmp_path, {"a": "An ox.", "b": "A yak."})
    with Store(tmp_path).snapshot() as state:
        assert [i for i, _ in state.search_words(question, 5)] == [1]


@pytest.mark.parametrize("question", ["", " ", "?!…", "*", "\x00", "🍵"])
def test_a_question_without_words_finds_nothing(question: str, tmp_path: Path) -> None:
    publish(tmp_path, {"a": "An ox."})
    with Store(tmp_path).snapshot() as state:
        assert state.search_words(question, 5) == []


def test_a_word_that_was_removed_is_a_slip_again(tmp_path: Path) -> None:
    texts = {"a": "A spacecraft.", "b": "A spacecarft."}
    for held, found in ((texts, []), ({"a": texts["a"]}, [1])):
        publish(tmp_path, held)
        with Store(tmp_path).snapshot() as state:
            assert state.search_slips("spacecarft", 5) == found


def test_words_are_stemmed_and_titles_and_sections_count(tmp_path: Path) -> None:
    publish(tmp_path, {"a": "# Rivers\n\nBarges carry coal.", "b": "It carried oxen."})
    with Store(tmp_path).snapshot() as state:
        assert {i for i, _ in state.search_words("carrying", 5)} == {1, 2}
        assert [i for i, _ in state.search_words("river", 5)] == [1]
        assert {i for i, _ in state.search_words("ZOO", 5)} == {1, 2}
