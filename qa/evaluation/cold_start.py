"""How long a new process takes to its first answer."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from qa.errors import QAError

PROGRAM = """
import sys
from qa import ask
print(ask(sys.argv[1], index_dir=sys.argv[2]).text, flush=True)
"""


class ColdStartError(QAError):
    """The new process did not answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"cold start: the new process did not answer ({reason}). Try: qa doctor")
        self.reason = reason


def cold_start_ms(
    question: str, index_dir: Path, *, repeats: int = 3, program: str = PROGRAM
) -> float:
    """Return the milliseconds from starting a new Python to its first line of output.

    The median of ``repeats`` runs, one after the other. The process inherits the environment,
    hence the settings too.

    Raises:
        ColdStartError: a process failed or printed nothing.
    """
    return statistics.median(_once(question, index_dir, program) for _ in range(repeats))


def _once(question: str, index_dir: Path, program: str) -> float:
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, question, str(index_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdout is None or process.stderr is None:  # both are pipes
            raise ColdStartError("no output")
        first = process.stdout.readline()
        elapsed = (time.perf_counter() - started) * 1000
        _, complaint = process.communicate()
    if process.returncode or not first:
        last = complaint.strip().splitlines()[-1:] or [f"exit status {process.returncode}"]
        raise ColdStartError(last[0])
    return elapsed
