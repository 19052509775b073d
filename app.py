"""Serve the chat page: ``python app.py``, then open http://127.0.0.1:7860."""

from __future__ import annotations

import os

from qa.errors import QAError
from qa.web.server import address_from_environment, serve


def main() -> None:
    """Serve, or end with one sentence and exit status 1."""
    try:
        serve(os.environ.get("QA_INDEX_DIR", "index"), *address_from_environment())
    except QAError as error:
        raise SystemExit(f"qa: {error}") from error


if __name__ == "__main__":
    main()
