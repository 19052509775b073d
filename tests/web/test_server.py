"""The server without a browser: addresses, headers, and the endpoint for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from qa.datatypes import Answer
from qa.web.server import AddressError, address_from_environment, listen

from .conftest import Serve
from .fake_engine import FakeEngine, make_document

ROOT = Path(__file__).parents[2]
TEXT = "Lions sleep long. Zebras eat grass."


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(FakeEngine([make_document(TEXT)]))


def call(address: str, *arguments: object) -> tuple[str, object]:
    """Call the endpoint ``ask``; return how the call ended and what it brought."""
    with httpx.Client(base_url=f"{address}/gradio_api/call", trust_env=False) as client:
        event = client.post("/ask", json={"data": arguments}).json()["event_id"]
        name, data = client.get(f"/ask/{event}", timeout=30).text.strip().split("\n")[-2:]
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_program_gets_the_answer_as_json(address: str) -> None:
    name, data = call(address, "Which lions sleep?", [["Who eats?", "Zebras."]])
    assert name == "complete"
    assert isinstance(data, list)
    answer = Answer.from_json(json.dumps(data[0]))
    assert answer.citations[0].quote == "Lions sleep long."


@pytest.mark.parametrize(
    ("question", "history", "sentence"),
    [
        (" ", None, "The question is blank"),
        ("Which lions?", [["alone"]], "[question, answer] pairs"),
        ("Which lions?", [1, "ab"], "[question, answer] pairs"),
    ],
)
def test_program_gets_one_sentence(
    address: str, question: str, history: object, sentence: str
) -> None:
    name, data = call(address, question, history)
    assert name == "error"
    assert sentence in str(data)


def test_every_response_carries_the_policy(address: str) -> None:
    for path in ("/", "/gradio_api/info", "/theme.css", "/no/such/page"):
        headers = httpx.get(address + path, trust_env=False).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_files_are_neither_taken_nor_given(address: str) -> None:
    for path in ("upload", "upload/", "./upload"):
        url = f"{address}/gradio_api/{path}"
        assert httpx.post(url, files={"files": b"x"}, trust_env=False).status_code == 403
    for file in (f"{ROOT}/app.py", "/etc/hostname", "app.py"):
        url = f"{address}/gradio_api/file={file}"
        assert httpx.get(url, trust_env=False).status_code in (403, 404)


def test_first_paint_holds_the_article_and_no_outside_address(address: str) -> None:
    page = httpx.get(address, trust_env=False).text
    assert "Zebras eat grass." in page
    assert "fonts.googleapis" not in page
    assert "cdnjs" not in page


def test_a_busy_port_is_one_sentence(busy_port: int) -> None:
    with pytest.raises(AddressError, match=f"port {busy_port}: address already in use") as caught:
        listen("127.0.0.1", busy_port)
    assert caught.value.port == busy_port


def test_app_ends_with_one_sentence_where_the_port_is_busy(busy_port: int, tmp_path: Path) -> None:
    environment = os.environ | {"QA_PORT": str(busy_port), "QA_INDEX_DIR": str(tmp_path / "i")}
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("qa: cannot serve at 127.0.0.1")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "i").exists()


def test_address_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QA_HOST", "QA_PORT", "GRADIO_SERVER_NAME", "GRADIO_SERVER_PORT"):
        monkeypatch.delenv(name, raising=False)
    assert address_from_environment() == ("127.0.0.1", 7860)
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7861")
    assert address_from_environment() == ("0.0.0.0", 7861)
    monkeypatch.setenv("QA_HOST", "localhost")
    monkeypatch.setenv("QA_PORT", "8000")
    assert address_from_environment() == ("localhost", 8000)
    monkeypatch.setenv("QA_PORT", "http")
    with pytest.raises(AddressError, match="'http' is not a port number"):
        address_from_environment()


def test_importing_the_server_does_not_import_gradio() -> None:
    code = "import sys, qa.web.server; assert not {'gradio', 'fastapi'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
