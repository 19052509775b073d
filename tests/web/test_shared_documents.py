"""A server whose visitors share what they add: everyone sees, asks and removes it, and it stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from qa.assistant import Assistant
from qa.errors import IndexNotWritableError
from qa.settings import Settings
from qa.web.desks import Desks, VisitorEngine
from qa.web.own.endpoint import OWN_DOCUMENTS, endpoint_of
from qa.web.own.shared import SharedShelf
from qa.web.own.shelves import Shelf, ShelfError
from qa.web.texts import read_texts
from qa.web.visit import Visit, cites_own

from .conftest import Open, served
from .test_own_browser import QUESTION, SECRET, arrivals, file, listed, opened
from .test_page_browser import expect

LIMITS = Settings(share_uploads=True, shared_files=2)


@pytest.fixture
def engine(articles_index: Path, settings: Settings, tmp_path: Path) -> Assistant:
    folder = tmp_path / "index"
    shutil.copytree(articles_index, folder)
    return Assistant.open(folder, settings=settings)


@pytest.fixture
def shared(engine: Assistant) -> Iterator[SharedShelf]:
    shelf = SharedShelf(engine, LIMITS)
    yield shelf
    shelf.close()


def add(shared: SharedShelf, session: str, name: str, text: str) -> Shelf:
    shelf = shared.begin(session, name)
    path = shelf.folder / "arrived.txt"
    path.write_text(text)
    try:
        shared.add(shelf, path, name, lambda done, total: None)
    finally:
        path.unlink()
        shared.end(shelf)
    return shelf


def view(engine: Assistant, shared: SharedShelf, session: str | None) -> VisitorEngine:
    return VisitorEngine(engine, Desks(), lambda: session, shared)


def test_everyone_asks_what_one_has_added(engine: Assistant, shared: SharedShelf) -> None:
    add(shared, "ann", "airships.txt", SECRET)
    for session in ("bob", None):
        answer = view(engine, shared, session).ask(QUESTION)
        citation = answer.citations[0]
        assert citation.document_id == "shared://airships.txt"
        document = view(engine, shared, session).document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote
    # It is nobody's own: a thumb may keep what was said of it.
    assert not cites_own(Visit().asking(QUESTION).answered(answer))
    assert view(engine, shared, "bob").facts()[0].id == "shared://airships.txt"
    assert all("airships" not in each.id for each in engine.facts())


def test_it_stays_when_its_visitor_and_the_server_go(
    engine: Assistant, shared: SharedShelf
) -> None:
    add(shared, "ann", "airships.txt", SECRET)
    shared.drop("ann")
    shared.drop_old(lambda: float("1e12"))
    assert view(engine, shared, "bob").ask(QUESTION).answered
    shared.close()
    again = SharedShelf(engine, LIMITS)
    assert view(engine, again, "eve").ask(QUESTION).answered
    add(again, "eve", "b.txt", "The okapi Zuri weighs 251 kilograms.")
    with pytest.raises(ShelfError, match="own_too_many"):
        again.begin("eve", "c.txt")
    again.close()


def test_everyone_may_remove_it_and_put_it_back(engine: Assistant, shared: SharedShelf) -> None:
    add(shared, "ann", "airships.txt", SECRET)
    removed = shared.remove("bob", "shared://airships.txt")
    assert removed.text == SECRET
    assert not view(engine, shared, "ann").ask(QUESTION).answered
    shared.restore("eve")
    assert view(engine, shared, "ann").ask(QUESTION).answered
    article = engine.facts()[0].id
    with pytest.raises(ShelfError, match="documents_gone"):
        shared.remove("bob", article)


def test_files_of_two_visitors_take_turns(engine: Assistant, shared: SharedShelf) -> None:
    route = Route(OWN_DOCUMENTS, endpoint_of(shared, read_texts("en")), methods=["POST"])
    with TestClient(Starlette(routes=[route])) as client, ThreadPoolExecutor() as pool:

        def send(session: str) -> str:
            headers = {"x-qa-key": shared.key_of(session), "x-qa-name": f"{session}.txt"}
            return client.post(OWN_DOCUMENTS, content=f"{session}. {SECRET}", headers=headers).text

        first = shared.begin("eve", "c.txt")
        sent = [pool.submit(send, session) for session in ("ann", "bob")]
        assert not wait(sent, timeout=0.5).done
        shared.end(first)
        for each, session in zip(sent, ("ann", "bob"), strict=True):
            assert f"Added: <bdi>{session}.txt</bdi>" in each.result()


def test_an_index_that_cannot_be_written_is_said_in_one_sentence(
    engine: Assistant, tmp_path: Path
) -> None:
    (engine.store.folder / "shared").write_text("no folder")
    with pytest.raises(IndexNotWritableError, match="shared"):
        SharedShelf(engine, LIMITS)


def test_in_the_browser(engine: Assistant, visit: Open) -> None:
    with served(engine, share_uploads=True) as address:
        ann, bob = opened(visit(address)), visit(address)
        expect(ann.page.locator("#qa-own-limits")).to_contain_text("Everyone who opens this page")
        ann.page.get_by_label("Add files").set_input_files([file("airships.txt", SECRET)])
        expect(arrivals(ann)).to_have_text("Added: airships.txt")
        bob.ask(QUESTION)
        expect(bob.page.locator(".answer .text")).to_contain_text("Ottilie Brandt")
        opened(bob)
        row = bob.page.locator(".documents .list li").filter(has_text="airships.txt")
        expect(row.locator(".yours")).to_have_text("shared")
        # It stays when she who added it goes, and others may remove it.
        ann.page.close()
        eve = opened(visit(address))
        listed(eve, 1)
        eve.page.locator(".documents .list [data-remove]").click()
        expect(eve.page.locator(".undo")).to_contain_text("Removed:")
        listed(eve, 0)
        eve.page.get_by_role("button", name="Undo").click()
        listed(eve, 1)
