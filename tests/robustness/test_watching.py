"""``qa watch`` in a process of its own: what happens to a file is in the index soon after."""

from __future__ import annotations

import signal
import threading

import pytest

from tests.robustness.qa_process import start_qa
from tests.robustness.shelf import ARTICLES, Shelf


@pytest.mark.parametrize("polling", ["", "true"])
def test_a_folder_is_followed(shelf: Shelf, polling: str) -> None:
    (shelf.corpus / ".hidden.txt").write_text("Not this.")
    process = start_qa(
        "watch", shelf.corpus, "--index-dir", shelf.index, WATCHFILES_FORCE_POLLING=polling
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()

    def next_report() -> list[str]:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            if "Index: " in line:
                return lines
            lines.append(line.rstrip())
        raise AssertionError(f"it ended: {lines}")

    try:
        assert next_report() == [f"added      {name}" for name in sorted(ARTICLES)]
        (shelf.corpus / "tea.txt").rename(shelf.corpus / "drink.txt")
        assert next_report() == ["moved      tea.txt is drink.txt now"]
        (shelf.corpus / "rhine.md").unlink()
        assert next_report() == ["removed    rhine.md"]
        (shelf.corpus / "sub").mkdir()
        (shelf.corpus / "sub" / "lark.txt").write_text("Larks sing at dawn.")
        assert next_report() == ["added      sub/lark.txt"]
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        watchdog.cancel()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert shelf.passages() == shelf.fresh("fresh").passages()
