"""The examples in the docstrings of the readers say what is true."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import qa.documents

MODULES = [
    module.name
    for module in pkgutil.walk_packages(qa.documents.__path__, "qa.documents.")
    if not module.ispkg
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
