from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.datatypes import Document, DocumentFacts, Hit, Passage
from qa.retrieval import DENSE_WEIGHT, merge, retrieve
from qa.store.store import Store
from tests.store.shelves import ENCODER, WORDS, all_passages, publish, random_text


@dataclass
class Table:
    """A state whose searches are written down: passage id -> cosine, passage id -> BM25."""

    cosines: dict[int, float]
    words: dict[int, float]
    version: int = 1

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        return sorted(self.cosines.items(), key=lambda pair: (-pair[1], pair[0]))[:k]

    def search_words(
        self, question: str, k: int, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        return sorted(self.words.items(), key=lambda pair: (-pair[1], pair[0]))[:k]

    def search_slips(self, word: str, k: int) -> list[int]:
        return []

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        return np.array([[self.cosines[i], 0] for i in ids], dtype=np.float32)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        return [Passage(i, "a", i, i + 1, "x") for i in ids]

    def document(self, document_id: str) -> Document | None:
        return None

    def documents(self) -> Iterator[Document]:
        return iter(())

    def ids(self, document_id: str) -> list[str]:
        return []

    def facts(self) -> Iterator[DocumentFacts]:
        return iter(())

    def counts(self) -> tuple[int, int]:
        return 1, len(self.cosines)

    def passages_of(self, document_id: str) -> list[Passage]:
        return []

    def passage_after(self, passage_id: int) -> None:
        return None


def fuse(table: Table, *, k: int = 10, candidates: int = 10) -> list[tuple[int, float]]:
    vector = np.array([1, 0], dtype=np.float32)
    hits = retrieve(table, "any", vector, k=k, candidates=candidates)
    assert all(hit.stage == "hybrid" for hit in hits)
    return [(hit.passage.id, round(hit.score, 5)) for hit in hits]


def test_cosine_and_bm25_scaled_by_its_best_are_added() -> None:
    table = Table({1: 0.5, 2: 0.25, 3: 0.125}, {2: 8.0, 3: 4.0})
    assert fuse(table) == [
        (2, 0.25 * DENSE_WEIGHT + 1),
        (1, 0.5 * DENSE_WEIGHT),
        (3, 0.125 * DENSE_WEIGHT + 0.5),
    ]
    assert fuse(table, k=1) == [(2, 0.25 * DENSE_WEIGHT + 1)]


def test_what_only_words_found_gets_its_exact_cosine() -> None:
    table = Table({1: 0.5, 2: 0.25}, {2: 8.0})
    assert fuse(table, k=1, candidates=1) == [(2, 0.25 * DENSE_WEIGHT + 1)]


def test_equal_scores_are_ordered_by_the_lower_id() -> None:
    table = Table({7: 0.5, 3: 0.5, 5: 0.5}, {})
    assert [i for i, _ in fuse(table)] == [3, 5, 7]


def test_nothing_found() -> None:
    assert fuse(Table({}, {})) == []


def test_k_does_not_change_the_ranking() -> None:
    table = Table({i: 1 / i for i in range(1, 9)}, {8: 2.0, 7: 1.0, 6: 0.5})
    ranked = fuse(table, k=6, candidates=2)
    assert [i for i, _ in ranked] == [1, 8, 2, 7]  # never more than both searches brought
    assert all(fuse(table, k=k, candidates=2) == ranked[:k] for k in (1, 2, 3, 4, 99))


@pytest.mark.parametrize("seed", range(4))
def test_every_passage_as_computed_one_by_one(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    publish(tmp_path, {f"{number}.txt": random_text(dice) for number in range(8)})
    question = " ".join(dice.sample(WORDS, 3))
    vector = ENCODER.encode([question])[0]
    with Store(tmp_path).snapshot() as state:
        for documents in (None, ["1.txt", "4.txt"]):
            passages = all_passages(state, documents)
            cosines = ENCODER.encode([passage.text for passage in passages]) @ vector
            words = dict(state.search_words(question, 1000, documents))
            expected = {
                passage.id: DENSE_WEIGHT * cosine + words.get(passage.id, 0) / max(words.values())
                for passage, cosine in zip(passages, cosines.tolist(), strict=True)
            }
            for k in (1, 5, 1000):
                hits = retrieve(state, question, vector, k=k, candidates=1000, documents=documents)
                assert len(hits) == min(k, len(passages))
                assert [hit.score for hit in hits] == pytest.approx(
                    sorted(expected.values(), reverse=True)[:k], abs=1e-5
                )
                for hit in hits:
                    assert hit.score == pytest.approx(expected[hit.passage.id], abs=1e-5)
                    assert hit.passage in passages
            assert retrieve(state, question, vector, k=5, candidates=9, documents=[]) == []


def hits(*scores: tuple[int, float]) -> list[Hit]:
    return [Hit(Passage(i, "a", i, i + 1, "x"), score, "hybrid") for i, score in scores]


def test_searches_are_merged_in_turn_and_then_sorted() -> None:
    first, second = hits((1, 2.0), (2, 1.9), (3, 1.8)), hits((4, 1.0), (2, 2.5), (5, 0.5))
    assert [(h.passage.id, h.score) for h in merge([first, second], 3)] == [
        (2, 2.5),  # found by both, with its higher score
        (1, 2.0),
        (4, 1.0),  # the second search's best, before the first one's third
    ]
    assert merge([first], 2) == first[:2]
    assert merge([[], []], 3) == merge([], 3) == []
    assert len(merge([first, second], 9)) == 5
