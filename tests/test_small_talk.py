from __future__ import annotations

import pytest

from qa.small_talk import ABOUT, GOODBYE, HELLO, NO_WORD, THANKS, reply_to


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
        ("?", NO_WORD),
        ("", NO_WORD),
    ],
)
def test_what_is_said_to_the_program(text: str, reply: str | None) -> None:
    assert reply_to(text) == reply
