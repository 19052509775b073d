"""The child process: what hangs or crashes in it costs one file, and the others never notice."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.datatypes import Document
from qa.documents.formats.parts import Limits
from qa.documents.outcomes import Outcome, Refusal, Source, Unchanged
from qa.documents.parser import START, Parser

# The real child, in which pages that say so hang, crash, or use the machine as they must not.
TRAPS = """
import json, sys; sys.path[:] = json.loads(sys.argv[1])
import os, signal, time
from qa.documents.formats import registry
from qa.documents.formats.parts import Extract

def trap(data, limits):
    word = data.decode()
    if word == "hang": time.sleep(1000)
    if word == "hang hard":
        signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL})
        while True: pass
    if word == "exit": os._exit(7)
    if word == "crash": os.kill(os.getpid(), signal.SIGSEGV)
    if word == "raise": raise RuntimeError("some\\nthing")
    if word == "memory": bytearray(10**12)
    if word == "recursion": trap_again = lambda: trap_again(); trap_again()
    if word == "print": os.write(1, b'{"end": true}\\n'); print('{"end": true}', flush=True)
    if word.startswith("write "): os.write(os.open(word[6:], os.O_RDWR), b"x")
    if word == "interrupt": os.kill(os.getpid(), signal.SIGINT)
    return Extract(f"{word} {os.getpid()}")

registry.FORMATS[".html"] = registry.Format(read=trap)
from qa.documents import parser_process
parser_process._GRACE_SECONDS = 0.3
parser_process.main()
"""


@pytest.fixture
def parser() -> Iterator[Parser]:
    parser = Parser(Limits(seconds=1.5), start=TRAPS)
    yield parser
    parser.close()


def parse(parser: Parser, path: Path, data: str | bytes = "") -> list[Outcome]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(parser.parse(path, Source(path.name, f"x/{path.name}"), {}))


def process_of(outcomes: list[Outcome]) -> int:
    """Return the id of the process that read a trap's page without a trap."""
    (outcome,) = outcomes
    assert isinstance(outcome, Document)
    return int(outcome.text.split()[-1])


def refusal_of(outcomes: list[Outcome]) -> Refusal:
    (outcome,) = outcomes
    assert isinstance(outcome, Refusal)
    return outcome


def packed(*words: str) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        for number, word in enumerate(words):
            archive.writestr(f"{number}.html", word)
    return to.getvalue()


def test_one_process_reads_all_files(parser: Parser, tmp_path: Path) -> None:
    processes = {process_of(parse(parser, tmp_path / f"{n}.html", "well")) for n in range(20)}
    assert len(processes) == 1
    assert processes != {os.getpid()}


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("hang", "took longer than 1.5 seconds to read"),
        ("hang hard", "took longer than 1.5 seconds to read"),
        ("exit", "stopped the program that reads it (exit status 7)"),
        ("crash", "stopped the program that reads it (SIGSEGV)"),
    ],
)
def test_a_process_that_hangs_or_dies_costs_one_file(
    word: str, reason: str, parser: Parser, tmp_path: Path
) -> None:
    before = process_of(parse(parser, tmp_path / "a.html", "well"))
    began = time.monotonic()
    refused = refusal_of(parse(parser, tmp_path / "b.html", word))
    assert time.monotonic() - began < 10
    assert (refused.id, refused.reason) == ("b.html", reason)
    after = process_of(parse(parser, tmp_path / "c.html", "well"))
    assert after != before
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("raise", "is damaged, or not what its ending says (RuntimeError: some thing)"),
        ("memory", "needs too much memory"),
        ("recursion", "is damaged, or not what its ending says (RecursionError"),
    ],
)
def test_a_parser_that_fails_leaves_its_process_alive(
    word: str, reason: str, parser: Parser, tmp_path: Path
) -> None:
    before = process_of(parse(parser, tmp_path / "a.html", "well"))
    assert refusal_of(parse(parser, tmp_path / "b.html", word)).reason.startswith(reason)
    assert process_of(parse(parser, tmp_path / "c.html", "well")) == before


def test_what_a_parser_prints_is_no_answer(parser: Parser, tmp_path: Path) -> None:
    process_of(parse(parser, tmp_path / "a.html", "print"))
    process_of(parse(parser, tmp_path / "b.html", "well"))


def test_ctrl_c_is_left_to_the_parent(parser: Parser, tmp_path: Path) -> None:
    process_of(parse(parser, tmp_path / "a.html", "interrupt"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_process_can_write_no_file(parser: Parser, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    refused = refusal_of(parse(parser, tmp_path / "a.html", f"write {tmp_path / 'mine'}"))
    assert "File too large" in refused.reason
    assert (tmp_path / "mine").read_bytes() == b""


def test_a_trap_within_an_archive_costs_one_member(parser: Parser, tmp_path: Path) -> None:
    outcomes = parse(parser, tmp_path / "a.zip", packed("well", "crash", "well", "hang", "well"))
    assert [(outcome.id, type(outcome)) for outcome in outcomes] == [
        ("a.zip/0.html", Document),
        ("a.zip/1.html", Refusal),
        ("a.zip/2.html", Document),
        ("a.zip/3.html", Refusal),
        ("a.zip/4.html", Document),
    ]


def test_an_archive_of_traps_is_given_up(parser: Parser, tmp_path: Path) -> None:
    outcomes = parse(parser, tmp_path / "a.zip", packed("well", *["exit"] * 9))
    assert [outcome.id for outcome in outcomes] == [
        "a.zip/0.html",
        "a.zip/1.html",
        "a.zip/2.html",
        "a.zip/3.html",
        "a.zip",
    ]
    last = outcomes[-1]
    assert isinstance(last, Refusal)
    assert last.reason == "stopped the program that reads it 3 times; the rest of it is not read"


def test_the_time_limit_is_for_each_document_not_for_all(parser: Parser, tmp_path: Path) -> None:
    # The consumer takes far longer than the limit; the child waits for it meanwhile.
    (tmp_path / "a.zip").write_bytes(packed(*["well"] * 20))
    count = 0
    for outcome in parser.parse(tmp_path / "a.zip", Source("a.zip", "a.zip"), {}):
        assert isinstance(outcome, Document)
        count += 1
        time.sleep(0.15)
    assert count == 20


def test_a_child_that_waits_to_be_heard_is_not_taken_to_hang(
    parser: Parser, tmp_path: Path
) -> None:
    # More than a pipe holds: the child cannot go on before it is listened to.
    (tmp_path / "a.zip").write_bytes(packed(*["well" * 50_000] * 12))
    outcomes = []
    for outcome in parser.parse(tmp_path / "a.zip", Source("a.zip", "a.zip"), {}):
        outcomes.append(outcome)
        time.sleep(2.5 if len(outcomes) == 2 else 0)
    assert [type(outcome) for outcome in outcomes] == [Document] * 12


def test_a_child_that_hangs_alone_ends_itself(parser: Parser, tmp_path: Path) -> None:
    process = process_of(parse(parser, tmp_path / "a.html", "well"))
    (tmp_path / "b.html").write_text("hang")
    orphan = subprocess.Popen(
        [sys.executable, "-I", "-c", TRAPS, json.dumps(sys.path)], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    request = {"path": str(tmp_path / "b.html"), "id": "b.html", "source": "b", "known": {},
               "start": 0, "limits": {"seconds": 0.5}}  # fmt: skip
    orphan.communicate(json.dumps(request).encode() + b"\n", timeout=10)
    assert orphan.returncode == -signal.SIGALRM
    assert process_of(parse(parser, tmp_path / "c.html", "well")) == process


def test_a_reader_that_stops_listening_leaves_nothing_behind(
    parser: Parser, tmp_path: Path
) -> None:
    (tmp_path / "a.zip").write_bytes(packed(*["well"] * 200))
    answers = parser.parse(tmp_path / "a.zip", Source("a.zip", "a.zip"), {})
    assert next(answers).id == "a.zip/0.html"
    answers.close()
    assert parse(parser, tmp_path / "b.html", "well")[0].id == "b.html"


def test_a_process_killed_between_files_is_replaced(parser: Parser, tmp_path: Path) -> None:
    os.kill(process_of(parse(parser, tmp_path / "a.html", "well")), signal.SIGKILL)
    time.sleep(0.2)
    process_of(parse(parser, tmp_path / "b.html", "well"))


def test_closing_ends_the_process(parser: Parser, tmp_path: Path) -> None:
    process = process_of(parse(parser, tmp_path / "a.html", "well"))
    parser.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    parser.close()


def test_known_documents_are_not_read(tmp_path: Path) -> None:
    parser = Parser(Limits(), start=START)
    try:
        (first,) = parse(parser, tmp_path / "a.html", "<p>Text")
        assert isinstance(first, Document)
        (again,) = parser.parse(
            tmp_path / "a.html", Source("a.html", "a"), {"a.html": first.sha256}
        )
        assert again == Unchanged("a.html", first.sha256)
    finally:
        parser.close()


def test_a_file_that_is_gone_by_then(parser: Parser, tmp_path: Path) -> None:
    (refused,) = parser.parse(tmp_path / "gone.html", Source("gone.html", "x"), {})
    assert isinstance(refused, Refusal)
    assert refused.reason == "cannot be read (No such file or directory)"


def test_the_parser_is_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A module of this name in the folder must not be run instead of the library's.
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    parser = Parser(Limits())
    try:
        (found,) = parse(parser, tmp_path / "a.html", "<p>Text")
        assert isinstance(found, Document)
    finally:
        parser.close()
