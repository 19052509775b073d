"""The words' table in four bits: a number in [0, 15] for each value, a scale for each block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
