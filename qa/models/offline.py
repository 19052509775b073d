"""The transformers libraries as this program uses them: without a network, and quiet."""

from __future__ import annotations

import os


def prepare_transformers() -> None:
    """Keep transformers from downloading and from talking; call it before loading a model."""
    # Read when the library is imported: no download, ever, by default.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
