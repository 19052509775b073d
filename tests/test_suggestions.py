from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Passage
from qa.suggestions import questions_from, suggestions_from


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ('"We looked," Joel Montalbano, NASA\'s manager, said.', ["Who is Joel Montalbano?"]),
        ("He met Ann B. Lee, the former mayor of York.", ["Who is Ann B. Lee?"]),
        ("The bridge was opened in 1966.", ["When was the bridge opened?"]),
        ("Tower Bridge had been closed on Monday.", ["When had Tower Bridge been closed?"]),
        ("The tolls were ended by Alun Cairns.", ["By whom were the tolls ended?"]),
        ("The game was stopped because it rained.", ["Why was the game stopped?"]),
        ("A barque is a sailing ship.", []),
        ("The Cutty Sark is a sailing ship.", ["What is the Cutty Sark?"]),
        ("It leaked on Dec. 14, 2022, they said.", ["What happened on Dec. 14, 2022?"]),
        ("On Sunday (Dec. 18), they looked.", ["What happened on Dec. 18?"]),
        # A place is nobody, and "it" is nothing by itself.
        ("They live in Long Beach, a city by the sea.", []),
        ("They wrote to the Cato Institute, an adviser of many.", []),
        ("It was opened in 1966.", []),
        ("The bridge was opened in silence.", []),
        ("Die Brücke wurde 1966 eröffnet.", []),
    ],
)
def test_a_sentence_is_turned_round(sentence: str, expected: list[str]) -> None:
    assert list(questions_from(sentence)) == [(q, 0, len(sentence)) for q in expected]


def test_each_kind_has_its_turn_and_each_question_one() -> None:
    text = "Ann Lee, an actor, met Bob Day, a singer. The hall was built in 1900. " * 2
    passage = Passage(7, "a", 10, 10 + len(text), text)
    found = suggestions_from([passage, passage])
    assert [each.question for each in found] == [
        "Who is Ann Lee?",
        "When was the hall built?",
        "Who is Bob Day?",
    ]
    for each in found:
        assert text[each.start - 10 : each.end - 10] in text.split(" " * 2)[0]
        assert passage.start <= each.start < each.end <= passage.end


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("## 1. How do I pay?\n\nBy card.", ["How do I pay?"]),
        ("Q2: How do I pay?\nA: By card.", ["How do I pay?"]),
        ("ANN: Why is that?\n\nBO: Ask them.", []),
        ("How do I pay?\n\nWhen do I pay?", []),
    ],
)
def test_what_a_text_asks_and_answers_itself_is_offered(text: str, questions: list[str]) -> None:
    found = suggestions_from([Passage(1, "a", 5, 5 + len(text), text)])
    assert [each.question for each in found] == questions
    assert all(text[each.start - 5 : each.end - 5].endswith("By card.") for each in found)


@given(st.text(max_size=300))
def test_any_text_will_do(text: str) -> None:
    for question, start, end in questions_from(text):
        assert question.endswith("?")
        assert text[start:end].strip()


def test_a_long_line_is_no_trouble() -> None:
    assert list(questions_from("The Aa " * 100_000)) == []


def test_what_is_to_come_has_not_happened_and_one_date_is_asked_once() -> None:
    text = "It fell on Dec. 14, 2022. It rose on Dec. 14. The feast will be on 13 July, at noon."
    passage = Passage(1, "a", 0, len(text), text)
    asked = [each.question for each in suggestions_from([passage])]
    assert asked == ["What happened on Dec. 14, 2022?", "What will happen on 13 July?"]
