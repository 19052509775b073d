from __future__ import annotations

from pathlib import Path

import pytest

from qa.evaluation.cold_start import ColdStartError, cold_start_ms


def test_the_time_to_the_first_line_is_measured(tmp_path: Path) -> None:
    program = "import sys, time; time.sleep(.1); print(*sys.argv[1:], flush=True); time.sleep(.3)"
    assert 100 < cold_start_ms("Why?", tmp_path, repeats=1, program=program)


def test_the_program_is_given_the_question_and_the_folder(tmp_path: Path) -> None:
    program = "import sys; assert sys.argv[1:] == ['Why?', sys.argv[2]]; print(1)"
    assert cold_start_ms("Why?", tmp_path, repeats=2, program=program) > 0


@pytest.mark.parametrize(
    ("program", "reason"),
    [("raise SystemExit('no index')", "no index"), ("pass", "exit status 0")],
)
def test_a_process_that_does_not_answer_is_an_error(
    tmp_path: Path, program: str, reason: str
) -> None:
    with pytest.raises(ColdStartError, match=reason):
        cold_start_ms("Why?", tmp_path, program=program)
