"""A language model behind an OpenAI-compatible endpoint, heard as it speaks.

Whatever the other side does, this ends within the time and size that were set, with text or with
a ``ModelError``. The key goes into one header and nowhere else.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.errors import QAError

if TYPE_CHECKING:
    import httpx

# An answer takes a few hundred bytes a token on the wire, and has a few hundred tokens.
_MOST_BYTES = 2_000_000
_MOST_CHARACTERS = 10_000
_CONNECT_SECONDS = 5.0
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))
_REFUSALS = {
    401: "refused the key in QA_LLM_KEY",
    403: "refused the key in QA_LLM_KEY",
    404: "does not know that model or address (check QA_LLM_URL and QA_LLM_MODEL)",
    429: "is busy, or over its quota",
}


class ModelError(QAError):
    """The model gave no answer; the message goes on from "The language model ..."."""


@dataclass(frozen=True, slots=True)
class ChatModel:
    """Where a model is and how long it may take.

    ``url`` is what stands before ``/chat/completions``. ``seconds`` is for everything from the
    first packet to the last, ``tokens`` the longest reply that is asked for.
    """

    url: str
    name: str
    seconds: float
    tokens: int
    key: str = field(default="", repr=False)

    def stream(self, messages: Sequence[dict[str, str]]) -> Iterator[str]:
        """Yield the reply piece by piece, as it comes.

        Raises:
            ModelError: it cannot be reached, refuses, is too slow, breaks off, or sends too much
                or something else than a streamed chat completion.
        """
        import httpx

        connection = _Connection()
        # httpx limits each wait; what sends a byte now and then would never end by that.
        timer = threading.Timer(self.seconds, connection.cut)
        timer.daemon = True
        timer.start()
        limits = httpx.Timeout(self.seconds, connect=min(_CONNECT_SECONDS, self.seconds))
        # A proxy has no business with what stays on this machine.
        outside = urlsplit(self.url).hostname not in _LOCAL
        try:
            with (
                httpx.Client(timeout=limits, trust_env=outside) as client,
                client.stream(
                    "POST",
                    f"{self.url.rstrip('/')}/chat/completions",
                    headers=self._headers(),
                    json={
                        "model": self.name,
                        "messages": list(messages),
                        "stream": True,
                        "temperature": 0,
                        "max_tokens": self.tokens,
                    },
                    extensions={"trace": connection.trace},
                ) as response,
            ):
                _check(response)
                yield from _texts(response)
        except (httpx.ConnectError, httpx.InvalidURL) as error:
            raise ModelError("cannot be reached (check QA_LLM_URL)") from error
        except httpx.TimeoutException as error:
            raise self._too_slow() from error
        except httpx.HTTPError as error:
            raise self._too_slow() if connection.was_cut else ModelError("broke off") from error
        except ModelError as error:
            # What was cut may look like a reply that ended too early.
            if connection.was_cut:
                raise self._too_slow() from error
            raise
        finally:
            timer.cancel()

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        return headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    def _too_slow(self) -> ModelError:
        return ModelError(f"took longer than {self.seconds:g} seconds")


class _Connection:
    """The socket of one request, so that it can be cut off from another thread."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.was_cut = False

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Remember the socket; httpcore calls this at each step of a request."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.was_cut:
                self.cut()

    def cut(self) -> None:
        """End whatever waits for the socket."""
        self.was_cut = True
        if self._socket is not None:
            try:
                # The plain one: that of an encrypted socket would first say goodbye.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                return  # closed already


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status != 200:
        raise ModelError(f"{_REFUSALS.get(status, 'failed')} (HTTP {status})")
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "text/event-stream" or response.headers.get("content-encoding"):
        raise ModelError("did not stream its reply")


def _texts(response: httpx.Response) -> Iterator[str]:
    ended, characters = False, 0
    for line in _lines(response):
        if not line.startswith(b"data:"):
            continue
        data = line.removeprefix(b"data:").strip()
        if data == b"[DONE]":
            return
        text, ends = _read_chunk(data)
        ended = ended or ends
        characters += len(text)
        if characters > _MOST_CHARACTERS:
            raise ModelError("sent far more than was asked for")
        if text:
            yield text
    if not ended:
        raise ModelError("broke off")


def _lines(response: httpx.Response) -> Iterator[bytes]:
    size, pending = 0, b""
    for piece in response.iter_raw():
        size += len(piece)
        if size > _MOST_BYTES:
            raise ModelError("sent far more than was asked for")
        *lines, pending = (pending + piece).split(b"\n")
        yield from lines
    yield pending


def _read_chunk(data: bytes) -> tuple[str, bool]:
    """Return the text of one event, and whether the reply ends with it."""
    try:
        chunk = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelError("sent something that is not JSON") from error
    match chunk:
        case {"error": _}:
            raise ModelError("failed while it was writing")
        case {"choices": [{"delta": {"content": str(text)}} as choice, *_]}:
            return text, choice.get("finish_reason") is not None
        case {"choices": [{} as choice, *_]}:
            return "", choice.get("finish_reason") is not None
        case {"choices": []}:  # what it counted, at the end
            return "", False
    raise ModelError("sent something else than a chat completion")
