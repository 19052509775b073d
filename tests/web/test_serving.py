"""Serving on its own: for monitors, behind a proxy, for those who have an account."""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from qa.errors import IndexDamagedError
from qa.web.accounts import AuthFileError, read_accounts

from .conftest import Open, Serve
from .fake_engine import FakeEngine, make_document
from .reverse_proxy import behind_proxy

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = "Lions sleep long. Zebras eat grass."
ANN = {"authorization": "Basic " + base64.b64encode(b"ann:caf\xc3\xa9:1").decode()}


def get(address: str, **headers: str) -> httpx.Response:
    return httpx.get(address, headers=headers, trust_env=False, timeout=30)


@pytest.fixture
def auth_file(tmp_path: Path) -> Path:
    path = tmp_path / "users.txt"
    path.write_text("# who may read\n\nann:café:1\nbob:two\n", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def closed(serve: Serve, auth_file: Path) -> str:
    return serve(FakeEngine([make_document(TEXT)]), auth_file=auth_file)


def test_monitors_learn_whether_the_index_can_be_read(serve: Serve) -> None:
    engine = FakeEngine([make_document(TEXT)])
    address = serve(engine)
    assert get(f"{address}/healthz").json() == {"status": "ok"}

    def damaged() -> tuple[int, int]:
        raise IndexDamagedError(Path("index"), "no pages")

    engine.counts = damaged  # type: ignore[method-assign]
    broken = get(f"{address}/healthz")
    assert (broken.status_code, broken.json()) == (503, {"status": "error"})


def test_whoever_has_no_account_gets_nothing(closed: str) -> None:
    wrong = "Basic " + base64.b64encode(b"ann:two").decode()
    nobody = "Basic " + base64.b64encode(b"eve:").decode()
    for given in ("", wrong, nobody, "Basic x", "Bearer abc"):
        for path in ("/", "/gradio_api/info", "/config"):
            refused = get(closed + path, **({"authorization": given} if given else {}))
            assert refused.status_code == 401
            assert "Zebras" not in refused.text
            assert refused.headers["www-authenticate"].startswith("Basic ")
            assert "default-src 'self'" in refused.headers["content-security-policy"]
    assert "Zebras" in get(closed, **ANN).text
    assert get(f"{closed}/healthz").status_code == 200


def test_a_visitor_with_an_account_asks(closed: str, chromium: Browser) -> None:
    from playwright.sync_api import expect

    login = {"username": "ann", "password": "café:1"}
    with chromium.new_context(http_credentials=login) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(closed)
        page.get_by_role("textbox", name="Your question").fill("Which lions sleep?")
        page.keyboard.press("Enter")
        expect(page.locator(".marker").first).to_be_visible()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"ann", "line 1 is not name:password"),
        (b"ann:secret\n:secret", "line 2 is not name:password"),
        (b"# nobody\n", "holds no account"),
        (b"\xff\xfe", "no utf-8 text"),
        (None, "no such file or directory"),
    ],
)
def test_a_file_of_accounts_that_is_none(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "users.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AuthFileError, match=reason) as caught:
        read_accounts(path)
    assert "secret" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="permissions are told by mode bits on POSIX only")
def test_passwords_that_others_can_read_are_warned_of(
    auth_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        read_accounts(auth_file)
        assert caplog.messages == []
        auth_file.chmod(0o644)
        read_accounts(auth_file)
    assert "others on this machine can read the passwords" in caplog.text


@pytest.fixture(params=[True, False], ids=["the proxy takes the path off", "the path stays"])
def below(request: pytest.FixtureRequest, serve: Serve) -> Iterator[str]:
    """Give the address of the page below /qa of another server."""
    address = serve(FakeEngine([make_document(TEXT)]), root_path="/qa")
    with behind_proxy(address, "/qa", takes_off=request.param) as proxy:
        yield proxy


def test_accounts_and_monitors_below_another_path(serve: Serve, auth_file: Path) -> None:
    engine = FakeEngine([make_document(TEXT)])
    address = serve(engine, auth_file=auth_file, root_path="/qa")
    for path in ("/qa/healthz", "/healthz"):
        assert get(address + path).status_code == 200
    for path in ("/qa/", "/", "/de/", "/qa/de/", "/qa/healthz/", "/qa/config"):
        assert get(address + path).status_code == 401
    for path in ("/qa/", "/", "/de/", "/qa/de/", "/qa/config", "/qa/ar/config"):
        assert "Zebras" in get(address + path, **ANN).text


@pytest.mark.parametrize("locale", ["en", "de", "ar"])
def test_behind_a_reverse_proxy(below: str, visit: Open, locale: str) -> None:
    visitor = visit(f"{below}/qa/", locale=locale)
    visitor.ask("Which lions sleep?")
    visitor.page.locator(".marker").first.click()
    assert visitor.page.locator(".source mark").first.text_content() == "Lions sleep long."
    assert get(f"{below}/qa/healthz").json() == {"status": "ok"}
