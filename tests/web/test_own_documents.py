"""Visitors' own documents without a browser: whose they are, what they may cost, when they go."""

from __future__ import annotations

import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from qa.assistant import Assistant
from qa.settings import Settings
from qa.web.desks import Desks, VisitorEngine
from qa.web.history import from_browser, to_browser
from qa.web.own.endpoint import OWN_DOCUMENTS, endpoint_of
from qa.web.own.names import file_name
from qa.web.own.shelves import ShelfError, Shelves
from qa.web.texts import read_texts
from qa.web.visit import Visit, cites_own, find_place

TEXTS = read_texts("en")
SECRET = "The zeppelin Marigold was built in 1931 by Ottilie Brandt in Lindau."
QUESTION = "Who built the zeppelin Marigold?"
LIMITS = Settings(upload_bytes=20_000, upload_files=3, upload_visitors=2)
HOSTILE = "<img src=x onerror=alert(1)>.txt"


class Server:
    """An endpoint, its shelves, and the engine as each session sees it."""

    def __init__(self, assistant: Assistant, client: TestClient, shelves: Shelves) -> None:
        self.assistant, self.client, self.shelves = assistant, client, shelves

    def send(
        self, session: str, name: str, data: bytes | str, **headers: str
    ) -> tuple[int, list[dict[str, object]]]:
        headers = {"x-qa-key": self.shelves.key_of(session), "x-qa-name": name} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        answer = self.client.post(OWN_DOCUMENTS, content=data, headers=headers)
        return answer.status_code, [json.loads(line) for line in answer.text.splitlines()]

    def said(self, session: str, name: str, data: bytes | str) -> str:
        return str(self.send(session, name, data)[1][-1]["html"])

    def view(self, session: str | None) -> VisitorEngine:
        return VisitorEngine(self.assistant, Desks(), lambda: session, self.shelves)


@pytest.fixture
def server(assistant: Assistant) -> Iterator[Server]:
    shelves = Shelves(assistant, LIMITS)
    route = Route(OWN_DOCUMENTS, endpoint_of(shelves, TEXTS), methods=["POST"])
    with TestClient(Starlette(routes=[route])) as client:
        yield Server(assistant, client, shelves)
    shelves.close()


def test_a_file_is_told_of_step_by_step_and_answers_questions(server: Server) -> None:
    status, lines = server.send("ann", "airships.txt", SECRET)
    assert status == 200
    assert lines[0] == {"done": 0.0, "documents": 0, "total": 1}
    assert "Added: <bdi>airships.txt</bdi>" in str(lines[-1]["html"])
    answer = server.view("ann").ask(QUESTION)
    assert answer.citations[0].document_id == "own://airships.txt"
    assert answer.citations[0].source == "airships.txt"
    assert SECRET[answer.citations[0].start : answer.citations[0].end] in SECRET
    assert server.view("ann").facts()[0].id == "own://airships.txt"
    # Nothing but the index is kept.
    shelf = server.shelves.of("ann")
    assert shelf is not None
    assert [each.name for each in shelf.folder.iterdir()] == ["index"]


def test_nobody_else_sees_them(server: Server) -> None:
    server.send("ann", "airships.txt", SECRET)
    server.send("bob", "airships.txt", "Bob's kestrel weighs 184 grams.")
    before = [each.id for each in server.assistant.facts()]
    for session in ("bob", "eve", None, "", "ann "):
        view = server.view(session)
        assert "Ottilie" not in view.ask(QUESTION).to_json()
        assert all("Marigold" not in view.document(each.id).text for each in view.facts())
        with pytest.raises(LookupError):
            view.document("own://other.txt")
    assert server.view("bob").document("own://airships.txt").text.startswith("Bob")
    assert [each.id for each in server.view("eve").facts()] == before
    assert [each.id for each in server.assistant.facts()] == before


@pytest.mark.parametrize("key", ["", ".", "ann", "ann.", "ann." + "0" * 64, "eve.{mac}", "ä.\xff"])
def test_a_forged_key_adds_nothing(server: Server, key: str) -> None:
    signature = server.shelves.key_of("ann").rpartition(".")[2]
    forged = key.format(mac=signature).encode("latin-1")
    answer = server.client.post(
        OWN_DOCUMENTS, content="x", headers={b"x-qa-key": forged, b"x-qa-name": b"a.txt"}
    )
    assert answer.status_code == 403
    assert server.shelves.of("ann") is None
    assert server.shelves.of("eve") is None


def test_another_server_s_key_is_none(server: Server, assistant: Assistant) -> None:
    other = Shelves(assistant, LIMITS)
    assert server.shelves.session_of(other.key_of("ann")) is None
    assert server.shelves.session_of(server.shelves.key_of("a.b")) == "a.b"


@pytest.mark.parametrize(
    "header", [{"origin": "https://evil.example"}, {"sec_fetch_site": "cross-site"}]
)
def test_pages_of_others_cannot_add(server: Server, header: dict[str, str]) -> None:
    assert server.send("ann", "a.txt", SECRET, **header)[0] == 403
    assert server.send("ann", "a.txt", SECRET, origin="http://testserver")[0] == 200


def test_a_forged_history_neither_shows_nor_confirms(server: Server) -> None:
    server.send("ann", "airships.txt", SECRET)
    asked = Visit().asking(QUESTION).answered(server.view("ann").ask(QUESTION))
    assert cites_own(asked)
    kept = to_browser(asked)
    mine = from_browser(kept, server.view("ann")).exchanges[0]
    theirs = from_browser(kept, server.view("eve")).exchanges[0]
    forged = from_browser(kept.replace("Ottilie", "Oktavia"), server.view("eve")).exchanges[0]
    assert mine.changed == ()
    # Right or wrong, all that eve hears of a quote is that it does not stand there.
    assert theirs.changed == forged.changed != ()
    assert find_place(from_browser(kept, server.view("eve")), "e1c1") is not None
    with pytest.raises(LookupError):
        server.view("eve").document("own://airships.txt")


def test_too_large_is_refused_while_it_arrives(server: Server) -> None:
    assert server.send("ann", "big.txt", b"a" * 20_001)[0] == 413

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"a" * 1_000

    headers = {"x-qa-key": server.shelves.key_of("ann"), "x-qa-name": "big.txt"}
    answer = server.client.post(OWN_DOCUMENTS, content=endless(), headers=headers)
    assert answer.status_code == 413
    shelf = server.shelves.of("ann")
    assert shelf is not None
    assert list(shelf.folder.iterdir()) == []
    assert not shelf.is_busy
    assert server.send("ann", "small.txt", SECRET)[0] == 200


def test_so_many_files_and_visitors_and_no_more(server: Server) -> None:
    for number in range(3):
        assert server.send("ann", f"{number}.txt", f"{SECRET} {number}")[0] == 200
    assert server.send("ann", "3.txt", SECRET)[0] == 429
    assert "Replaced" in server.said("ann", "0.txt", "Another text stands here.")
    assert server.send("bob", "0.txt", SECRET)[0] == 200
    status, lines = server.send("eve", "0.txt", SECRET)
    assert status == 429
    assert "Too many visitors" in str(lines[-1]["html"])
    server.shelves.drop("ann")
    assert server.send("eve", "0.txt", SECRET)[0] == 200


def test_one_file_at_a_time(server: Server) -> None:
    shelf = server.shelves.begin("ann", "a.txt")
    status, lines = server.send("ann", "b.txt", SECRET)
    assert status == 429
    assert TEXTS("own_busy") in str(lines[-1]["html"])
    server.shelves.end(shelf)
    assert server.send("ann", "b.txt", SECRET)[0] == 200


def test_the_report_is_honest_and_names_no_place_on_the_server(server: Server) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"a" * 5_000_000)
    assert "Added" in server.said("ann", "a.txt", SECRET)
    said = {
        "again": server.said("ann", "a.txt", SECRET),
        "twin": server.said("ann", "b.txt", SECRET),
        "empty": server.said("ann", "c.txt", "  \n"),
        "pdf": server.said("ann", "d.pdf", b"%PDF-1.7 broken"),
        "word": server.said("ann", "e.docx", b"PK\x03\x04broken"),
        "kind": server.said("ann", "f.exe", b"MZ"),
        "bomb": server.said("ann", "g.zip", bomb.getvalue()),
        "hostile": server.said("ann", f"../../{HOSTILE}".replace("<", "%3C"), "  "),
    }
    assert "Already there: <bdi>a.txt</bdi>" in said["again"]
    assert "b.txt has the same content as a.txt." in said["twin"]
    assert 'class="empty"' in said["empty"]
    for name in ("pdf", "word", "kind", "bomb"):
        assert 'class="refused"' in said[name], name
        assert re.search(r"\b[defg]\.(pdf|docx|exe|zip)\b", said[name]), name
    assert "<img" not in said["hostile"]
    assert "&lt;img src=x onerror=alert(1)&gt;.txt" in said["hostile"]
    shelf = server.shelves.of("ann")
    assert shelf is not None
    everything = json.dumps(said) + server.view("ann").ask(QUESTION).to_json()
    view = server.view("ann")
    everything += repr([(each, view.document(each.id)) for each in view.facts()])
    for secret in (str(shelf.folder), shelf.folder.name, shelf.folder.parent.name, "qa-own-"):
        assert secret not in everything


def test_they_go_when_the_visitor_does_or_the_time_is_over(server: Server) -> None:
    server.send("ann", "a.txt", SECRET)
    shelf = server.shelves.of("ann")
    assert shelf is not None
    assert (shelf.folder.stat().st_mode & 0o077, shelf.folder.parent.stat().st_mode & 0o077) == (
        0,
        0,
    )
    server.shelves.drop("eve")
    assert shelf.folder.exists()
    server.shelves.drop("ann")
    assert not shelf.folder.exists()
    assert "Ottilie" not in server.view("ann").ask(QUESTION).to_json()
    server.send("bob", "a.txt", SECRET)
    late = server.shelves.of("bob")
    assert late is not None
    server.shelves.drop_old(lambda: time.monotonic() + 60 * LIMITS.upload_minutes - 5)
    assert late.folder.exists()
    server.shelves.drop_old(lambda: time.monotonic() + 60 * LIMITS.upload_minutes + 5)
    assert not late.folder.exists()


def test_who_asks_while_they_go_is_answered_from_the_rest(server: Server) -> None:
    server.send("ann", "a.txt", SECRET)
    shelf = server.shelves.of("ann")
    assert shelf is not None
    view = server.view("ann")
    server.shelves._shelves["ann"] = shelf
    server.shelves.drop("ann")
    server.shelves._shelves["ann"] = shelf  # as an event has it that began before
    assert "Ottilie" not in view.ask(QUESTION).to_json()
    assert view.ask("How much does the kestrel weigh?").answered
    server.shelves._shelves.clear()


def test_who_leaves_while_a_file_is_read_leaves_nothing(server: Server, tmp_path: Path) -> None:
    shelf = server.shelves.begin("ann", "a.txt")
    path = tmp_path / "a.txt"
    path.write_text(SECRET)
    left = threading.Event()

    def leave(done: float, total: int) -> None:
        if not left.is_set():
            left.set()
            server.shelves.drop("ann")
            assert shelf.folder.exists()

    with pytest.raises(ShelfError, match="own_gone"):
        server.shelves.add(shelf, path, "a.txt", leave)
    server.shelves.end(shelf)
    assert not shelf.folder.exists()
    assert server.shelves.of("ann") is None


def test_whose_time_ends_while_his_file_arrives_is_told_so(server: Server) -> None:
    def arriving() -> Iterator[bytes]:
        yield b"a"
        server.shelves.drop("ann")
        yield b"a"

    headers = {"x-qa-key": server.shelves.key_of("ann"), "x-qa-name": "a.txt"}
    answer = server.client.post(OWN_DOCUMENTS, content=arriving(), headers=headers)
    assert (answer.status_code, TEXTS("own_gone") in answer.json()["html"]) == (403, True)
    assert server.shelves.of("ann") is None


def test_nothing_stays_when_the_server_stops(assistant: Assistant) -> None:
    shelves = Shelves(assistant, LIMITS)
    shelf = shelves.begin("ann", "a.txt")
    shelves.end(shelf)
    home = shelf.folder.parent
    shelves.close()
    assert not home.exists()


def test_names_of_files(server: Server) -> None:
    assert file_name("/a/b/../c.TXT") == "c.TXT"
    assert file_name("...") == file_name("") == file_name("a/") == "document"
    assert len(file_name("x" * 5_000 + ".txt")) == 200
    assert file_name("x" * 5_000 + ".txt").endswith("x.txt")
    assert file_name("a.t\0t") == "a.t\0t"
    assert "is no name that can be shown" in server.said("ann", "a%0Ab.txt", SECRET)
    assert "no name that can be shown" in server.said("ann", "a%00b.txt", SECRET)
    assert "Added: <bdi>東京.txt</bdi>" in server.said("ann", "%E6%9D%B1%E4%BA%AC.txt", SECRET)


def test_remove_and_undo(server: Server) -> None:
    server.send("ann", "a.txt", SECRET)
    server.send("ann", "b.txt", "The okapi Zuri weighs 251 kilograms.")
    server.send("bob", "a.txt", SECRET)
    before = server.view("ann").ask(QUESTION)
    removed = server.shelves.remove("ann", "own://a.txt")
    assert removed == server.view("bob").document("own://a.txt")
    assert "Ottilie" not in server.view("ann").ask(QUESTION).to_json()
    assert server.view("bob").ask(QUESTION).citations == before.citations
    for session in ("bob", "eve", None):
        with pytest.raises(ShelfError, match="documents_gone"):
            server.shelves.restore(session)
    server.shelves.restore("ann")
    assert server.view("ann").document("own://a.txt") == removed
    after = server.view("ann").ask(QUESTION)
    assert (after.text, after.citations) == (before.text, before.citations)
    with pytest.raises(ShelfError, match="documents_gone"):
        server.shelves.restore("ann")
    assert "Already there" in server.said("ann", "a.txt", SECRET)


def test_only_own_documents_can_be_removed(server: Server) -> None:
    server.send("ann", "a.txt", SECRET)
    shared = [each.id for each in server.assistant.facts()]
    wanted = [("ann", id_) for id_ in (*shared, "own://b.txt", "own://", "a.txt", "")]
    wanted += [("eve", "own://a.txt"), (None, "own://a.txt")]  # type: ignore[list-item]
    for session, id_ in wanted:
        with pytest.raises(ShelfError, match="documents_gone"):
            server.shelves.remove(session, id_)
    assert [each.id for each in server.assistant.facts()] == shared
    assert server.view("ann").ask(QUESTION).answered
    shelf = server.shelves.begin("ann", "c.txt")
    with pytest.raises(ShelfError, match="own_busy"):
        server.shelves.remove("ann", "own://a.txt")
    server.shelves.end(shelf)


def test_removing_makes_room_and_undo_keeps_to_it(server: Server) -> None:
    for number in range(3):
        server.send("ann", f"{number}.txt", f"{SECRET} {number}")
    server.shelves.remove("ann", "own://0.txt")
    assert server.send("ann", "3.txt", f"{SECRET} 3")[0] == 200
    with pytest.raises(ShelfError, match="own_too_many"):
        server.shelves.restore("ann")
    server.shelves.remove("ann", "own://1.txt")
    assert server.send("ann", "1.txt", "Another text.")[0] == 200
    with pytest.raises(ShelfError, match="documents_gone"):
        server.shelves.restore("ann")
