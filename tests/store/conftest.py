from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def nothing_is_mended(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The store mends what is damaged and says so: it must not damage anything by itself."""
    yield
    for when in ("setup", "call"):
        messages = [record.getMessage() for record in caplog.get_records(when)]
        assert not [message for message in messages if "is damaged" in message]
