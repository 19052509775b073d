"""The catalogues hold the same texts, all of which are used, and the page is in one of them."""

from __future__ import annotations

import re
import string
from pathlib import Path

import httpx
import pytest

from qa.web.texts import LANGUAGES, best_language, read_texts

from .conftest import Open, Serve
from .fake_engine import FakeEngine, make_document
from .test_page_browser import expect

WEB = Path(__file__).parents[2] / "qa" / "web"
ENGLISH = read_texts("en")
TEXT = "Lions sleep long. Zebras eat grass."


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_catalogue_is_among_the_languages() -> None:
    assert {path.stem for path in (WEB / "languages").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_every_text_with_the_same_placeholders(language: str) -> None:
    texts = read_texts(language)
    assert list(texts.entries) == list(ENGLISH.entries)
    for key, text in ENGLISH.entries.items():
        assert placeholders(texts.entries[key]) == placeholders(text), key
        assert texts.entries[key].strip(), key
    assert len(texts.entries["months"].split()) == 12


def test_every_text_is_used_and_every_text_used_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in WEB.rglob("*.py"))
    named = set(re.findall(r"""\btexts\(\s*["'](\w+)["']""", code))
    assert named <= set(ENGLISH.entries)
    unused = {key for key in ENGLISH.entries if f'"{key}"' not in code and f"'{key}'" not in code}
    assert unused == set()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-CH, en;q=0.9", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR, fr;q=0.9, ar-EG;q=0.4, en;q=0.3", "ar"),
        ("de;q=0, fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=x;q=, ;;;", "en"),
    ],
)
def test_the_browser_chooses(header: str, language: str) -> None:
    assert best_language(header) == language


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve(FakeEngine([make_document(TEXT)]))


def test_the_first_paint_is_in_the_visitors_language(address: str) -> None:
    for language in LANGUAGES:
        page = httpx.get(address, headers={"accept-language": language}, trust_env=False)
        for key in ("title", "about"):
            assert read_texts(language)(key) in page.text
        # What a proxy keeps, it may show to those of the same language only.
        assert "accept-language" in page.headers["vary"]
    assert ENGLISH("about") in httpx.get(address, trust_env=False).text


@pytest.mark.parametrize(("locale", "direction"), [("de-DE", "ltr"), ("ar", "rtl")])
def test_ask_and_click_in_another_language(
    address: str, visit: Open, locale: str, direction: str
) -> None:
    texts = read_texts(best_language(locale))
    visitor = visit(address, locale=locale)
    page = visitor.page
    assert page.evaluate("document.documentElement.lang") == texts.language
    assert page.evaluate("getComputedStyle(document.querySelector('.talk')).direction") == direction
    visitor.ask("Which lions sleep?")
    expect(page.locator(".confidence")).to_have_text(texts("sure"))
    page.locator(".marker").first.click()
    expect(page.locator("mark.chosen")).to_have_text("Lions sleep long.")
    visitor.ask("Who painted it?")
    expect(page.locator(".refusal")).to_have_text(texts("not_said"))
    expect(page.locator("h4").first).to_have_text(texts("nearest_passages"))
    talk, source = (page.locator(it).bounding_box() for it in (".talk", ".source"))
    assert talk
    assert source
    assert (talk["x"] < source["x"]) == (direction == "ltr")
