from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wording.scripted_server import Script, scripted_server


@pytest.fixture
def served() -> Iterator[tuple[str, Script]]:
    """The URL of a scripted server, and its script."""
    with scripted_server() as url_and_script:
        yield url_and_script
