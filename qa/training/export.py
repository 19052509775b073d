"""The trained reader -> an int8 graph: ``python -m qa.training.export MODEL_DIR OUT_DIR``."""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
import typer
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertForQuestionAnswering

from qa.models.sessions import fuse
from qa.models.span_models import FACTS, GRAPH

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
    facts = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "calibration": {}}
    (out_dir / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def to_int8(fused: Path, path: Path) -> None:
    """Quantise a fused graph: a scale for each column of a matrix, and for each word's vector.

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
    """Keep each word's vector as int8 with a scale of its own; a third of the file is this table.

    In place: ``Gather`` becomes two of them, a ``Cast`` and a ``Mul``.
    """
    (stored,) = (each for each in graph.initializer if each.name.endswith(WORDS))
    (gather,) = (node for node in graph.node if stored.name in node.input)
    table = numpy_helper.to_array(stored)
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127
    graph.initializer.remove(stored)
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.round(table / scales).astype(np.int8), f"{WORDS}_quantized"),
            numpy_helper.from_array(scales.astype(np.float32), f"{WORDS}_scale"),
        ]
    )
    ids, out = gather.input[1], gather.output[0]
    at = list(graph.node).index(gather)
    graph.node.remove(gather)
    for node in reversed(
        [
            helper.make_node("Gather", [f"{WORDS}_quantized", ids], ["word_rows"]),
            helper.make_node("Cast", ["word_rows"], ["word_floats"], to=TensorProto.FLOAT),
            helper.make_node("Gather", [f"{WORDS}_scale", ids], ["word_scales"]),
            helper.make_node("Mul", ["word_floats", "word_scales"], [out]),
        ]
    ):
        graph.node.insert(at, node)


if __name__ == "__main__":
    typer.run(export)
