from __future__ import annotations

from pathlib import Path

import pytest
import typer

torch = pytest.importorskip("torch")
from transformers import BertConfig, BertForQuestionAnswering  # noqa: E402

from qa.models.encoder import bundled_folder  # noqa: E402
from qa.reading.choice import bundled_reader  # noqa: E402
from qa.training.export import export  # noqa: E402
from qa.training.mean import main  # noqa: E402
from qa.training.weights import go_back, load_model  # noqa: E402


def small_model(folder: Path, seed: int, layers: int = 1) -> Path:
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=20,
        hidden_size=8,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=8,
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    return folder


def test_the_mean_of_two_readers(tmp_path: Path) -> None:
    one, other = small_model(tmp_path / "one", 1), small_model(tmp_path / "other", 2)
    main(tmp_path / "mean", [one, other])
    weights = [load_model(folder).qa_outputs.weight for folder in (one, other, tmp_path / "mean")]
    assert not torch.equal(weights[0], weights[1])
    assert torch.allclose((weights[0] + weights[1]) / 2, weights[2])


def test_the_mean_of_the_bundled_reader_and_itself(tmp_path: Path) -> None:
    main(tmp_path / "same", [bundled_reader(), bundled_reader()])
    bundled = load_model(bundled_reader()).state_dict()
    same = load_model(tmp_path / "same").state_dict()
    assert all(torch.allclose(bundled[name], same[name]) for name in bundled)


@pytest.mark.parametrize("order", [1, -1])
def test_readers_of_different_depth_have_no_mean(tmp_path: Path, order: int) -> None:
    one, other = small_model(tmp_path / "one", 1), small_model(tmp_path / "other", 1, layers=2)
    with pytest.raises(typer.BadParameter, match="of another shape than"):
        main(tmp_path / "mean", [one, other][::order])


def test_going_back_to_the_encoder_keeps_the_head() -> None:
    model, encoder = load_model(bundled_folder()), load_model(bundled_folder()).state_dict()
    for weights in model.parameters():
        torch.nn.init.normal_(weights)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    go_back(model, 0.25, bundled_folder())
    after = model.state_dict()
    name = "bert.encoder.layer.3.output.dense.weight"
    assert torch.allclose(after[name], before[name] * 0.75 + encoder[name] * 0.25, atol=1e-6)
    assert torch.equal(after["qa_outputs.weight"], before["qa_outputs.weight"])


def test_a_model_of_another_shape_cannot_go_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"has 1 layers and .* 6.*: name with --back-to"):
        go_back(load_model(small_model(tmp_path, 1)), 0.5, bundled_folder())


def test_a_graph_may_have_fewer_layers_than_the_encoder(tmp_path: Path) -> None:
    config = BertConfig.from_pretrained(bundled_folder(), num_hidden_layers=2)
    model = BertForQuestionAnswering(config)
    for weights in model.parameters():  # of equal ones, zeros say, a graph keeps one
        torch.nn.init.normal_(weights)
    model.save_pretrained(tmp_path / "two")
    export(tmp_path / "two", tmp_path / "graph", int8=False)
    before, after = model.state_dict(), load_model(tmp_path / "graph").state_dict()
    assert before.keys() == after.keys()
    assert all(torch.allclose(before[name], after[name], atol=1e-6) for name in before)
