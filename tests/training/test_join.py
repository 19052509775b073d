from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
import typer
from transformers import BertConfig, BertForQuestionAnswering

from qa.models.encoder import bundled_folder
from qa.models.span_models import GRAPH, GraphSpanModel
from qa.training.export import export
from qa.training.join import main
from qa.training.weights import load_model


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folders = []
    for layers in (2, 1):
        folder = tmp_path_factory.mktemp(f"{layers}-layers")
        torch.manual_seed(layers)
        config = BertConfig.from_pretrained(bundled_folder(), num_hidden_layers=layers)
        model = BertForQuestionAnswering(config)
        for weights in model.parameters():  # of equal ones, zeros say, a graph keeps one
            torch.nn.init.normal_(weights, std=0.1)
        model.save_pretrained(folder)
        export(folder, folder)
        folders.append(folder)
    return folders


def test_the_logits_of_two_readers_are_averaged(readers: list[Path], tmp_path: Path) -> None:
    main(readers[0], readers[1], tmp_path)
    (one, other, both) = (
        next(GraphSpanModel(folder).windows("Where?", "", "The meeting was in Lima."))
        for folder in (*readers, tmp_path)
    )
    assert not np.allclose(one.starts, other.starts)
    np.testing.assert_allclose(both.starts, (one.starts + other.starts) / 2, atol=1e-6)
    np.testing.assert_allclose(both.ends, (one.ends + other.ends) / 2, atol=1e-6)
    assert both.null == pytest.approx((one.null + other.null) / 2, abs=1e-6)


def test_training_goes_on_from_the_first_of_two(readers: list[Path], tmp_path: Path) -> None:
    main(readers[0], readers[1], tmp_path)
    first, loaded = load_model(readers[0]).state_dict(), load_model(tmp_path).state_dict()
    assert first.keys() == loaded.keys()
    assert all(torch.equal(first[name], loaded[name]) for name in first)


def test_what_is_joined_is_not_joined_again(readers: list[Path], tmp_path: Path) -> None:
    main(readers[0], readers[1], tmp_path / "both")
    with pytest.raises(typer.BadParameter, match="of two readers already"):
        main(tmp_path / "both", readers[1], tmp_path / "three")


def test_a_graph_of_another_make_is_refused(readers: list[Path], tmp_path: Path) -> None:
    model = onnx.load(readers[0] / GRAPH)
    for each in model.graph.initializer:
        each.name = f"another/{each.name}"
    onnx.save(model, tmp_path / GRAPH)
    with pytest.raises(ValueError, match=r"is not a reader as qa\.training\.export writes it"):
        load_model(tmp_path)
    model.opset_import[0].version += 1
    onnx.save(model, tmp_path / GRAPH)
    with pytest.raises(typer.BadParameter, match="export both anew"):
        main(readers[0], tmp_path, tmp_path / "both")
