from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import torch
import typer
from onnxruntime.quantization import quantize_dynamic
from transformers import BertModel

from qa.models.span_models import GRAPH
from qa.reading.choice import bundled_reader
from qa.training.from_int8 import main
from qa.training.weights import load_model

IDS = torch.tensor([[101, 2040, 2003, 1996, 2343, 1029, 102]])


class Encoder(torch.nn.Module):
    """What ``BertModel`` does where nothing is masked, with its names."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.embeddings, self.encoder = bert.embeddings, bert.encoder

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        hidden: torch.Tensor = self.encoder(self.embeddings(ids)).last_hidden_state
        return hidden


@pytest.fixture
def graph(small_model: Path, tmp_path: Path) -> Path:
    """Write the encoder of ``small_model`` in int8 as optimum does."""
    encoder = Encoder(load_model(small_model).bert)
    encoder.eval()
    raw, path = tmp_path / "model.onnx", tmp_path / "model_quantized.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(encoder, (IDS,), raw, input_names=["input_ids"], dynamo=False)
        quantize_dynamic(raw, path, per_channel=True)
    return path


def test_the_weights_are_those_of_the_graph(graph: Path, small_model: Path, tmp_path: Path) -> None:
    main(graph, tmp_path / "out")
    with torch.no_grad():
        before, after = (
            load_model(folder).bert(IDS).last_hidden_state[0]
            for folder in (small_model, tmp_path / "out")
        )
    assert torch.cosine_similarity(before, after).min() > 0.99


def test_a_graph_of_another_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="no int8 graph.*docs/training.md"):
        main(bundled_reader() / GRAPH, tmp_path / "out")
