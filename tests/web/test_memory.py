"""Freed memory goes back: looked at in a process of its own, for the setting stays."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Blocks just below what glibc's limit grows to, each with something small behind it that stays.
_SCATTERED = """
import psutil, sys
from qa.web.memory import give_back_freed_memory
if "give" in sys.argv:
    give_back_freed_memory()
bytearray(30_000_000)  # seen once, such a block raises the limit
blocks, small = [], []
for number in range(200):
    blocks.append(b"x" * 1_000_000)
    small.append(b"x" * 100_000)
del blocks
print(psutil.Process().memory_info().rss)
"""


def resident(*arguments: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _SCATTERED, *arguments], capture_output=True, check=True, text=True
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's setting")
def test_what_lay_between_goes_back() -> None:
    assert resident() - resident("give") > 100_000_000
