"""The file of ratings: several writers, limits, lines that a crash cut short."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from qa.datatypes import Answer, Turn
from qa.errors import FeedbackError
from qa.feedback import FeedbackFile, Kept, Rating

from .conftest import Rate

WRITER = """
import sys
from pathlib import Path
from qa.datatypes import Answer
from qa.feedback import FeedbackFile, Rating
file = FeedbackFile(Path(sys.argv[1]))
answer = Answer("Q" * 3000, "No.", (), False, 0.1, (), "Q")
for number in range(40):
    file.add(Rating.of(answer, "up", id=f"{sys.argv[2]}-{number}", time="now"))
"""


def test_ratings_read_back_equal(tmp_path: Path, rate: Rate) -> None:
    file = FeedbackFile(tmp_path / "made" / "when needed")
    assert file.read() == Kept(())
    ratings = (
        rate("1", history=[Turn("Who?", "\ud800 \u2028 \x85 \r\n")], comment="  fine \n"),
        rate("2", "down", text="\x0b\u202e{"),
    )
    for rating in ratings:
        file.add(rating)
    assert file.read() == Kept(ratings)
    assert file.read().ratings[0].comment == "fine"
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_the_last_rating_of_an_answer_counts(tmp_path: Path, rate: Rate) -> None:
    file = FeedbackFile(tmp_path)
    for rating in (rate("1"), rate("2"), rate("1", "down"), rate("2", "none")):
        file.add(rating)
    assert file.read().ratings == (rate("1", "down"),)


def test_processes_write_at_once_and_no_line_is_lost(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(number)])
        for number in range(3)
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    kept = FeedbackFile(tmp_path).read()
    assert kept.unreadable == ()
    assert {rating.id for rating in kept.ratings} == {
        f"{writer}-{number}" for writer in range(3) for number in range(40)
    }


def test_a_line_cut_short_spoils_no_other(tmp_path: Path, rate: Rate) -> None:
    file = FeedbackFile(tmp_path)
    file.add(rate("1"))
    whole = file.path.read_bytes()
    file.path.write_bytes(whole + whole[:50])
    file.add(rate("2"))
    assert file.read() == Kept((rate("1"), rate("2")), unreadable=(2,))


def test_beyond_the_limit_nothing_is_written(tmp_path: Path, rate: Rate) -> None:
    FeedbackFile(tmp_path).add(rate("1"))
    full = FeedbackFile(tmp_path, most_bytes=FeedbackFile(tmp_path).path.stat().st_size + 10)
    before = full.path.read_bytes()
    with pytest.raises(FeedbackError, match="bytes at most"):
        full.add(rate("2"))
    assert full.path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, rate: Rate) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FeedbackError, match=r"QA_FEEDBACK_DIR\.$"):
        FeedbackFile(tmp_path / "file").add(rate("1"))


def test_a_rating_has_limits() -> None:
    answer = Answer("Q?", "No.", (), False, 0.1, (), "Q?")
    with pytest.raises(ValueError, match="longer than 2,000"):
        Rating.of(answer, "up", id="1", time="now", comment="x" * 2001)
    history = [Turn("q" * 9000, str(number)) for number in range(20)]
    kept = Rating.of(answer, "up", id="1", time="now", history=history).history
    assert [turn.answer for turn in kept] == ["15", "16", "17", "18", "19"]
    assert {len(turn.question) for turn in kept} == {2000}
