from __future__ import annotations

import pytest

from qa.small_talk import ABOUT, GOODBYE, HELLO, THANKS, asks_for_summary, reply_to


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Hi!", HELLO),
        ("hello there", HELLO),
        ("Good morning", HELLO),
        ("Thank you very much!!", THANKS),
        ("ok thanks", THANKS),
        ("bye", GOODBYE),
        ("What can you do?", ABOUT),
        ("hey, who are you", ABOUT),
        ("Hi, how wide is the hole?", None),
        ("Who thanked the crew?", None),
        ("Help! What leaked?", None),
        ("What can the crew do?", None),
        ("再见", None),
        ("?", None),
        ("", None),
    ],
)
def test_what_is_said_to_the_program(text: str, reply: str | None) -> None:
    assert reply_to(text) == reply


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is this about?", True),
        ("what's the article about", True),
        ("Summarise the article", True),
        ("Can you summarize this, please?", True),
        ("tl;dr", True),
        ("What are the main points?", True),
        ("What is the leak about?", False),
        ("What was summarised in the article?", False),
        ("Why?", False),
        ("", False),
    ],
)
def test_what_asks_for_the_whole(question: str, expected: bool) -> None:
    assert asks_for_summary(question) is expected
