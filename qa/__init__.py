"""Ask questions about articles; get answers with exact, checkable citations."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.assistant import Assistant, ask, build_index
    from qa.datatypes import Answer, Citation, Document, Hit, Passage, Turn
    from qa.errors import QAError
    from qa.settings import Settings

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Document",
    "Hit",
    "Passage",
    "QAError",
    "Settings",
    "Turn",
    "ask",
    "build_index",
]

_HOMES = {
    "qa.assistant": ("Assistant", "ask", "build_index"),
    "qa.datatypes": ("Answer", "Citation", "Document", "Hit", "Passage", "Turn"),
    "qa.errors": ("QAError",),
    "qa.settings": ("Settings",),
}


def __getattr__(name: str) -> object:
    # Loaded when first asked for, so that `import qa` is instant.
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(module), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
