"""The page in a real browser: ask, click, see it in the source; nothing runs, nothing leaves."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qa.datatypes import Answer
from qa.settings import Settings
from qa.web.engine import Engine

from .conftest import ARTICLES, Open, Serve, Visitor
from .fake_engine import FakeEngine, make_document

if TYPE_CHECKING:
    from playwright.sync_api import Locator

HOLE = "How wide is the hole in the Soyuz?"
UNANSWERABLE = "Who painted the Mona Lisa?"
NARROW = (390, 844)
HOSTILE = """\
Zebras <script>window.__pwned = 'script'</script> eat grass.

Lions <img src="https://example.com/x.png" onerror="window.__pwned = 'img'"> sleep long.

Tigers ${window.__pwned = 'template'} {{value}} {{{value}}} `${window.__pwned = 1}` swim.

Bears ![x](https://example.com/y.png) [z](javascript:window.__pwned=2) $$\\href{x}{y}$$ dance.

Wolves </mark></p></section><iframe src="https://example.com/"></iframe> howl.

Foxes \u202e dekcats \u202c \u2066x\u2069 \x07\x1b[31m jump &lt;b&gt; &amp;amp; over.

Hares <svg onload="window.__pwned = 'svg'"><style>@import 'https://example.com/z'</style> run.\r
\r
Geese fly.
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The real engine over the corpus that ships with it."""
    from qa.assistant import Assistant

    folder = tmp_path_factory.mktemp("index")
    return Assistant.open(folder, settings=Settings(corpus_dir=ARTICLES))


@pytest.fixture(scope="module")
def address(engine: Engine, serve: Serve) -> str:
    return serve(engine)


def text_of(marks: Locator) -> str:
    return "".join(marks.all_text_contents())


def marks(visitor: Visitor, mark: str) -> Locator:
    return visitor.page.locator(f'.source mark[data-marks~="{mark}"]')


def expect(locator: Locator) -> Any:  # noqa: ANN401 - playwright's assertions have no one type
    from playwright.sync_api import expect as playwright_expect

    return playwright_expect(locator)


def assert_nothing_ran(visitor: Visitor) -> None:
    assert visitor.page.evaluate("window.__pwned") is None
    assert visitor.page.locator("#qa-room").locator("script, img, iframe, svg, style").count() == 0


def test_ask_click_and_see_the_quote_in_the_source(
    engine: Engine, address: str, visit: Open
) -> None:
    answer = engine.ask(HOLE)
    visitor = visit(address)
    visitor.ask(HOLE)
    quote = answer.citations[0].quote
    assert "0.8 millimeters" in quote
    mark = marks(visitor, "e1c1")
    assert text_of(mark) == quote
    expect(mark.first).to_be_in_viewport()
    expect(visitor.page.locator("mark.chosen")).to_have_count(0)
    visitor.page.locator(".source").evaluate("pane => { pane.scrollTop = 1e6 }")
    visitor.page.locator('.marker[data-mark="e1c1"]').first.click()
    expect(mark.first).to_be_in_viewport(ratio=0.9)
    expect(mark.first).to_be_focused()
    assert text_of(visitor.page.locator("mark.chosen")) == quote
    assert visitor.page.evaluate("scrollY") == 0


def test_refusal_offers_the_nearest_passages(engine: Engine, address: str, visit: Open) -> None:
    answer = engine.ask(UNANSWERABLE)
    assert not answer.answered
    visitor = visit(address)
    visitor.ask(UNANSWERABLE)
    expect(visitor.page.locator(".refusal")).to_have_text(answer.text)
    hits = visitor.page.locator(".hit")
    assert hits.count() == min(3, len(answer.hits)) > 0
    for number, hit in enumerate(answer.hits[:3], start=1):
        hits.nth(number - 1).click()
        mark = marks(visitor, f"e1h{number}")
        expect(mark.first).to_be_in_viewport()
        assert text_of(mark) == hit.passage.text


def test_a_refusal_shows_the_closest_sentence_in_the_source(serve: Serve, visit: Open) -> None:
    visitor = visit(serve(FakeEngine([make_document("Lions sleep long.\n\nZebras eat grass.")])))
    visitor.ask("Do zebras swim?")
    expect(visitor.page.locator(".refusal")).to_have_text("The text does not clearly say.")
    expect(visitor.page.locator(".answer blockquote")).to_contain_text("Zebras eat grass.")
    expect(visitor.page.locator(".hit")).to_have_text(["Lions sleep long."])
    mark = marks(visitor, "e1c1")
    assert text_of(mark) == "Zebras eat grass."
    visitor.page.locator(".hit").click()
    expect(marks(visitor, "e1h1")).to_have_text("Lions sleep long.")
    visitor.page.locator('.marker[data-mark="e1c1"]').click()
    expect(mark.first).to_be_focused()
    assert text_of(visitor.page.locator(".source mark")) == "Zebras eat grass."


def test_example_questions_are_asked_by_a_click(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.page.get_by_role("button", name=HOLE).click()
    expect(visitor.page.locator(".question")).to_have_text(HOLE)
    expect(visitor.page.locator(".source mark").first).to_be_in_viewport()


def test_an_earlier_answer_opens_its_own_marks(engine: Engine, address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask(HOLE)
    visitor.ask(UNANSWERABLE)
    expect(visitor.page.locator(".source mark")).to_have_count(0)
    visitor.page.locator('.marker[data-mark="e1c1"]').first.click()
    mark = marks(visitor, "e1c1")
    expect(mark.first).to_be_focused()
    assert text_of(mark) == engine.ask(HOLE).citations[0].quote


def test_keyboard_alone(address: str, visit: Open) -> None:
    visitor = visit(address)
    page = visitor.page
    page.keyboard.type(HOLE)  # the question box has the focus when the page opens
    page.keyboard.press("Enter")
    marker = page.locator('.marker[data-mark="e1c1"]').first
    marker.wait_for()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if marker.evaluate("it => it === document.activeElement"):
            break
    expect(marker).to_be_focused()
    page.keyboard.press("Enter")
    mark = marks(visitor, "e1c1").first
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_narrow_screen(address: str, visit: Open) -> None:
    visitor = visit(address, NARROW)
    visitor.ask(HOLE)
    visitor.page.locator('.marker[data-mark="e1c1"]').first.click()
    expect(marks(visitor, "e1c1").first).to_be_in_viewport(ratio=0.5)
    talk, source = (visitor.page.locator(it).bounding_box() for it in (".talk", ".source"))
    assert talk
    assert source
    assert source["y"] >= talk["y"] + talk["height"]
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == NARROW[0]


def test_blank_and_endless_questions_get_one_sentence(address: str, visit: Open) -> None:
    visitor = visit(address)
    visitor.ask("   ")
    visitor.ask("why " * 25_000)
    errors = visitor.page.locator("p.error")
    expect(errors).to_have_count(2)
    assert all(1 < len(text) < 300 for text in errors.all_text_contents())
    visitor.ask(HOLE)
    expect(visitor.page.locator(".marker").first).to_be_visible()


def test_hostile_article_and_questions_are_shown_and_run_nothing(serve: Serve, visit: Open) -> None:
    document = make_document(HOSTILE, '<img src=x onerror="__pwned=3">.txt', HOSTILE)
    engine = FakeEngine([document])
    visitor = visit(serve(engine))
    shown = visitor.page.locator(".source .text")
    assert shown.evaluate("it => it.textContent") == HOSTILE
    for number, paragraph in enumerate(re.split(r"\r?\n\r?\n", HOSTILE.rstrip("\n")), start=1):
        visitor.ask(paragraph)
        answer = engine.ask(paragraph)
        question = visitor.page.locator(".question").last
        assert question.evaluate("it => it.textContent") == paragraph
        for citation in answer.citations:
            visitor.page.locator(f'.marker[data-mark="e{number}c{citation.marker}"]').first.click()
            mark = marks(visitor, f"e{number}c{citation.marker}")
            expect(mark.first).to_be_focused()
            assert text_of(mark) == citation.quote
        assert_nothing_ran(visitor)
    visitor.ask("![a](https://example.com/q.png) <script>window.__pwned = 4</script> ${1} {{2}}")
    assert_nothing_ran(visitor)
    assert shown.evaluate("it => it.textContent") == HOSTILE


def test_hostile_article_through_the_real_engine(tmp_path: Path, serve: Serve, visit: Open) -> None:
    from qa.assistant import Assistant

    corpus = tmp_path / "articles"
    corpus.mkdir()
    text = HOSTILE.replace("\x07", "").replace("\x1b", "")
    (corpus / "<img src=x onerror=alert(1)>.txt").write_bytes(text.encode())
    engine = Assistant.open(tmp_path / "index", settings=Settings(corpus_dir=corpus))
    visitor = visit(serve(engine))
    shown = visitor.page.locator(".source .text")
    assert shown.evaluate("it => it.textContent") == text
    for question in ("What do zebras eat?", "Do lions sleep <b>long</b>?", "Who is ${Tigers}?"):
        visitor.ask(question)
        assert_nothing_ran(visitor)
    assert shown.evaluate("it => it.textContent") == text


def test_the_policy_stands_behind_the_escaping(serve: Serve, visit: Open) -> None:
    visitor = visit(serve(FakeEngine([make_document("Lions sleep long.")])))
    visitor.page.evaluate(
        """document.body.insertAdjacentHTML('beforeend',
            '<img src="https://example.com/x.png" onerror="window.__pwned = 1">' +
            '<img src="missing.png" onerror="window.__pwned = 2">' +
            '<iframe src="https://example.com/"></iframe>')"""
    )
    refused = visitor.page.evaluate(
        "fetch('https://example.com/').then(() => 'sent', () => 'refused')"
    )
    visitor.page.wait_for_timeout(300)
    assert refused == "refused"
    assert visitor.page.evaluate("window.__pwned") is None


def test_a_megabyte_on_one_line_is_cut_around_the_place(serve: Serve, visit: Open) -> None:
    filler = "word " * 100_000
    text = f"{filler}. The needle is golden! {filler}."
    engine = FakeEngine([make_document(text)])
    visitor = visit(serve(engine))
    expect(visitor.page.locator(".note")).to_contain_text("This text has 1,000,0")
    visitor.ask("Which needle is golden?")
    mark = marks(visitor, "e1c1")
    expect(mark.first).to_be_in_viewport()
    assert text_of(mark) == "The needle is golden!"
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 1280


def test_a_changed_text_is_said_and_not_marked(serve: Serve, visit: Open) -> None:
    first = make_document("Lions sleep long. Zebras eat grass.")
    engine = FakeEngine([first])
    visitor = visit(serve(engine))
    visitor.ask("Which lions sleep?")
    visitor.ask("Which zebras eat?")
    engine.replace(dataclasses.replace(first, text="All of it was written anew, and longer."))
    visitor.page.locator('.marker[data-mark="e1c1"]').first.click()
    expect(visitor.page.locator(".note")).to_contain_text("has changed")
    expect(visitor.page.locator(".source mark")).to_have_count(0)


def test_a_place_from_before_a_restart_is_said_to_be_gone(serve: Serve, visit: Open) -> None:
    visitor = visit(serve(FakeEngine([make_document("Lions sleep long.")])))
    visitor.ask("Which lions sleep?")
    marker = visitor.page.locator(".marker").first
    marker.evaluate("it => { it.dataset.mark = 'e7c1' }")
    marker.click()
    expect(visitor.page.locator(".note")).to_contain_text("Please ask again.")


def test_a_bug_in_the_engine_is_one_sentence_and_leaks_nothing(serve: Serve, visit: Open) -> None:
    class Broken(FakeEngine):
        def ask(self, question: str, **_: object) -> Answer:
            raise RuntimeError("<img src=x onerror='window.__pwned = 1'> secret")

    visitor = visit(serve(Broken([make_document("Lions sleep long.")])))
    visitor.ask("Which lions sleep?")
    expect(visitor.page.locator("p.error")).to_contain_text("Something went wrong")
    visitor.page.wait_for_timeout(300)
    assert "secret" not in visitor.page.locator("body").inner_text()
    assert visitor.page.evaluate("window.__pwned") is None


def test_two_visitors_have_their_own_conversations(serve: Serve, visit: Open) -> None:
    engine = FakeEngine([make_document("Lions sleep long. Zebras eat grass.")])
    address = serve(engine)
    one, two = visit(address), visit(address)
    one.ask("Which lions sleep?")
    two.ask("Which zebras eat?")
    one.ask("And why do they?")
    assert two.page.locator(".question").all_text_contents() == ["Which zebras eat?"]
    assert [turn.question for turn in engine.histories[-1]] == ["Which lions sleep?"]
