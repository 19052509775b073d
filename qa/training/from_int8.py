"""An encoder's int8 graph -> weights to begin from: ``python -m qa.training.from_int8 GRAPH OUT``.

docs/training.md says which package holds the graph of BGE-small, which is as wide as the bundled
encoder and knows the same words, but has twelve layers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import onnx
import torch
import typer
from transformers import BertConfig, BertForQuestionAnswering

from qa.models.encoder import bundled_folder
from qa.training.weights import arrays_of, copy_tokenizer, dequantised

# What optimum calls the product of a matrix, with the matrix's name in it.
_PRODUCT = re.compile(r"/(encoder/layer\.\d+/.+)/MatMul_output_0_output_quantized")
_KNOWN = ("embeddings.", "encoder.")


def main(
    graph: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="model_quantized.onnx")
    ],
    out: Annotated[Path, typer.Argument(help="Folder for a model that transformers can load.")],
) -> None:
    """Write the weights of GRAPH, which optimum wrote in int8, to OUT, with a head still untaught.

    Raises:
        typer.BadParameter: the graph is of another shape than the bundled encoder's but for its
            layers.
    """
    onnx_graph = onnx.load(graph).graph
    stored = arrays_of(onnx_graph)
    names = {
        name.removesuffix("_quantized")
        for name in stored
        if name.startswith(_KNOWN) and not name.endswith(("_scale", "_zero_point"))
    }
    state = {name: dequantised(stored, name) for name in names}
    for node in onnx_graph.node:
        if node.op_type == "MatMulInteger" and (product := _PRODUCT.fullmatch(node.output[0])):
            matrix = dequantised(stored, node.input[1].removesuffix("_quantized"))
            state[product[1].replace("/", ".") + ".weight"] = matrix.T
    layers = {match[1] for name in state if (match := re.match(r"encoder\.layer\.(\d+)\.", name))}
    config = BertConfig.from_pretrained(
        bundled_folder(), num_labels=2, num_hidden_layers=len(layers)
    )
    model = BertForQuestionAnswering(config)
    try:
        model.bert.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    except RuntimeError as error:
        raise typer.BadParameter(
            f"{graph} is no int8 graph, as optimum writes it, of a BERT as wide as the bundled"
            " encoder: docs/training.md names one that is."
        ) from error
    model.save_pretrained(out)
    copy_tokenizer(out)


if __name__ == "__main__":
    typer.run(main)
