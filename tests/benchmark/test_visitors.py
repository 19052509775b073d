"""Visitors ask the page as browsers do, and what goes wrong is counted."""

from __future__ import annotations

import asyncio

import pytest

from tests.web.conftest import served
from tests.web.fake_engine import FakeEngine, make_document

psutil = pytest.importorskip("psutil")


def test_visitors_get_answers_each_in_his_own_session() -> None:
    from qa.benchmark.visitors import _crowd

    engine = FakeEngine([make_document("Lions sleep long.")])
    with served(engine) as address:
        crowd = _crowd(address, psutil.Process(), visitors=2, every=0.1, seconds=2.0)
        tally, memory = asyncio.run(crowd)
    assert tally.errors == []
    assert len(tally.seconds) == len(engine.histories) >= 2
    assert len(memory) == 3
    # Only a visitor's first question has no turns before it.
    assert engine.histories.count(()) == 2
