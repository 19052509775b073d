"""Several processes on one index, and one that is interrupted."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.errors import IndexBusyError
from qa.indexing import manifest_of
from qa.store import database
from qa.store.store import open_writer
from tests.robustness.qa_process import ROOT, run_qa, start_qa
from tests.robustness.shelf import ARTICLES, QUESTIONS, Shelf, passages_of, quotes_of


def other_versions() -> dict[str, str]:
    """Return the articles with other texts at other offsets."""
    return {
        name: "This article was changed today, and it is longer now.\n\n"
        + text.replace("kestrel", "falcon").replace("Rhine", "Danube").replace("tea", "coffee")
        for name, text in ARTICLES.items()
    }


@contextmanager
def asking(
    shelf: Shelf, old: Path, new: Path, processes: int = 2
) -> Iterator[list[dict[str, int]]]:
    """Ask in other processes for the length of the block; then give what they saw."""
    stop = shelf.index.with_name("stop")
    arguments = [shelf.index, stop, old, new]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.robustness.asking", *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    seen: list[dict[str, int]] = []
    try:
        yield seen
    finally:
        stop.touch()
        for process in running:
            output, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
            assert errors == ""
            seen.append(json.loads(output))


@pytest.fixture
def versions(shelf: Shelf, tmp_path: Path) -> tuple[Path, Path]:
    """Folders with the old and the new version of the same articles."""
    old, new = Shelf(tmp_path / "old", shelf.index), Shelf(tmp_path / "new", shelf.index)
    old.put(ARTICLES)
    new.put(other_versions())
    return old.corpus, new.corpus


@pytest.mark.parametrize("rebuild", [False, True], ids=["update", "rebuild"])
def test_two_processes_ask_while_a_third_indexes(
    shelf: Shelf, versions: tuple[Path, Path], rebuild: bool
) -> None:
    shelf.update()
    flags = ["--rebuild"] if rebuild else []
    with asking(shelf, *versions) as seen:
        for turn in range(4):
            for path in versions[(turn + 1) % 2].iterdir():
                shutil.copy(path, shelf.corpus)
            done = run_qa("index", shelf.corpus, *flags, "--index-dir", shelf.index, "--json")
            assert (done.returncode, done.stderr) == (0, "")
            report = json.loads(done.stdout)
            assert len(report["added" if rebuild else "updated"]) == len(ARTICLES)
    assert all(sum(answers.values()) >= 40 for answers in seen), seen
    assert all(min(answers.get("old", 0), answers.get("new", 0)) >= 5 for answers in seen), seen


def test_threads_ask_while_the_index_is_rebuilt(shelf: Shelf, versions: tuple[Path, Path]) -> None:
    shelf.update()
    assistant = shelf.open()
    over = threading.Event()
    failures: list[BaseException] = []
    texts = [{p.name: p.read_text(encoding="utf-8") for p in v.iterdir()} for v in versions]

    def ask() -> None:
        try:
            while not over.is_set():
                for question in QUESTIONS:
                    answer = assistant.ask(question)
                    places = [*quotes_of(answer), *passages_of(answer)]
                    assert places
                    assert any(
                        all(version[d][start:end] == text for d, start, end, text in places)
                        for version in texts
                    )
        except BaseException as error:  # the thread's end, told to the test
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(6):
        for path in versions[(turn + 1) % 2].iterdir():
            shutil.copy(path, shelf.corpus)
        shelf.update(rebuild=turn % 3 == 0)
    over.set()
    for thread in threads:
        thread.join()
    assistant.store.close()
    assert failures == []


def test_a_second_indexer_is_refused_at_once(shelf: Shelf) -> None:
    with (
        open_writer(shelf.index, manifest_of(shelf.encoder, shelf.settings)),
        pytest.raises(IndexBusyError, match="another process is indexing"),
    ):
        shelf.update()
    with open_writer(shelf.index, manifest_of(shelf.encoder, shelf.settings)):
        done = run_qa("index", shelf.corpus, "--index-dir", shelf.index)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "another process is indexing" in done.stderr
    shelf.update()
    assert shelf.answers()


def test_first_use_by_several_processes_at_once_makes_one_index(shelf: Shelf) -> None:
    environment = {"QA_CORPUS_DIR": str(shelf.corpus)}
    arguments = ("ask", QUESTIONS[1], "--index-dir", shelf.index)
    running = [start_qa(*arguments, **environment) for _ in range(3)]
    outputs = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], outputs
    assert {output for output, _ in outputs} == {outputs[0][0]}
    assert "The Rhine rises in the Alps." in outputs[0][0]
    assert all("Traceback" not in errors for _, errors in outputs)
    assert shelf.passages() == shelf.fresh("fresh").passages()


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(shelf: Shelf) -> None:
    shelf.update()
    lines = [f"Lark {number} sings at dawn over the field." for number in range(120)]
    shelf.put(
        {f"larks-{number}.txt": "\n\n".join([f"Part {number}.", *lines]) for number in range(5)}
    )
    arguments = ("index", shelf.corpus, "--index-dir", shelf.index)
    process = start_qa(*arguments, QA_TEST_SECONDS="20", QA_TEST_AFTER="1")
    until(lambda: "larks-0.txt" in stored(shelf), process)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (130, "")
    assert "interrupted; what was stored is kept. Go on with: qa index " in errors
    assert "Traceback" not in errors
    kept = shelf.update().unchanged
    assert "larks-0.txt" in kept
    assert "larks-4.txt" not in kept
    assert shelf.passages() == shelf.fresh("fresh").passages()
    # A rebuild that is interrupted leaves the old index as it was.
    (shelf.corpus / "larks-0.txt").unlink()
    before = shelf.answers()
    process = start_qa(*arguments, "--rebuild", QA_TEST_SECONDS="20")
    until(lambda: (shelf.index / "g000002").is_dir(), process)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (130, "")
    assert "interrupted; the old index stays as it was. Go on with: qa index " in errors
    assert shelf.generation.name == "g000001"
    assert shelf.answers() == before


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while process.poll() is None and not condition():
        time.sleep(0.005)


def stored(shelf: Shelf) -> set[str]:
    """Return the ids of all that is stored, published or not."""
    connection = database.connect(shelf.generation / database.FILE_NAME)
    try:
        return {row[0] for row in connection.execute("SELECT id FROM documents")}
    finally:
        connection.close()
