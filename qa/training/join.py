"""Two readers in one graph: ``python -m qa.training.join READER OTHER OUT``.

Both read, and the logits are the mean of theirs. Readers that began at different weights err in
different places, so that two together read better than either (Lakshminarayanan et al. 2017).
Whoever trains on from OUT goes on from READER alone.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import typer
from onnx import helper
from onnx.compose import add_prefix

from qa.models.span_models import GRAPH
from qa.store.files import replace_atomically
from qa.training.export import write_facts
from qa.training.weights import FIRST

_PREFIXES = (FIRST, "second/")


def main(reader: Path, other: Path, out: Path) -> None:
    """Join the graphs in READER and OTHER, as ``qa.training.export`` writes them, into OUT.

    It is not calibrated.

    Raises:
        typer.BadParameter: one of them is of two readers already, or they were not exported alike.
    """
    try:
        joined = join(onnx.load(reader / GRAPH), onnx.load(other / GRAPH))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    replace_atomically(out / GRAPH, lambda draft: onnx.save(joined, draft))
    write_facts(out)


def join(one: onnx.ModelProto, other: onnx.ModelProto) -> onnx.ModelProto:
    """Return a graph of the same inputs and outputs, each output the mean of both models'.

    Raises:
        ValueError: one is joined already, or they differ in inputs, outputs or ONNX's version.
    """
    for model in (one, other):
        if any(each.name.startswith(_PREFIXES) for each in model.graph.initializer):
            raise ValueError("one of the two is of two readers already, and three have no mean.")
    if _outside(one) != _outside(other):
        raise ValueError("the two differ in inputs, outputs or ONNX's version: export both anew.")
    joined = onnx.ModelProto()
    joined.CopyFrom(one)
    graph = joined.graph
    for field in ("node", "initializer", "value_info"):
        graph.ClearField(field)
    for prefix, model in zip(_PREFIXES, (one, other), strict=True):
        part = add_prefix(model, prefix).graph
        graph.node.extend(
            helper.make_node("Identity", [each.name], [f"{prefix}{each.name}"])
            for each in graph.input
        )
        graph.node.extend(part.node)
        graph.initializer.extend(part.initializer)
    for each in graph.output:
        parts = [f"{prefix}{each.name}" for prefix in _PREFIXES]
        graph.node.append(helper.make_node("Mean", parts, [each.name]))
    onnx.checker.check_model(joined)
    return joined


def _outside(model: onnx.ModelProto) -> tuple[list[str], list[str], dict[str, int]]:
    """Return the names of a model's inputs and outputs, and the versions of its operators."""
    versions = {each.domain: each.version for each in model.opset_import}
    return [i.name for i in model.graph.input], [o.name for o in model.graph.output], versions


if __name__ == "__main__":
    typer.run(main)
