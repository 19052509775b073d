"""A folder of weights -> a model to train; an int8 graph too, so that what is shipped can go on."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import BertConfig, BertForQuestionAnswering

from qa.models.encoder import bundled_folder
from qa.models.span_models import GRAPH
from qa.training.four_bits import WORDS, from_four_bits

_OTHER_GRAPH = (
    "{} is not a reader as qa.training.export writes it, of a model like the encoder but for the"
    " number of its layers."
)
# Of each layer, the matrices that are plain multiplications, in the order of the graph.
_MATRICES = ("attention.output.dense", "intermediate.dense", "output.dense")


def load_model(folder: Path) -> BertForQuestionAnswering:
    """Return the model in a folder: the encoder's, a run's, or a graph's.

    A graph, as ``qa.training.export`` writes it, is taken to be of the encoder's shape, but for
    the number of its layers.

    Raises:
        ValueError: the graph is another one.
    """
    graph = folder / GRAPH
    weights = bundled_folder() if graph.exists() else folder
    # Dropout is added by qa.training.noise: drawing torch's masks takes a third of the time on a
    # processor. Eager attention is the faster one to go back through in bfloat16 (3,200 against
    # 2,300 tokens/s).
    config = BertConfig.from_pretrained(
        weights,
        num_labels=2,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    if graph.exists():
        stored = arrays_of(onnx.load(graph).graph)
        config.num_hidden_layers = sum(name.endswith("_qkv_bias") for name in stored)
        model = BertForQuestionAnswering(config)
        _fill(model, stored, graph)
        return model
    return BertForQuestionAnswering.from_pretrained(weights, config=config)


def same_shape(one: BertForQuestionAnswering, other: BertForQuestionAnswering) -> bool:
    """Tell whether two models have the same weights by name and shape, so that they can mix."""
    shapes = [{k: v.shape for k, v in each.state_dict().items()} for each in (one, other)]
    return shapes[0] == shapes[1]


def copy_tokenizer(folder: Path) -> None:
    """Put the encoder's tokenizer beside a model, so that transformers can load the folder."""
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(bundled_folder() / name, folder / name)


def go_back(model: BertForQuestionAnswering, share: float, home: Path) -> None:
    """Move the weights of ``model`` a share of the way to those in ``home``, but for the head.

    What was learnt by heart goes first (Ash & Adams 2020; Wortsman et al. 2022). The words'
    embeddings go all the way back.

    Raises:
        ValueError: the two are of different shapes.
    """
    old = load_model(home)
    if not same_shape(model, old):
        raise ValueError(
            f"the reader has {model.config.num_hidden_layers} layers and {home}"
            f" {old.config.num_hidden_layers}, or another width: name with --back-to a folder of"
            " weights that is like it."
        )
    goal, state = old.state_dict(), model.state_dict()
    for name, value in state.items():
        if name.startswith("bert.") and value.is_floating_point():
            value.lerp_(goal[name], 1 if "word_embeddings" in name else share)


def _fill(model: BertForQuestionAnswering, stored: dict[str, NDArray[Any]], graph: Path) -> None:
    """Fill ``model`` with the weights that ``qa.training.export`` wrote, in int8 or float.

    Raises:
        ValueError: the graph in the file ``graph`` has other weights.
    """
    small = re.compile(r"(.+)_(?:quantized|packed)")
    weights = {match[1] for name in stored if (match := small.fullmatch(name))}
    floats = {name: dequantised(stored, name) for name in stored.keys() | weights}
    state = {
        name.removeprefix("model."): value
        for name, value in floats.items()
        if name.startswith("model.")
    }
    # Their names end in numbers that ascend from the first layer to the last.
    matrices = sorted(
        (name for name in floats if re.fullmatch(r"onnx::MatMul_\d+", name)),
        key=lambda name: int(name.rpartition("_")[2]),
    )
    layers = range(model.config.num_hidden_layers)
    words = [name for name in floats if name.endswith(WORDS)]
    joined = [f"Attention_{layer}_qkv_{kind}" for layer in layers for kind in ("weight", "bias")]
    if not floats.keys() >= set(joined) or len(matrices) != 3 * len(layers) + 1 or len(words) != 1:
        raise ValueError(_OTHER_GRAPH.format(graph))
    for layer in layers:
        place = f"bert.encoder.layer.{layer}"
        for kind in ("weight", "bias"):
            parts = np.split(floats[f"Attention_{layer}_qkv_{kind}"], 3, axis=-1)
            for name, part in zip(("query", "key", "value"), parts, strict=True):
                state[f"{place}.attention.self.{name}.{kind}"] = part.T
        for name, matrix in zip(_MATRICES, matrices[3 * layer :], strict=False):
            state[f"{place}.{name}.weight"] = floats[matrix].T
    state["qa_outputs.weight"] = floats[matrices[-1]].T
    state[f"bert.embeddings.{WORDS}"] = floats[words[0]]
    wanted = model.state_dict()
    if {k: v.shape for k, v in wanted.items()} != {k: state[k].shape for k in wanted if k in state}:
        raise ValueError(_OTHER_GRAPH.format(graph))
    model.load_state_dict({name: torch.tensor(state[name]) for name in wanted})


def arrays_of(graph: onnx.GraphProto) -> dict[str, NDArray[Any]]:
    """Return the tensors that a graph stores, by name, each of its own dtype."""
    return {each.name: numpy_helper.to_array(each) for each in graph.initializer}


def dequantised(stored: dict[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    """Return a graph's tensor in float, ``stored`` as it is, in four bits, or in int8."""
    if name in stored:
        return stored[name].astype(np.float32)
    if f"{name}_packed" in stored:
        return from_four_bits(stored[f"{name}_packed"], stored[f"{name}_scale"])
    zero = stored.get(f"{name}_zero_point", np.zeros(1, np.int8)).astype(np.float32)
    scale: NDArray[np.float32] = stored[f"{name}_scale"]
    return (stored[f"{name}_quantized"].astype(np.float32) - zero) * scale
