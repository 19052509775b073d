from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from pydantic import ValidationError

from qa.errors import SettingsError
from qa.settings import DEFAULT_ENCODER, Settings, read_settings


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


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("LLM_URL", "localhost:11434", "must be like http://127.0.0.1:11434/v1"),
        ("LLM_URL", "ftp://host/v1", "must be like"),
        ("LLM_URL", "http://host:sk-secret/v1", "must be like"),
        ("LLM_URL", "http://host:65536/v1", "must be like"),
        ("LLM_URL", "https://me:sk-secret@host/v1", "QA_LLM_KEY"),
        ("LLM_URL", "https://host/v1?key=sk-secret", "QA_LLM_KEY"),
        ("LLM_URL", "https://host/v1/chat/completions", "without a key"),
        ("LLM_URL", "https://host/v1", "QA_LLM_MODEL does not say which model. Set both"),
        ("LLM_KEY", "sk-secret\nX: y", "one word of plain ASCII"),
        ("LLM_KEY", "sk-sécret", "one word of plain ASCII"),
        ("LLM_SECONDS", "0", "greater than 0"),
    ],
)
def test_language_model_settings_are_refused_without_showing_a_key(
    name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"QA_{name}", value)
    with pytest.raises(SettingsError, match=reason) as raised:
        read_settings()
    shown = "".join(traceback.format_exception(raised.value))
    assert "secret" not in shown
    assert "sécret" not in shown
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "secret" not in str(refused.value)


def test_the_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_LLM_KEY", "sk-secret")
    settings = read_settings()
    assert settings.llm_key.get_secret_value() == "sk-secret"
    assert "secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_a_misspelt_name_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ANSWERAT", "0.9")
    with pytest.raises(SettingsError, match="QA_ANSWERAT is no setting: did you mean QA_ANSWER_AT"):
        read_settings()


@pytest.mark.parametrize("name", ["QA_INDEX_DIR", "QA_HOST", "QA_PORT", "QA_CHROMIUM", "QA_TEAM"])
def test_what_others_call_theirs_is_left_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "something")
    assert read_settings() == Settings()
