"""A measurement in a process of its own: nothing of one run is warm or in memory in the next."""

from __future__ import annotations

import json
import subprocess
import sys
import time

from qa.errors import QAError


class MeasurementError(QAError):
    """A process that was to be measured failed."""

    def __init__(self, module: str, status: int) -> None:
        super().__init__(
            f"{module} ended with status {status}; what it said stands above. Try: qa doctor"
        )
        self.module, self.status = module, status


def run_module(module: str, *arguments: str) -> tuple[float, dict[str, float]]:
    """Run ``python -m module`` and return the milliseconds to its first line, and its last one.

    The process inherits environment and standard error; its last line is a JSON object.

    Raises:
        MeasurementError: it failed.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        output = process.stdout
        if output is None:  # it is a pipe
            raise MeasurementError(module, -1)
        first = output.readline()
        elapsed = (time.perf_counter() - started) * 1000
        last = (first + output.read()).strip().rpartition("\n")[2]
    if process.returncode != 0:
        raise MeasurementError(module, process.returncode)
    figures: dict[str, float] = json.loads(last)
    return elapsed, figures
