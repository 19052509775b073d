"""The commands ``qa index | ask | evaluate | serve | doctor``."""

from __future__ import annotations

from qa.cli.commands import main

__all__ = ["main"]
