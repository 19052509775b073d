from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module

import pytest

import qa

HEAVY = {
    "faiss", "gradio", "numpy", "onnxruntime", "pydantic", "pydantic_settings",
    "sentence_transformers", "tantivy", "tokenizers", "torch", "transformers",
}  # fmt: skip


def test_the_public_names_are_sorted_and_complete() -> None:
    assert qa.__all__ == sorted(qa.__all__)
    assert len(set(qa.__all__)) == len(qa.__all__)
    assert set(qa.__all__) == {name for names in qa._HOMES.values() for name in names}
    for module, names in qa._HOMES.items():
        for name in names:
            assert getattr(qa, name) is getattr(import_module(module), name)


def test_a_name_that_is_not_public() -> None:
    with pytest.raises(AttributeError, match="module 'qa' has no attribute 'nothing'"):
        _ = qa.nothing


def test_from_qa_import_star() -> None:
    code = "from qa import *; import qa; print(all(name in globals() for name in qa.__all__))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import json, sys; import qa; print(json.dumps([name.partition('.')[0] "
        "for name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(json.loads(done.stdout))
