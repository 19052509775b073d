"""Memory that a server has freed goes back to the system."""

from __future__ import annotations

import ctypes
import sys

# <malloc.h> of glibc.
_M_MMAP_THRESHOLD = -3
_BYTES = 128 * 1024


def give_back_freed_memory() -> None:
    """Have glibc give freed blocks of 128 kB and more back at once; elsewhere, do nothing.

    Left alone it raises this limit to 32 MB with the blocks that it sees, and what a long
    conversation was shown as lies scattered among what stays.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    # Other C libraries have no such setting.
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _BYTES)
