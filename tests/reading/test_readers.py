"""What every reader promises, whatever its ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.datatypes import Hit, Passage
from qa.documents.passages import split_passages
from qa.errors import ModelNotFoundError
from qa.models.encoder import Encoder
from qa.models.span_models import FACTS, GRAPH
from qa.reading.choice import bundled_reader, open_reader
from qa.reading.evidence import EvidenceReader
from qa.reading.span_reader import best_spans
from qa.reading.spans import Reader, Reading, Span
from qa.settings import Settings
from tests.documents.texts import TEXTS
from tests.fakes import BagOfWordsEncoder

HAS_WEIGHTS = (bundled_reader() / GRAPH).exists() and (bundled_reader() / FACTS).exists()
ZOO = "Kestrels hover above fields. A kestrel weighs 184 grams. It hunts voles."
TEA = "Green tea steeps for three minutes. Black tea is oxidised. Nobody knows why."


def hits_of(*texts: str) -> list[Hit]:
    """Make hits of passages that do not begin at the start of their documents."""
    return [
        Hit(Passage(number, "a", 100, 100 + len(text), text), 3.0 - number / 9, "hybrid")
        for number, text in enumerate(texts, start=1)
    ]


@pytest.fixture(
    scope="module",
    params=[
        "evidence",
        "passage",
        pytest.param(
            "trained", marks=pytest.mark.skipif(not HAS_WEIGHTS, reason="no reader weights here")
        ),
    ],
)
def reader(request: pytest.FixtureRequest) -> Reader:
    if request.param != "trained":
        return open_reader(Settings(reader=request.param), BagOfWordsEncoder())
    encoder: Encoder = request.getfixturevalue("encoder")
    return open_reader(Settings(reader="auto"), encoder)


def check(reading: Reading, hits: list[Hit], reader: Reader) -> None:
    scores = [span.score for span in reading.spans]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= reading.confidence <= 1
    given_passages = [hit.passage for hit in hits]
    read = [span.passage for span in reading.spans]
    assert all(passage in given_passages for passage in read)
    if reader.stage != "reader":
        assert len({passage.id for passage in read}) == len(read)
    for span in reading.spans:
        others = [each for each in reading.spans if each.passage == span.passage]
        assert sum(each.start < span.end and span.start < each.end for each in others) == 1
        text = span.passage.text[span.start - span.passage.start : span.end - span.passage.start]
        assert text.strip()


def test_the_sentence_that_answers_is_where_the_best_span_lies(reader: Reader) -> None:
    if reader.stage == "hybrid":
        pytest.skip("retrieval alone finds no sentence")
    hits = hits_of(TEA, ZOO)
    reading = reader.read("How many grams does a kestrel weigh?", hits, {})
    check(reading, hits, reader)
    best = reading.spans[0]
    assert best.passage == hits[1].passage
    begin = 100 + ZOO.index("A kestrel")
    assert begin <= best.start < best.end <= begin + len("A kestrel weighs 184 grams.")


def test_nothing_to_read(reader: Reader) -> None:
    assert reader.read("Why?", [], {}) == Reading(())


def test_reading_twice_gives_the_same(reader: Reader) -> None:
    hits = hits_of(ZOO, TEA)
    question = "How long does tea steep?"
    first = reader.read(question, hits, {})
    reader.read("Who hunts voles?", hits_of(TEA, "Something else."), {})
    assert reader.read(question, hits, {}) == first


@settings(max_examples=40)
@given(st.lists(TEXTS, max_size=4), TEXTS)
def test_any_passages_and_questions(reader: Reader, texts: list[str], question: str) -> None:
    pieces = [
        text[piece.start : piece.end]
        for text in texts
        for piece in split_passages(
            text, max_tokens=30, count_tokens=lambda many: [len(t.split()) for t in many]
        )
    ]
    hits = hits_of(*pieces)
    check(reader.read(question, hits, {}), hits, reader)


@pytest.mark.parametrize("text", ["\x01", "\u200b\ufeff", "🚀", ".", "x", "\ufffd " * 9 + "\u0301"])
def test_passages_of_hardly_anything(text: str, reader: Reader) -> None:
    """A tokenizer may find no token in them at all."""
    hits = hits_of(text, ZOO)
    check(reader.read("How much does a kestrel weigh?", hits, {}), hits, reader)
    check(reader.read("How much?", hits[:1], {}), hits, reader)


@pytest.mark.parametrize(("start", "end"), [(99, 101), (100, 100), (101, 100), (100, 104)])
def test_a_span_lies_inside_its_passage(start: int, end: int) -> None:
    passage = hits_of("abc")[0].passage
    assert Span(passage, 100, 103, 0.0, 0.5).end == 103
    with pytest.raises(ValueError, match="not inside its passage"):
        Span(passage, start, end, 0.0, 0.5)


def test_the_settings_name_the_reader(tmp_path: Path) -> None:
    encoder = BagOfWordsEncoder()
    assert isinstance(open_reader(Settings(reader="evidence"), encoder), EvidenceReader)
    with pytest.raises(ModelNotFoundError, match=r"reader\.onnx and reader\.json"):
        open_reader(Settings(reader=str(tmp_path)), encoder)
    assert open_reader(Settings(), encoder).stage == ("reader" if HAS_WEIGHTS else "evidence")


def test_the_best_spans_are_those_of_a_search_of_all() -> None:
    chance = np.random.default_rng(5)
    for size in (1, 2, 7, 60):
        starts, ends = chance.normal(size=(2, size)).astype(np.float32)
        left = [(i, j) for i in range(size) for j in range(i, min(size, i + 40))]
        found = list(best_spans(starts, ends, 5))
        for first, last, score in found:
            i, j = max(left, key=lambda span: float(starts[span[0]] + ends[span[1]]))
            assert (first, last) == (i, j)
            assert score == pytest.approx(float(starts[i] + ends[j]))
            left = [(i, j) for i, j in left if j < first or i > last]
        assert len(found) == 5 or not left


def test_no_span_reaches_beyond_its_cell() -> None:
    starts = np.array([0, 5, 0, 0, 0, 9], np.float32)
    ends = np.array([0, 0, 1, 5, 0, 9], np.float32)
    cells = np.array([0, 0, 0, 1, 1, -1], np.intp)
    assert [span[:2] for span in best_spans(starts, ends, 3, cells)] == [(1, 2), (3, 3), (0, 0)]
    assert not list(best_spans(starts, ends, 3, np.full(6, -1, np.intp)))


def test_an_answer_beyond_what_is_read_at_once_is_found(reader: Reader) -> None:
    hits = hits_of("Nothing happened here. " * 150 + ZOO)
    best = reader.read("How many grams does a kestrel weigh?", hits, {}).spans[0]
    assert "184" in hits[0].passage.text[best.start - 100 : best.end - 100]
