"""A server that runs for long holds no more of its visitors than they still see."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from qa.benchmark.visitors import _ask, _asking
from qa.settings import Settings
from qa.web.server import build_app

from .conftest import running
from .fake_engine import FakeEngine, make_document

QUESTIONS = 20


def test_what_was_shown_before_is_not_kept(tmp_path: Path) -> None:
    engine = FakeEngine([make_document("The kestrel weighs 184 grams.")])
    application = build_app(engine, Settings(feedback_dir=tmp_path))
    page = application.routes[-1].app.get_blocks()  # type: ignore[attr-defined]
    sessions = page.state_holder.session_data

    async def ask(address: str, session: str, times: int) -> None:
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            asking = _asking((await client.get("/config")).json())
            for _ in range(times):
                await _ask(client, asking, session, "How much does the kestrel weigh?")

    # Playwright keeps an event loop of its own running in the tests' thread.
    with running(application) as address, ThreadPoolExecutor(1) as pool:

        def asked(session: str, times: int) -> None:
            pool.submit(lambda: asyncio.run(ask(address, session, times))).result()

        asked("ann", QUESTIONS)
        kept = len(sessions["ann"].config_values)
        assert kept < len(page.blocks) + QUESTIONS
        asked("ann", QUESTIONS)
        assert len(sessions["ann"].config_values) == kept
        # As they are when the page was left, and when Gradio's hour is over.
        sessions["ann"].is_closed = True
        asked("bob", 1)
        assert "ann" in sessions
        sessions["ann"].state_data.clear()
        asked("bob", 1)
        assert set(sessions) == {"bob"}
