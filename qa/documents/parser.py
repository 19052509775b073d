"""Parses untrusted formats in a child process that can be killed: a bad file costs itself."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from qa.documents.formats.parts import Limits
from qa.documents.outcomes import Outcome, Refusal, Source
from qa.documents.parser_process import outcome_from

# The child finds this very package wherever the parent found it.
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from qa.documents.parser_process import main; main()"
)
# A file over which the process dies again and again is not worth more tries.
_DEATHS = 3
# Enough to keep the child busy; more would only fill memory.
_AHEAD = 4


class Parser:
    """One child process at a time, started with the first file and used for all that follow."""

    def __init__(self, limits: Limits, *, start: str = START) -> None:
        self._limits = limits
        self._start = start
        self._child: _Child | None = None

    def parse(
        self, path: Path, source: Source, known: Mapping[str, str]
    ) -> Generator[Outcome, None, None]:
        """Yield what becomes of each document of a file; see ``outcomes_of``.

        A document over which the child hangs or dies is refused, and the next one is read.
        """
        start = 0
        for _ in range(_DEATHS):
            request: dict[str, object] = {
                "path": os.fspath(path),
                "id": source.id,
                "source": source.name,
                "limits": asdict(self._limits),
                "known": dict(known),
                "start": start,
            }
            failed = yield from self._answers(request, source.id)
            if failed is None:
                return
            start = failed + 1
        yield Refusal(
            source.id,
            f"stopped the program that reads it {_DEATHS} times; the rest of it is not read",
            "Take out what was refused of it, then index it again.",
        )

    def close(self) -> None:
        """End the child process, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _answers(
        self, request: dict[str, object], file_id: str
    ) -> Generator[Outcome, None, int | None]:
        """Yield the outcomes of a request; return the number of the document that failed it."""
        if self._child is None or not self._child.is_alive():
            self.close()
            self._child = _Child(self._start)
        begun: tuple[int, str] | None = None
        is_over = False
        try:
            self._child.send(request)
            while not is_over:
                message = self._child.receive(self._limits.seconds)
                if "begun" in message:
                    begun = (int(str(message["begun"])), str(message["id"]))
                elif "kind" in message:
                    begun = None
                    yield outcome_from(message)
                else:
                    is_over = True
        except _ChildError as error:
            yield Refusal(begun[1] if begun else file_id, error.reason, error.remedy)
            return begun[0] if begun else None
        finally:
            # Whatever it was about to say belongs to no later request.
            if not is_over:
                self.close()
        return None


class _ChildError(Exception):
    """The child process said nothing more."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


class _Child:
    """The process, and a thread that listens to it, so that waiting can have an end."""

    def __init__(self, start: str) -> None:
        path = [entry or os.getcwd() for entry in sys.path]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", start, json.dumps(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._messages: queue.Queue[bytes] = queue.Queue(_AHEAD)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def send(self, request: dict[str, object]) -> None:
        """Send one request.

        Raises:
            _ChildError: the process is gone.
        """
        assert self._process.stdin is not None  # noqa: S101 - it was opened as a pipe
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._gone() from error

    def receive(self, seconds: float) -> dict[str, object]:
        """Return the next message.

        Raises:
            _ChildError: none came within so many seconds, or the process is gone.
        """
        try:
            line = self._messages.get(timeout=seconds)
        except queue.Empty as error:
            raise _ChildError(
                f"took longer than {seconds:g} seconds to read",
                "Remove it, or raise QA_DOCUMENT_SECONDS.",
            ) from error
        if not line.endswith(b"\n"):
            raise self._gone()
        message = json.loads(line)
        assert isinstance(message, dict)  # noqa: S101 - the child sends nothing else
        return message

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        # The listener may be waiting for room.
        while self._thread.is_alive():
            with suppress(queue.Empty):
                self._messages.get(timeout=0.01)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None  # noqa: S101 - both were opened as pipes
            with suppress(OSError):
                pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was opened as a pipe
        for line in self._process.stdout:
            self._messages.put(line)
        self._messages.put(b"")

    def _gone(self) -> _ChildError:
        code = self._process.wait()
        how = f"exit status {code}" if code >= 0 else signal.Signals(-code).name
        return _ChildError(
            f"stopped the program that reads it ({how})",
            "Remove it, or save it once more with the program that made it.",
        )
