"""The child process in which untrusted formats are parsed: requests in, outcomes out, as JSON.

It may be killed at any moment. It reads the one file of a request and can write none.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from qa.datatypes import Document
from qa.documents.formats.parts import Limits
from qa.documents.outcomes import Notice, Outcome, Refusal, Source, Unchanged, outcomes_of

_KINDS: dict[str, type[Outcome]] = {
    "document": Document,
    "unchanged": Unchanged,
    "refusal": Refusal,
    "notice": Notice,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
# The parent kills at the limit. Were it gone by then, this would end what hangs.
_GRACE_SECONDS = 30


def main() -> None:
    """Answer requests, one a line, until there are no more."""
    # Ctrl-C is the parent's to handle; what a parser prints is no answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), "rb")
    for line in requests:
        request = json.loads(line)
        limits = Limits(**request["limits"])
        _confine(limits)
        _answer(request, limits, answers)


def outcome_from(message: dict[str, Any]) -> Outcome:
    """Return the outcome that a message of this process tells."""
    value = message["value"]
    if message["kind"] == "document":
        return Document(**{**value, "pages": tuple(value["pages"])})
    return _KINDS[message["kind"]](**value)


def _answer(request: dict[str, Any], limits: Limits, answers: BinaryIO) -> None:
    def send(**message: object) -> None:
        # Waiting to be heard is no hanging.
        _alarm(0)
        answers.write(json.dumps(message).encode() + b"\n")
        # What is known is told by the thousand; all else at once, before it may come to nothing.
        if message.get("kind") != "unchanged":
            answers.flush()
        _alarm(limits.seconds + _GRACE_SECONDS)

    def begin(number: int, part_id: str) -> None:
        send(begun=number, id=part_id)

    _alarm(limits.seconds + _GRACE_SECONDS)
    source = Source(request["id"], request["source"])
    try:
        data = Path(request["path"]).read_bytes()
    except OSError as error:
        refusal = Refusal(source.id, f"cannot be read ({error.strerror})", "Check its permissions.")
        send(kind="refusal", value=asdict(refusal))
    else:
        for outcome in outcomes_of(
            source, data, limits, request["known"], start=request["start"], begin=begin
        ):
            send(kind=_NAMES[type(outcome)], value=asdict(outcome))
    send(end=True)
    _alarm(0)


def _alarm(seconds: float) -> None:
    set_timer: Callable[..., object] | None = getattr(signal, "setitimer", None)
    if set_timer is not None:
        set_timer(signal.ITIMER_REAL, seconds)


def _confine(limits: Limits) -> None:
    """Bound this process's memory, and let it write no file, where the system can do that."""
    sys.dont_write_bytecode = True
    try:
        import resource
    except ImportError:
        return
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, ceiling = resource.getrlimit(what)
        if ceiling == resource.RLIM_INFINITY or most < ceiling:
            # Some systems know a limit and cannot set it.
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, ceiling))


if __name__ == "__main__":
    main()
