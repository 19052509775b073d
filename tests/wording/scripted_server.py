"""A language model's server that does what a test tells it to, on a real socket."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

Write = Callable[[bytes], None]


@dataclass
class Script:
    """What the server sends, and what it was sent."""

    status: int = 200
    content_type: str = "text/event-stream"
    body: Callable[[Write], None] = lambda write: None
    heard: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        """All that it was told in the last request."""
        return json.dumps(self.heard[-1], ensure_ascii=False)


def event(chunk: object) -> bytes:
    return f"data: {json.dumps(chunk)}\n\n".encode()


def piece(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return event({"id": "x", "object": "chat.completion.chunk", "choices": [choice]})


DONE = b"data: [DONE]\n\n"


def saying(text: str, *, done: bool = True, pause: float = 0) -> Callable[[Write], None]:
    """Stream a reply four characters at a time, as tokens come, role first and counts last."""

    def body(write: Write) -> None:
        write(event({"choices": [{"delta": {"role": "assistant", "content": None}}]}))
        for at in range(0, len(text), 4):
            write(piece(text[at : at + 4]))
            time.sleep(pause)
        if done:
            write(event({"choices": [{"delta": {}, "finish_reason": "stop"}]}))
            write(event({"choices": [], "usage": {"total_tokens": 9}}))
            write(DONE)

    return body


def sending(parts: Sequence[bytes], pause: float = 0) -> Callable[[Write], None]:
    def body(write: Write) -> None:
        for part in parts:
            write(part)
            time.sleep(pause)

    return body


@contextmanager
def scripted_server() -> Iterator[tuple[str, Script]]:
    """Serve on a free port of this machine; yield the URL and the script, which may be changed."""
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            script.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            script.headers.append(dict(self.headers))
            script.paths.append(self.path)
            self.send_response(script.status)
            self.send_header("Content-Type", script.content_type)
            self.end_headers()

            def write(part: bytes) -> None:
                self.wfile.write(part)
                self.wfile.flush()

            try:
                script.body(write)
            except OSError:
                return  # the other side has had enough

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1", script
        finally:
            server.shutdown()
            thread.join()
