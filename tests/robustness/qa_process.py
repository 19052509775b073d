"""The real command ``qa`` in a process of its own, with the small encoder in place of MiniLM.

Run as ``python -m tests.robustness.qa_process index ...``: all else is the program itself, and it
starts in a third of a second instead of the five that torch takes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import qa.models.encoder
from qa.settings import Settings
from tests.fakes import BagOfWordsEncoder

ROOT = Path(__file__).parents[2]
# As the shelf has it, so that both can use one index.
ENVIRONMENT = {"QA_PASSAGE_TOKENS": "16", "QA_ANSWER_AT": "0", "QA_READER": "evidence"}


class SlowEncoder(BagOfWordsEncoder):
    """Stops for as long as the environment says, once some texts are done, to be interrupted."""

    done = 0

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        if self.done >= int(os.environ.get("QA_TEST_AFTER", "0")):
            time.sleep(float(os.environ.get("QA_TEST_SECONDS", "0")))
        self.done += len(texts)
        return super().encode(texts, progress)


def open_fake(settings: Settings) -> BagOfWordsEncoder:
    return SlowEncoder()


def start_qa(
    *arguments: str | Path, prefix: Sequence[str] = (), **environment: str
) -> subprocess.Popen[str]:
    """Start the command with pipes for its output, by way of the command ``prefix``."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "tests.robustness.qa_process", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
    )


def run_qa(
    *arguments: str | Path, prefix: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    with start_qa(*arguments, prefix=prefix, **environment) as process:
        output, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


if __name__ == "__main__":
    # Where the tests run in a shell's background, Ctrl-C is ignored from the start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    qa.models.encoder.open_encoder = open_fake
    from qa.cli import main

    main()
