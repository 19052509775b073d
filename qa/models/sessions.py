"""BERT graphs for onnxruntime: fused in the way that is fastest here, and opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# onnxruntime's fused SkipLayerNormalization takes eight times as long as the two steps it stands
# for, a fifth of a whole passage; and it fuses them when a graph is loaded, unless it is told.
_SLOW_FUSIONS = ["SkipLayerNormFusion"]


def fuse(raw: Path, fused: Path, *, heads: int, hidden: int) -> None:
    """Fuse the attention and the GELU of an exported BERT."""
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    options = FusionOptions("bert")
    options.enable_skip_layer_norm = False
    options.enable_embed_layer_norm = False  # slow for the same reason
    graph = optimizer.optimize_model(
        str(raw),
        model_type="bert",
        num_heads=heads,
        hidden_size=hidden,
        opt_level=0,
        optimization_options=options,
    )
    graph.save_model_to_file(str(fused))


def open_session(graph: Path, *, threads: int) -> InferenceSession:
    """Return a session on the processor; running it is thread-safe."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Spinning threads starve a neighbour on a shared machine and win nothing at batch 1.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(graph),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=_SLOW_FUSIONS,
    )
