from __future__ import annotations

import io
import sys

import pytest

from qa.answering import say
from qa.cli.notices import watched
from qa.datatypes import Answer


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def answers() -> list[Answer]:
    return [say("Why?", text) for text in ("One.", "One. Two.", "One. Two. \x1b[31mThree.")]


@pytest.mark.parametrize("grows", [True, False])
def test_what_grows_is_shown_on_a_terminal(grows: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    out, errors = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", errors)
    assert watched(iter(answers()), grows=grows) == answers()[-1]
    assert out.getvalue() == ""
    assert ("One. Two." in errors.getvalue()) == grows
    assert "\x1b[31m" not in errors.getvalue()


def test_nothing_is_shown_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    assert watched(iter(answers()), grows=True) == answers()[-1]
    assert capsys.readouterr() == ("", "")
