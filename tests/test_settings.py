from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from qa.settings import DEFAULT_ENCODER, Settings


def test_the_environment_sets_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ENCODER", "some/model")
    monkeypatch.setenv("QA_CORPUS_DIR", "/articles")
    monkeypatch.setenv("QA_ANSWER_AT", "0.25")
    settings = Settings()
    assert (settings.encoder, settings.corpus_dir) == ("some/model", Path("/articles"))
    assert settings.answer_at == 0.25


def test_an_empty_variable_is_as_if_it_were_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ENCODER", "")
    monkeypatch.setenv("QA_THREADS", "")
    assert Settings().encoder == DEFAULT_ENCODER


@pytest.mark.parametrize(
    "wrong",
    [
        {"encoder": ""},
        {"passage_tokens": 7},
        {"answer_at": 1.1},
        {"threads": 0},
        {"candidates": "many"},
        {"no_such_setting": 1},
    ],
)
def test_wrong_values_and_unknown_names_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().threads = 9  # type: ignore[misc]
