"""The trained reader -> an int8 graph: ``python -m qa.training.export MODEL_DIR OUT_DIR``."""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
import typer
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertForQuestionAnswering

from qa.evaluation.files import sha256_of_files
from qa.models.sessions import fuse
from qa.models.span_models import FACTS, GRAPH
from qa.store.files import replace_atomically
from qa.training.four_bits import quantise_words


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
        raw, fused = Path(draft) / "raw.onnx", Path(draft) / "fused.onnx"
        torch.onnx.export(
            Logits(model),
            (some, some, torch.zeros_like(some)),
            str(raw),
            input_names=names,
            output_names=["starts", "ends"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        config = model.config
        fuse(raw, fused, heads=config.num_attention_heads, hidden=config.hidden_size)
        if int8:
            to_int8(fused)
        replace_atomically(out_dir / GRAPH, lambda path: shutil.copyfile(fused, path))
    # What qa.training.reader taught reads leads.
    facts = {"sha256": sha256_of_files(out_dir / GRAPH), "leads": True, "calibration": {}}
    written = json.dumps(facts, indent=1) + "\n"
    replace_atomically(out_dir / FACTS, lambda draft: draft.write_text(written, "utf-8"))


def to_int8(path: Path) -> None:
    """Quantise a fused graph: matrices in int8, a scale for each column; words in four bits.

    In place. The last layer, of two columns, stays in float: everything hangs on its logits.
    """
    heads = [n.name for n in onnx.load(path).graph.node if n.op_type == "MatMul"][-1:]
    quantize_dynamic(
        path,
        path,
        op_types_to_quantize=["MatMul", "Attention"],
        nodes_to_exclude=heads,
        per_channel=True,
        weight_type=QuantType.QInt8,
        # The fused nodes come without shapes, so their outputs' type is told.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    model = onnx.load(path)
    quantise_words(model.graph)
    onnx.save(model, path)


if __name__ == "__main__":
    typer.run(export)
