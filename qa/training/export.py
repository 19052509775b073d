"""The trained reader -> an int8 graph: ``python -m qa.training.export MODEL_DIR OUT_DIR``."""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import typer
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertForQuestionAnswering

from qa.models.sessions import fuse
from qa.models.span_models import FACTS, GRAPH
from qa.training.four_bits import BLOCK, ZERO, to_four_bits

# The table of the words' vectors, as the graph names it.
WORDS = "word_embeddings.weight"


class Logits(torch.nn.Module):
    """Start and end logits as two plain outputs."""

    def __init__(self, model: BertForQuestionAnswering) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits of shape (batch, tokens), twice."""
        out = self.model(ids, attention_mask=mask, token_type_ids=types)
        return out.start_logits, out.end_logits


def export(model_dir: Path, out_dir: Path, *, int8: bool = True) -> None:
    """Write ``reader.onnx`` and ``reader.json`` (not calibrated: the span's score counts alone)."""
    model = BertForQuestionAnswering.from_pretrained(model_dir, attn_implementation="eager")
    model.eval()  # type: ignore[no-untyped-call]
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "starts", "ends"]}
    some = torch.ones(2, 16, dtype=torch.long)
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as draft, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw, fused = f"{draft}/raw.onnx", f"{draft}/fused.onnx"
        torch.onnx.export(
            Logits(model),
            (some, some, torch.zeros_like(some)),
            raw,
            input_names=names,
            output_names=["starts", "ends"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        fuse(
            Path(raw),
            Path(fused),
            heads=model.config.num_attention_heads,
            hidden=model.config.hidden_size,
        )
        path = out_dir / GRAPH
        if int8:
            to_int8(Path(fused), path)
        else:
            path.write_bytes(Path(fused).read_bytes())
    write_facts(out_dir)


def write_facts(folder: Path) -> None:
    """Write ``reader.json`` for the graph in ``folder``: its hash, not calibrated."""
    digest = hashlib.sha256((folder / GRAPH).read_bytes()).hexdigest()
    facts = {"sha256": digest, "calibration": {}}
    (folder / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def to_int8(fused: Path, path: Path) -> None:
    """Quantise a fused graph: matrices in int8, a scale for each column; words in four bits.

    The last layer, of two columns, stays in float: its logits are what everything hangs on.
    """
    heads = [n.name for n in onnx.load(fused).graph.node if n.op_type == "MatMul"][-1:]
    quantize_dynamic(
        fused,
        path,
        op_types_to_quantize=["MatMul", "Attention"],
        nodes_to_exclude=heads,
        per_channel=True,
        weight_type=QuantType.QInt8,
        # The fused nodes come without shapes, so their outputs' type is told.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    model = onnx.load(path)
    _quantise_words(model.graph)
    onnx.save(model, path)


def _quantise_words(graph: onnx.GraphProto) -> None:
    """Keep the words' vectors in four bits, each stretch of them with a scale of its own.

    In place, for the ``Gather`` of the table: as float it is two thirds of all weights, and after
    the layers' int8 still a third. A byte holds a value of the vector's first half in its low bits
    and one of the second half in its high ones.
    """
    (stored,) = (each for each in graph.initializer if each.name.endswith(WORDS))
    (gather,) = (node for node in graph.node if stored.name in node.input)
    packed, scales = to_four_bits(numpy_helper.to_array(stored))
    graph.initializer.remove(stored)
    ids, out = gather.input[1], gather.output[0]
    constants: dict[str, NDArray[Any]] = {
        f"{WORDS}_packed": packed,
        f"{WORDS}_scale": scales,
        "word_four": np.array(4, np.uint8),
        "word_sixteen": np.array(16, np.float32),
        "word_zero": np.array(ZERO, np.float32),
        "word_last": np.array([-1], np.int64),
        "word_blocks": np.array([0, 0, -1, BLOCK], np.int64),
        "word_whole": np.array([0, 0, -1], np.int64),
    }
    graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in constants.items())
    at = list(graph.node).index(gather)
    graph.node.remove(gather)
    node = helper.make_node
    for each in reversed(
        [
            node("Gather", [f"{WORDS}_packed", ids], ["word_bytes"]),
            node("BitShift", ["word_bytes", "word_four"], ["word_tops"], direction="RIGHT"),
            node("Cast", ["word_bytes"], ["word_both"], to=TensorProto.FLOAT),
            node("Cast", ["word_tops"], ["word_high"], to=TensorProto.FLOAT),
            node("Mul", ["word_high", "word_sixteen"], ["word_above"]),
            node("Sub", ["word_both", "word_above"], ["word_low"]),
            node("Concat", ["word_low", "word_high"], ["word_levels"], axis=-1),
            node("Sub", ["word_levels", "word_zero"], ["word_signed"]),
            node("Reshape", ["word_signed", "word_blocks"], ["word_in_blocks"]),
            node("Gather", [f"{WORDS}_scale", ids], ["word_halves"]),
            node("Cast", ["word_halves"], ["word_floats"], to=TensorProto.FLOAT),
            node("Unsqueeze", ["word_floats", "word_last"], ["word_scales"]),
            node("Mul", ["word_in_blocks", "word_scales"], ["word_scaled"]),
            node("Reshape", ["word_scaled", "word_whole"], [out]),
        ]
    ):
        graph.node.insert(at, each)


if __name__ == "__main__":
    typer.run(export)
