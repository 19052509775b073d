"""Readers while somebody writes: they see what is committed at once, and wait for nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import qa.store.store
from qa.store import database
from qa.store.lexical import LexicalIndex
from qa.web.engine import Engine
from tests.robustness.qa_process import run_qa
from tests.robustness.shelf import ARTICLES, QUESTIONS, Shelf

HERON = "How much does the heron weigh?"


def test_what_another_process_commits_is_seen_by_the_next_question(shelf: Shelf) -> None:
    shelf.update()
    assistant = shelf.open()
    page: Engine = assistant
    assert all(c.document_id != "heron.txt" for c in assistant.ask(HERON).citations)
    heron = shelf.corpus.with_name("heron.txt")
    for weight in ("two", "three"):
        heron.write_text(f"The heron weighs {weight} kilograms.")
        assert run_qa("add", heron, "--index-dir", shelf.index).returncode == 0
        quotes = [citation.quote for citation in page.ask(HERON).citations]
        assert quotes[0] == f"The heron weighs {weight} kilograms."
        assert page.document("heron.txt").text == heron.read_text()
    assert run_qa("remove", "heron.txt", "--index-dir", shelf.index).returncode == 0
    assert [document.id for document in page.facts()] == sorted(ARTICLES)
    assert all(c.document_id != "heron.txt" for c in page.ask(HERON).citations)
    assistant.store.close()


STEPS = [
    (database, "add_document"),
    (LexicalIndex, "advance"),
    (qa.store.store, "renew"),
    (database, "purge"),
    (database, "shrink"),
    (qa.store.store, "set_current"),
]


@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
def test_no_step_of_an_update_makes_a_question_wait(
    shelf: Shelf, owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer stands still after the step, in the middle of its transaction if it has one."""
    shelf.update()
    before = shelf.answers()
    assistant = shelf.open()
    reached, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(owner, name, stopping(getattr(owner, name), reached, go_on))
    shelf.put({"tea.txt": "Tea was first drunk in Assam. It is never drunk cold there."})
    rebuild = name == "set_current"  # an update stays in its generation
    writer = threading.Thread(target=lambda: shelf.update(rebuild=rebuild))
    writer.start()
    assert reached.wait(30)
    began = time.monotonic()
    seen = [assistant.ask(question) for question in QUESTIONS]
    now = shelf.answers()
    elapsed = time.monotonic() - began
    assert not go_on.is_set()
    go_on.set()
    writer.join()
    assert elapsed < 10  # the writer would have waited for 30
    after = shelf.answers()
    assert now in (before, after)
    # What is open stays at the old state until the new one is published.
    texts = [[text for text, *_ in answers] for answers in (before, after)]
    assert [answer.text for answer in seen] in texts
    assistant.store.close()


def stopping(
    step: Callable[..., Any], reached: threading.Event, go_on: threading.Event
) -> Callable[..., Any]:
    def stop(*arguments: Any, **options: Any) -> Any:
        result = step(*arguments, **options)
        reached.set()
        go_on.wait(30)
        return result

    return stop
