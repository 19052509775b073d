"""Thumbs beneath an answer, in a real browser, down to the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.feedback import FeedbackFile, Rating

from .conftest import Open, Serve
from .fake_engine import FakeEngine, make_document
from .test_page_browser import expect
from .test_tools_browser import LIONS, TIGERS, ZEBRAS, tool

UP = "This answer is right"
DOWN = "This answer is not right"
TEXT = "Lions sleep long. Zebras eat grass."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback")


@pytest.fixture(scope="module")
def address(serve: Serve, folder: Path) -> str:
    return serve(FakeEngine([make_document(TEXT)]), feedback_dir=folder)


@pytest.fixture
def kept(folder: Path) -> FeedbackFile:
    file = FeedbackFile(folder)
    file.path.unlink(missing_ok=True)
    return file


def last(file: FeedbackFile) -> Rating:
    return file.read().ratings[-1]


def test_a_thumb_is_kept_at_once_and_a_comment_with_it(
    kept: FeedbackFile, address: str, visit: Open
) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.ask(LIONS)
    visitor.ask(ZEBRAS)
    thumb = tool(visitor, UP, 2)
    thumb.focus()
    page.keyboard.press("Enter")
    expect(thumb).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".said", has_text="Noted, thank you.")).to_be_visible()
    rating = last(kept)
    assert (rating.verdict, rating.question, rating.comment) == ("up", ZEBRAS, "")
    assert [turn.question for turn in rating.history] == [LIONS]
    assert rating.supported == ("Zebras eat grass.",)
    box = page.get_by_role("textbox", name="What was good about it? (optional)")
    box.fill("<b>grass</b> \u202e indeed")
    with page.expect_response("**/gradio_api/queue/join*"):
        box.press("Enter")
    expect(box).to_have_count(0)
    expect(thumb).to_be_focused()
    visitor.ask(TIGERS)
    assert (last(kept).verdict, last(kept).comment) == ("up", "<b>grass</b> \u202e indeed")
    assert len(kept.read().ratings) == 1
    expect(tool(visitor, UP, 2)).to_have_attribute("aria-pressed", "true")
    expect(tool(visitor, UP, 1)).to_have_attribute("aria-pressed", "false")


def test_a_thumb_is_changed_and_taken_back(kept: FeedbackFile, address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(TIGERS)
    said = visitor.page.locator(".said")
    tool(visitor, UP).click()
    expect(said).to_have_text("Noted, thank you.")
    tool(visitor, DOWN).click()
    expect(tool(visitor, UP)).to_have_attribute("aria-pressed", "false")
    box = visitor.page.get_by_role("textbox", name="What was wrong, or is missing? (optional)")
    box.press("Escape")
    expect(box).to_have_count(0)
    tool(visitor, DOWN).click()
    expect(said).to_have_text("Taken back.")
    assert kept.read().ratings == ()
    assert len(kept.path.read_text().splitlines()) == 3


def test_what_cannot_be_kept_is_said_and_not_pressed(
    serve: Serve, visit: Open, tmp_path: Path
) -> None:
    engine = FakeEngine([make_document(TEXT)])
    visitor = visit(serve(engine, feedback_dir=tmp_path, feedback_bytes=1))
    visitor.ask(LIONS)
    tool(visitor, DOWN).click()
    expect(visitor.page.locator(".said")).to_contain_text("could not be noted")
    expect(tool(visitor, DOWN)).to_have_attribute("aria-pressed", "false")
    assert str(tmp_path) not in visitor.page.locator("body").inner_text()
