"""Conversations that come back from a browser: as hostile as any input."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering import ABSTENTION
from qa.settings import Settings
from qa.web.history import MOST, HistoryError, from_browser, to_browser
from qa.web.visit import Visit, nearest

from .conftest import ARTICLES
from .fake_engine import FakeEngine, make_document

TEXT = "Lions sleep long. Zebras eat grass."


def engine(text: str = TEXT, **more: Any) -> FakeEngine:
    return FakeEngine([make_document(text, **more)])


def visited(*questions: str) -> Visit:
    visit = Visit()
    for question in questions:
        visit = visit.asking(question).answered(engine().ask(question))
    return visit


def kept(**changes: object) -> str:
    """A kept conversation with the members named as ``a__0__b`` replaced."""
    data = json.loads(to_browser(visited("Which lions sleep?", "Who painted it?")))
    for path, value in changes.items():
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        part = data
        for step in steps:
            part = part[step]
        part[last] = value
    return json.dumps(data)


CITATION = "exchanges__0__answer__citations__0__"


def test_what_a_browser_kept_reads_back_equal() -> None:
    visit = visited("Which lions sleep?", "Who painted it?").rated(1, "up")
    visit = visit.asking("why " * 5000).failed("Too long.")
    back = from_browser(to_browser(visit), engine(title="An article"))
    *answered, failed = back.exchanges
    assert back.key == visit.key
    assert failed.error == "Too long."
    assert len(failed.question) == 4000
    assert answered[0].rating == "up"
    for before, after in zip(visit.exchanges, answered, strict=False):
        assert after.answer is not None
        assert before.answer is not None
        assert after.answer.citations == tuple(
            dataclasses.replace(c, date="2022-12-22") for c in before.answer.citations
        )
        assert after.answer.text == before.answer.text
        assert after.changed == ()


def test_answers_of_the_real_engine_come_back_equal(tmp_path: Path) -> None:
    from qa.assistant import Assistant

    assistant = Assistant.open(tmp_path, settings=Settings(corpus_dir=ARTICLES))
    visit = Visit()
    for question in ("How wide is the hole?", "Who painted it?", "What is this about?", "hello"):
        visit = visit.asking(question).answered(assistant.ask(question))
    back = from_browser(to_browser(visit), assistant)
    for before, after in zip(visit.exchanges, back.exchanges, strict=True):
        assert before.answer is not None
        kept = dataclasses.replace(before.answer, hits=tuple(nearest(before.answer)))
        assert (after.answer, after.changed) == (kept, ())


def test_a_quote_that_does_not_stand_there_any_more_is_named() -> None:
    sent = to_browser(visited("Which lions sleep?", "Who painted it?"))
    back = from_browser(sent, engine("Lions  sleep long. Zebras eat grass."))
    assert [exchange.changed for exchange in back.exchanges] == [(1,), ()]
    assert back.exchanges[1].answer is not None
    assert back.exchanges[1].answer.hits == ()
    back = from_browser(sent, FakeEngine([make_document(TEXT, "other.txt")]))
    assert back.exchanges[0].changed == (1,)


def test_a_closest_sentence_is_kept_while_it_stands_there() -> None:
    sent = to_browser(visited("Do lions swim?"))
    [kept_one] = from_browser(sent, engine()).exchanges
    assert kept_one.answer is not None
    assert kept_one.answer.closest is not None
    assert kept_one.answer.closest.quote == "Lions sleep long."
    [gone] = from_browser(sent, engine("Zebras eat grass.")).exchanges
    assert gone.answer is not None
    assert gone.answer.closest is None
    assert gone.answer.text == ABSTENTION


def test_titles_are_those_of_the_documents() -> None:
    sent = kept(**{f"{CITATION}title": "Forged", f"{CITATION}source": "/etc/passwd"})
    [first, _] = from_browser(sent, engine()).exchanges
    assert first.answer is not None
    assert first.answer.citations[0].title == "An article"
    assert first.answer.citations[0].source == "article.txt"


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        "",
        "null",
        "[]",
        "{",
        "[" * 100_000,
        " " * (MOST + 1),
        kept(version=2),
        kept(key="x"),
        kept(key="0123456789abcdef\n"),
        kept(exchanges=[]),
        kept(exchanges=[{}]),
        kept(extra=1),
        kept(exchanges__0__question="x" * 4001),
        kept(exchanges__0__question=7),
        kept(exchanges__0__error="both"),
        kept(exchanges__0__answer=None),
        kept(exchanges__0__rating="sideways"),
        kept(exchanges__0__answer__answered=False),
        kept(exchanges__0__answer__confidence=2),
        kept(exchanges__0__answer__confidence=float("nan")),
        kept(exchanges__0__answer__text="x" * 50_001),
        kept(exchanges__0__answer__text=""),
        kept(exchanges__1__answer__hits__0__score=float("inf")),
        kept(**{f"{CITATION}marker": 0}),
        kept(**{f"{CITATION}marker": 10**30}),
        kept(**{f"{CITATION}start": -5}),
        kept(**{f"{CITATION}end": 10**9}),
        kept(**{f"{CITATION}answer_end": 10**9}),
        kept(**{f"{CITATION}answer_start": -1}),
        kept(
            exchanges__0__answer__citations=2
            * json.loads(kept())["exchanges"][0]["answer"]["citations"]
        ),
    ],
)
def test_anything_else_is_refused(sent: object) -> None:
    with pytest.raises(HistoryError):
        from_browser(sent, engine())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.data(), json_values)
def test_any_member_may_be_anything(data: st.DataObject, value: object) -> None:
    whole = json.loads(kept())
    part = whole
    while True:
        step = data.draw(
            st.sampled_from(list(part) if isinstance(part, dict) else range(len(part)))
        )
        if not isinstance(part[step], dict | list) or not part[step] or data.draw(st.booleans()):
            part[step] = value
            break
        part = part[step]
    try:
        back = from_browser(json.dumps(whole), engine())
    except HistoryError:
        return
    assert from_browser(to_browser(back), engine()) == back


def test_the_oldest_exchanges_give_way() -> None:
    visit = visited(*["Which lions sleep?"] * 150)
    visit = dataclasses.replace(
        visit,
        exchanges=tuple(
            dataclasses.replace(e, question=f"{e.number} " + "x" * 3900) for e in visit.exchanges
        ),
    )
    sent = to_browser(visit)
    assert len(sent) <= MOST
    back = from_browser(sent, engine())
    assert 50 < len(back.exchanges) < 150
    assert back.exchanges[-1].question.startswith("150 ")
    assert [exchange.number for exchange in back.exchanges[:2]] == [1, 2]
