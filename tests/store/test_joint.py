"""Two stores read as one: what is found, cited and counted is exactly what each of them holds."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from qa.assistant import Assistant
from qa.errors import IndexMismatchError
from qa.indexing import index_files
from qa.models.encoder import Encoder
from qa.settings import Settings
from qa.store.joint import JointStore
from qa.store.store import Store
from tests.fakes import BagOfWordsEncoder
from tests.store.shelves import ENCODER, WORDS, publish, random_text


@pytest.fixture
def joint(tmp_path: Path) -> JointStore:
    """Two stores that hold a document of the same id, and others."""
    dice = random.Random(7)
    for folder in ("first", "second"):
        texts = {f"{n}.txt": random_text(dice) for n in range(6)}
        publish(tmp_path / folder, {**texts, "same.txt": f"A {folder} yak. Cod and kudu."})
    return JointStore(Store(tmp_path / "first"), Store(tmp_path / "second"), "own")


def test_documents_of_one_id_are_told_apart(joint: JointStore) -> None:
    with joint.snapshot() as state:
        one, other = state.document("same.txt"), state.document("own://same.txt")
        assert one is not None
        assert other is not None
        assert (one.text[:7], other.text[:8]) == ("A first", "A second")
        assert state.document("own://no.txt") is None
        assert state.ids("own://same.txt") == ["own://same.txt"]
        assert [each.id for each in state.facts()] == [each.id for each in state.documents()]
        assert state.counts()[0] == len(list(state.facts())) == 14


def test_passages_follow_each_other_within_a_document(joint: JointStore) -> None:
    with joint.snapshot() as state:
        for document in state.documents():
            passages = state.passages_of(document.id)
            following = [state.passage_after(passage.id) for passage in passages]
            assert following == [*passages[1:], None]


@pytest.mark.parametrize("documents", [None, [], ["same.txt"], ["own://same.txt", "1.txt"]])
def test_what_is_found_stands_in_its_document(
    joint: JointStore, documents: list[str] | None
) -> None:
    with joint.snapshot() as state:
        for word in WORDS:
            vector = ENCODER.encode([word])[0]
            near = state.search_vectors(vector, 100, documents)
            said = state.search_words(word, 100, documents)
            for found in (near, said):
                assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
                passages = state.passages([passage for passage, _ in found])
                for (number, _), passage in zip(found, passages, strict=True):
                    document = state.document(passage.document_id)
                    assert document is not None
                    assert passage.id == number
                    assert document.text[passage.start : passage.end] == passage.text
                    assert documents is None or passage.document_id in documents
            if near:
                scores = state.vectors([passage for passage, _ in near]) @ vector
                assert np.allclose(scores, [score for _, score in near], atol=1e-6)
            assert said == [] or said[0][1] == 1.0
            if documents is None:
                assert len(near) == state.counts()[1]


def test_a_word_of_either_store_is_no_slip(joint: JointStore, tmp_path: Path) -> None:
    publish(tmp_path / "second", {"a.txt": "A zebra."})
    with joint.snapshot() as state:
        assert state.search_slips("zebra", 5) == []
        (slip,) = state.search_slips("zebre", 5)
        assert [each.document_id for each in state.passages([slip])] == ["own://a.txt"]


def test_other_encoders_are_refused(tmp_path: Path, articles_index: Path) -> None:
    publish(tmp_path, {"a.txt": "A yak."})
    assert BagOfWordsEncoder.name == "bag-of-words"
    with pytest.raises(IndexMismatchError):
        JointStore(Store(articles_index), Store(tmp_path), "own")


def test_an_assistant_answers_from_both(
    assistant: Assistant, tmp_path: Path, encoder: Encoder, settings: Settings
) -> None:
    report = tmp_path / "files" / "tea.txt"
    report.parent.mkdir()
    report.write_text("The village of Oberwald has 214 inhabitants. It lies on the Rhine.")
    index_files([report.parent], tmp_path / "index", encoder, settings)
    both = assistant.beside(tmp_path / "index", name="own")
    (citation, *_) = both.ask("How many inhabitants does Oberwald have?").citations
    assert citation.document_id == "own://tea.txt"
    document = both.document(citation.document_id)
    assert document.text[citation.start : citation.end] == citation.quote
    first = both.ask("How long is the Rhine?")
    assert first.citations[0].document_id == "rhine.md"
    assert not assistant.ask("How many inhabitants does Oberwald have?").answered
    only = both.ask("How long is the Rhine?", documents=["own://tea.txt"])
    assert {hit.passage.document_id for hit in only.hits} == {"own://tea.txt"}
    assert both.ask("How many inhabitants does Oberwald have?", documents=["tea.txt"]).answered is (
        False
    )
