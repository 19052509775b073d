from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from qa.training.four_bits import BLOCK, WORDS, from_four_bits, quantise_words, to_four_bits


def test_what_has_sixteen_levels_comes_back_as_it_was() -> None:
    table = (np.tile(np.arange(-8, 8), (3, 8)) / 4).astype(np.float32)
    packed, scales = to_four_bits(table)
    assert packed.shape == (3, 64)
    assert scales.shape == (3, 128 // BLOCK)
    np.testing.assert_array_equal(from_four_bits(packed, scales), table)


@pytest.mark.parametrize("size", [1e-3, 1, 100])
def test_nothing_is_off_by_more_than_a_quarter_of_its_block(size: float) -> None:
    table = np.random.default_rng(5).normal(0, size, (200, 128)).astype(np.float32)
    back = from_four_bits(*to_four_bits(table))
    largest = np.abs(table).reshape(200, -1, BLOCK).max(2).repeat(BLOCK, 1)
    assert (np.abs(back - table) <= largest / 4).all()
    assert np.square(back - table).mean() < 0.01 * np.square(table).mean()


def test_zeros_stay_zeros() -> None:
    np.testing.assert_array_equal(from_four_bits(*to_four_bits(np.zeros((2, 64), np.float32))), 0)


def test_a_graph_gives_the_same_vectors() -> None:
    table = np.random.default_rng(5).normal(0, 1, (50, 128)).astype(np.float32)
    name = f"model.{WORDS}"
    graph = helper.make_graph(
        [helper.make_node("Gather", [name, "ids"], ["vectors"])],
        "words",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "tokens"])],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", "tokens", 128])],
        [numpy_helper.from_array(table, name)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    quantise_words(model.graph)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    ids = np.array([[0, 7, 49], [7, 3, 3]])
    (vectors,) = session.run(None, {"ids": ids})
    np.testing.assert_array_equal(vectors, from_four_bits(*to_four_bits(table))[ids])
