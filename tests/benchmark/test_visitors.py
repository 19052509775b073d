"""Visitors ask the page as browsers do, and what goes wrong is counted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

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


def test_a_page_that_does_not_come_is_told_in_one_sentence(tmp_path: Path) -> None:
    from qa.benchmark.visitors import main

    app = typer.Typer()
    app.command()(main)
    done = CliRunner().invoke(app, ["--corpus", str(tmp_path)])
    assert done.exit_code == 2
    assert done.stderr == (
        "Error: the page did not come: the program ended with status 2. Try: qa doctor\n"
    )
