"""Whatever the other side does, the client ends: with the text, or with one clear sentence."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace

import pytest

from qa.wording.chat import ChatModel, ModelError
from tests.wording.scripted_server import DONE, Script, Write, event, piece, saying, sending

Served = tuple[str, Script]
MESSAGES = [{"role": "user", "content": "Why?"}]
KEY = "sk-do-not-show-me"


def model_at(url: str, *, seconds: float = 10) -> ChatModel:
    return ChatModel(url, "small", seconds=seconds, tokens=50, key=KEY)


def reply(url: str, *, seconds: float = 10) -> str:
    return "".join(model_at(url, seconds=seconds).stream(MESSAGES))


def test_a_reply_comes_piece_by_piece(served: Served) -> None:
    url, script = served
    script.body = saying("It leaked on Dec. 14 [1]. Ü 🍵 お茶")
    pieces = list(model_at(url).stream(MESSAGES))
    assert len(pieces) > 5
    assert "".join(pieces) == "It leaked on Dec. 14 [1]. Ü 🍵 お茶"


def test_what_is_asked_for(served: Served) -> None:
    url, script = served
    script.body = saying("Yes.")
    reply(url + "/")
    assert script.paths == ["/v1/chat/completions"]
    assert script.heard[0] == {
        "model": "small",
        "messages": MESSAGES,
        "stream": True,
        "temperature": 0,
        "max_tokens": 50,
    }
    assert script.headers[0]["Authorization"] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent(served: Served) -> None:
    url, script = served
    script.body = saying("Yes.")
    assert "".join(replace(model_at(url), key="").stream(MESSAGES)) == "Yes."
    assert "Authorization" not in script.headers[0]


@pytest.mark.parametrize(
    "parts",
    [
        [b": a comment\r\n\r\nevent: message\r\n", piece("It is."), DONE],
        [piece("It is.", "stop")],  # no [DONE], as some servers have it
        [piece("It is.")[:9], piece("It is.")[9:], DONE],
        [piece("It"), piece(" is."), event({"choices": [{"finish_reason": "length"}]})],
    ],
)
def test_streams_as_servers_send_them(parts: list[bytes], served: Served) -> None:
    url, script = served
    script.body = sending(parts, pause=0.01)
    assert reply(url) == "It is."


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (429, r"is busy, or over its quota \(HTTP 429\)"),
        (401, "refused the key in QA_LLM_KEY"),
        (404, "QA_LLM_URL and QA_LLM_MODEL"),
        (500, r"failed \(HTTP 500\)"),
        (302, r"failed \(HTTP 302\)"),
    ],
)
def test_refusals(status: int, reason: str, served: Served) -> None:
    url, script = served
    script.status = status
    script.body = sending([b'{"error": {"message": "' + KEY.encode() + b'"}}'])
    with pytest.raises(ModelError, match=reason) as raised:
        reply(url)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([b"data: {not json}\n\n"], "not JSON"),
        ([b"data: \xff\xfe\n\n"], "not JSON"),
        ([b"data: " + b"[" * 100_000 + b"\n\n"], "not JSON"),
        ([event({"hello": 1})], "something else than a chat completion"),
        ([event([1, 2])], "something else than a chat completion"),
        ([event({"error": {"message": "out of memory"}})], "failed while it was writing"),
        ([piece("It leaked on De")], "broke off"),
        ([], "broke off"),
        ([piece("x" * 4000)] * 3 + [DONE], "far more than was asked for"),
        ([b"x" * 100_000] * 25, "far more than was asked for"),
        ([b": nothing\n" * 10_000] * 25, "far more than was asked for"),
    ],
)
def test_replies_that_cannot_be_used(parts: list[bytes], reason: str, served: Served) -> None:
    url, script = served
    script.body = sending(parts)
    with pytest.raises(ModelError, match=reason):
        reply(url)


def test_a_reply_that_is_not_streamed(served: Served) -> None:
    url, script = served
    script.content_type = "application/json"
    script.body = sending([json.dumps({"choices": [{"message": {"content": "No."}}]}).encode()])
    with pytest.raises(ModelError, match="did not stream"):
        reply(url)


def silent(write: Write) -> None:
    time.sleep(3)


def silent_at_the_end(write: Write) -> None:
    write(piece("It is."))
    time.sleep(3)


@pytest.mark.parametrize(
    "body", [silent, silent_at_the_end, saying("word " * 200, pause=0.03)], ids=str
)
def test_the_time_is_limited_whatever_comes_in_it(body: object, served: Served) -> None:
    url, script = served
    script.body = body  # type: ignore[assignment]
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"took longer than 0\.4 seconds"):
        reply(url, seconds=0.4)
    assert time.monotonic() - began < 1.5


def test_headers_that_drip_end_in_time_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200:
                        connection.sendall(bytes([byte]))
                        time.sleep(0.03)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(ModelError, match="took longer"):
            reply(f"http://127.0.0.1:{server.getsockname()[1]}/v1", seconds=0.4)
        assert time.monotonic() - began < 1.5
        thread.join(5)


def test_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelError, match=r"cannot be reached \(check QA_LLM_URL\)"):
        reply(f"http://127.0.0.1:{port}/v1")


@pytest.mark.parametrize("url", ["http://host:abc/v1", "http://host\x01/v1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ModelError, match=r"cannot be reached \(check QA_LLM_URL\)"):
        reply(url)


def test_a_local_model_is_asked_without_a_proxy(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, script = served
    script.body = saying("Yes.")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert reply(url) == "Yes."


def test_who_stops_listening_ends_the_request(served: Served) -> None:
    url, script = served
    ended: list[bool] = []

    def body(write: Write) -> None:
        try:
            for _ in range(400):
                write(piece("word "))
                time.sleep(0.005)
        except OSError:
            ended.append(True)
            raise

    script.body = body
    stream = model_at(url).stream(MESSAGES)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 3
    while not ended and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ended


def test_the_key_shows_nowhere(served: Served) -> None:
    assert KEY not in repr(model_at(served[0]))
