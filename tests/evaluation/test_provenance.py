from __future__ import annotations

import json
import platform
import subprocess
from pathlib import Path

import pytest

from qa.evaluation.provenance import describe_run, git_commit, package_versions
from qa.evaluation.questions import QuestionSet
from qa.settings import Settings


def test_a_run_names_what_it_is_of() -> None:
    about = describe_run(QuestionSet(Path("set.jsonl"), "jsonl", "ab" * 32, ()), Settings())
    assert about["questions"] == "set.jsonl"
    assert about["questions_sha256"] == "ab" * 32
    assert about["encoder"] == Settings().encoder
    assert about["versions"] == {"python": platform.python_version(), **package_versions()}
    json.dumps(about)


def test_versions_of_what_is_installed() -> None:
    assert package_versions()["numpy"]


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@localhost")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "kept.py").write_text("1")
    git(tmp_path, "add", "kept.py")
    git(tmp_path, "-c", "core.hooksPath=/dev/null", "commit", "-qm", "one")
    return tmp_path


def test_the_commit_and_whether_files_differ(repository: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    assert git_commit(repository / "kept.py") == head
    (repository / "kept.py").write_text("2")
    assert git_commit(repository / "kept.py") == f"{head}+changes"


def test_a_file_that_git_does_not_keep_has_no_commit(repository: Path) -> None:
    (repository / "other.py").write_text("1")
    assert git_commit(repository / "other.py") is None


def test_outside_a_repository_or_without_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert git_commit(tmp_path / "a.py") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_commit(Path(__file__)) is None
