"""The words' table in four bits: a number in [0, 15] for each value, a scale for each block."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

# The table of the words' vectors, as a graph names it.
WORDS = "word_embeddings.weight"

# Values that share a scale.
BLOCK = 32
# The level that stands for 0.
ZERO = 8
# The largest value of a block becomes level 0 or a little beyond, whichever loses least.
_SHRUNK = np.linspace(0.75, 1.05, 7)


def to_four_bits(table: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Return the levels of (rows, n) values, (rows, n / 2), and the scales, (rows, n / 32).

    A byte holds the level of a value of the row's first half in its low bits, of the second half
    in its high bits. A scale has the sign that makes the largest value of its block negative, as
    there is one level more below 0 than above it. ``n`` is a multiple of 64.
    """
    blocks = table.reshape(len(table), -1, BLOCK).astype(np.float32)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(2, keepdims=True), 2)
    best = np.full(largest.shape, np.inf, np.float32)
    levels, scales = np.zeros(blocks.shape, np.uint8), np.zeros(largest.shape, np.float16)
    for shrunk in _SHRUNK:
        scale = (-largest * shrunk / ZERO).astype(np.float16)
        divisor = np.where(scale == 0, 1, scale).astype(np.float32)
        tried = np.clip(np.round(blocks / divisor) + ZERO, 0, 15)
        lost = np.square((tried - ZERO) * scale - blocks).sum(2, keepdims=True)
        better = lost < best
        best = np.where(better, lost, best)
        levels = np.where(better, tried.astype(np.uint8), levels)
        scales = np.where(better, scale, scales)
    low, high = np.split(levels.reshape(table.shape), 2, axis=1)
    return (low | high << 4).astype(np.uint8), scales[:, :, 0]


def from_four_bits(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the (rows, n) values again, none off by more than a quarter of its block's largest."""
    levels = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - ZERO
    blocks = levels.reshape(len(packed), -1, BLOCK) * scales[:, :, None].astype(np.float32)
    return blocks.reshape(levels.shape)


def quantise_words(graph: onnx.GraphProto) -> None:
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
