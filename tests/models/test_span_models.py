"""The same question and text through the exported graph and through transformers itself."""

from __future__ import annotations

import dataclasses
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ModelDamagedError, ModelNotFoundError
from qa.models import span_models
from qa.models.span_models import (
    FACTS,
    GRAPH,
    CalibrationFacts,
    GraphSpanModel,
    NamedSpanModel,
    SpanModel,
    read_facts,
)
from qa.reading.choice import open_reader, reader_in_use
from qa.reading.span_reader import Calibration
from qa.settings import Settings
from qa.training.export import export
from qa.training.weights import load_model
from tests.fakes import BagOfWordsEncoder

QUESTION = "How much does a kestrel weigh?"
TEXT = "Kestrels hover above fields, up to 40 m high. A kestrel weighs 184 grams — no more."


@pytest.fixture(scope="module")
def graph_folder(small_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("graph")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        export(small_model, out, int8=False)
    return out


@pytest.fixture(scope="module", params=["graph", "named"])
def model(request: pytest.FixtureRequest, small_model: Path, graph_folder: Path) -> SpanModel:
    if request.param == "graph":
        return GraphSpanModel(graph_folder)
    return NamedSpanModel(small_model, threads=1)


def test_the_graph_gives_the_logits_of_the_model(small_model: Path, graph_folder: Path) -> None:
    (ours,) = GraphSpanModel(graph_folder).windows(QUESTION, "", TEXT)
    (theirs,) = NamedSpanModel(small_model, threads=1).windows(QUESTION, "", TEXT)
    assert list(ours.offsets) == list(theirs.offsets)
    np.testing.assert_allclose(ours.starts, theirs.starts, atol=1e-4)
    np.testing.assert_allclose(ours.ends, theirs.ends, atol=1e-4)
    assert ours.null == pytest.approx(theirs.null, abs=1e-4)


def test_int8_is_near_and_can_be_trained_further(small_model: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        export(small_model, tmp_path)
    assert (tmp_path / GRAPH).stat().st_size < (
        small_model / "model.safetensors"
    ).stat().st_size / 3
    original, restored = load_model(small_model), load_model(tmp_path)
    for (name, ours), theirs in zip(
        restored.state_dict().items(), original.state_dict().values(), strict=True
    ):
        most = 0.1 if "word_embeddings" in name else 0.03  # of four bits and of eight
        assert (ours - theirs).norm() <= most * theirs.norm(), name
    (whole,) = NamedSpanModel(small_model, threads=1).windows(QUESTION, "", TEXT)
    (int8,) = GraphSpanModel(tmp_path).windows(QUESTION, "", TEXT)
    assert np.corrcoef(int8.starts, whole.starts)[0, 1] > 0.98


def test_a_window_holds_the_tokens_of_the_text_alone(model: SpanModel) -> None:
    (window,) = model.windows(QUESTION, "", TEXT)
    assert [TEXT[a:b] for a, b in window.offsets[:3]] == ["Ke", "strel", "s"]
    assert TEXT[slice(*window.offsets[-1])] == "."
    assert len(window.offsets) == len(window.starts) == len(window.ends)


def test_a_lead_is_read_by_a_graph_that_was_taught_to(graph_folder: Path, tmp_path: Path) -> None:
    (alone,) = GraphSpanModel(graph_folder).windows(QUESTION, "", TEXT)
    (led,) = GraphSpanModel(graph_folder).windows(QUESTION, "A bird of prey. " * 99, TEXT)
    assert led.offsets == alone.offsets
    assert not np.array_equal(led.starts, alone.starts)
    older = shutil.copytree(graph_folder, tmp_path / "older")
    facts = json.loads((older / FACTS).read_text()) | {"leads": False}
    (older / FACTS).write_text(json.dumps(facts))
    (unled,) = GraphSpanModel(older).windows(QUESTION, "A bird of prey.", TEXT)
    assert np.array_equal(unled.starts, alone.starts)


def test_a_long_text_is_read_in_windows_that_miss_nothing(model: SpanModel) -> None:
    text = "Word after word is read. " * 300
    windows = list(model.windows(QUESTION, "", text))
    assert len(windows) > 2
    seen = {offset for window in windows for offset in window.offsets}
    assert "".join(text[a:b] for a, b in sorted(seen)) == text.replace(" ", "")


def test_nothing_to_read_and_a_question_too_long(model: SpanModel) -> None:
    assert list(model.windows(QUESTION, "", " \u200b")) == []
    (window,) = model.windows("why " * 5000, "", TEXT)
    assert np.isfinite(window.starts).all()


def test_a_folder_of_transformers_can_be_named(small_model: Path, tmp_path: Path) -> None:
    reader = open_reader(Settings(reader=str(small_model)), BagOfWordsEncoder())
    assert reader.stage == "reader"
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelNotFoundError, match="question-answering model"):
        open_reader(Settings(reader=str(tmp_path)), BagOfWordsEncoder())


def test_a_model_without_the_head_is_refused(small_model: Path, tmp_path: Path) -> None:
    from transformers import BertModel

    shutil.copytree(small_model, tmp_path, dirs_exist_ok=True)
    BertModel.from_pretrained(small_model, add_pooling_layer=False).save_pretrained(tmp_path)
    with pytest.raises(
        ModelDamagedError, match=r"no qa_outputs\.bias.*another reader in QA_READER"
    ):
        open_reader(Settings(reader=str(tmp_path)), BagOfWordsEncoder())


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"sha256": 1}',
        '{"sha256": "0", "leads": "yes"}',
        '{"sha256": "0", "calibration": []}',
        '{"sha256": "0", "calibration": {"slop": 1}}',
        '{"sha256": "0", "calibration": {"slope": "1"}}',
    ],
)
def test_damaged_facts_are_refused(facts: str, tmp_path: Path) -> None:
    (tmp_path / GRAPH).touch()
    (tmp_path / FACTS).write_text(facts)
    settings = Settings(reader=str(tmp_path))
    with pytest.raises(ModelDamagedError, match=r"reader\.json: it .*another reader"):
        open_reader(settings, BagOfWordsEncoder())
    with pytest.raises(ModelDamagedError, match=r"reader\.json: it .*another reader"):
        reader_in_use(settings)


def test_the_facts_of_a_calibration_are_its_fields() -> None:
    fields = {field.name for field in dataclasses.fields(Calibration)}
    assert CalibrationFacts.__optional_keys__ == fields


def test_what_to_do_depends_on_whose_reader_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / FACTS).write_text("[]")
    monkeypatch.setattr(span_models, "__file__", str(tmp_path / "span_models.py"))
    with pytest.raises(ModelDamagedError, match="Install qa again"):
        read_facts(tmp_path / "weights")


def test_damaged_weights_are_refused(graph_folder: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(graph_folder, tmp_path / "broken")
    with (broken / GRAPH).open("r+b") as file:
        file.seek(2000)
        file.write(b"\x00\x01\x02")
    with pytest.raises(ModelDamagedError, match="another reader"):
        GraphSpanModel(broken)
    assert read_facts(tmp_path) == {}
