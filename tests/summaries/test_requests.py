from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.summaries.requests import ENDING, OPENING, WHOLE, requested_summary


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What is this about?", WHOLE),
        ("what's the article about", WHOLE),
        ("whats this about", WHOLE),
        ("What is the speech about?", WHOLE),
        ("Summarise the article", WHOLE),
        ("Can you summarize this, please?", WHOLE),
        ("Give me a short summary of this article", WHOLE),
        ("tl;dr", WHOLE),
        ("What are the main points?", WHOLE),
        ("What are the key points of the report?", WHOLE),
        ("Summarise the ending.", ENDING),
        ("Could you sum up the end of the story?", ENDING),
        ("Give me an overview of the beginning", OPENING),
        ("Summarise what is known about the hole.", "the hole"),
        ("give me the main points about the crew's way home", "the crew's way home"),
        ("How is the work going, in short?", "How is the work going"),
        ("In short: how is it governed?", "how is it governed"),
        ("overview of farming in the state", "farming in the state"),
        ("sum up what it says on religion", "religion"),
        ("describe briefly how poor they are", "how poor they are"),
        ("the border bill, briefly", "the border bill"),
        ("What does the article say about radiators?", "radiators"),
        ("Tell me about Sergei Krikalev", "Sergei Krikalev"),
        ("What is lease.txt about?", "lease.txt"),
        ("What is the leak about?", None),
        ("What was summarised in the article?", None),
        ("Who wrote the summary of the report?", None),
        ("What did he say?", None),
        ("Why?", None),
        ("", None),
    ],
)
def test_what_asks_for_a_summary_and_of_what(question: str, topic: str | None) -> None:
    assert requested_summary(question) == topic


@given(st.text(max_size=300))
def test_any_text_is_understood_in_some_way(question: str) -> None:
    topic = requested_summary(question)
    assert topic is None or len(topic) <= max(len(question), len(OPENING))
