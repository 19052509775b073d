"""The trained reader -> an int8 graph: ``python -m qa.training.export MODEL_DIR OUT_DIR``."""

from __future__ import annotations

import hashlib
import json
import tempfile
import warnings
from pathlib import Path

import torch
import typer
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from transformers import BertForQuestionAnswering

from qa.models.span_models import FACTS, GRAPH


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
        graph = optimizer.optimize_model(
            raw, model_type="bert", num_heads=12, hidden_size=384, opt_level=0
        )
        graph.save_model_to_file(fused)
        path = out_dir / GRAPH
        if int8:
            quantize_dynamic(
                fused,
                path,
                per_channel=True,
                weight_type=QuantType.QInt8,
                # The fused nodes come without shapes, so their outputs' type is told.
                extra_options={"DefaultTensorType": TensorProto.FLOAT},
            )
        else:
            path.write_bytes(Path(fused).read_bytes())
    facts = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "calibration": {}}
    (out_dir / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(export)
