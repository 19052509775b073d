from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from qa.evaluation.indexing import engine_for, folder_name
from qa.evaluation.questions import QuestionSet

from .conftest import BIRDS, make_document


def squad(digest: str = "0123456789abcdef") -> QuestionSet:
    return QuestionSet(
        Path("data/half_b.json.gz"), "squad", digest, (), (make_document("b/1", BIRDS),)
    )


@pytest.mark.usefixtures("small_assistant")
def test_a_set_with_documents_gets_a_folder_that_goes_away() -> None:
    told: list[tuple[float, int]] = []
    with engine_for(squad(), None, lambda done, total: told.append((done, total))) as (
        engine,
        folder,
    ):
        assert engine.document("b/1").text == BIRDS
        assert folder.is_dir()
    assert not folder.exists()
    assert told == [(1, 1)]


@pytest.mark.usefixtures("small_assistant")
def test_a_given_folder_keeps_an_index_a_set(tmp_path: Path) -> None:
    with engine_for(squad(), tmp_path) as (_, folder):
        pass
    assert folder == tmp_path / "half_b-0123456789ab"
    assert folder.is_dir()
    assert folder_name(squad("f" * 64)) != folder.name


def test_json_lines_are_asked_of_the_index_given(
    index_dir: Path, small_assistant: ModuleType
) -> None:
    found = QuestionSet(Path("set.jsonl"), "jsonl", "0" * 64, ())
    with engine_for(found, index_dir) as (engine, folder):
        assert isinstance(engine, small_assistant.Assistant)
        assert folder == index_dir
    assert index_dir.is_dir()


@pytest.mark.usefixtures("small_assistant")
def test_the_environment_names_the_index_of_json_lines_alone(
    index_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_INDEX_DIR", str(index_dir))
    found = QuestionSet(Path("set.jsonl"), "jsonl", "0" * 64, ())
    with engine_for(found, None) as (_, folder):
        assert folder == index_dir
    with engine_for(squad(), None) as (_, folder):
        assert index_dir not in folder.parents
    monkeypatch.setenv("QA_INDEX_DIR", str(tmp_path / "other"))
    with engine_for(found, index_dir) as (_, folder):
        assert folder == index_dir
    monkeypatch.setenv("QA_INDEX_DIR", "")
    monkeypatch.chdir(tmp_path)
    with engine_for(found, None) as (_, folder):
        assert folder == Path("index")
