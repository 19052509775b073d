from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import points_back, understand
from qa.datatypes import Turn

BRIDGE = Turn("When was the Severn Bridge opened?", "in 1966")
WHO = Turn("Who opened the Severn Bridge?", "Queen Elizabeth")
TOLLS = Turn("Why did the tolls end?", "The text does not say.")
CAPITAL = Turn("What is the capital of Wales?", "Cardiff")
MAYOR = Turn("Who is Alun Cairns?", "the Welsh secretary")


@pytest.mark.parametrize(
    ("history", "question", "meant"),
    [
        # Nothing of its own: the question word is asked of the question before.
        ([BRIDGE], "Where?", "Where was the Severn Bridge opened?"),
        ([BRIDGE], "and by whom?", "by whom was the Severn Bridge opened?"),
        ([WHO], "why?", "Who opened the Severn Bridge? why?"),
        (
            [Turn("When must the crew leave the station?", "?")],
            "Why?",
            "Why must the crew leave the station?",
        ),
        # A pronoun gives way to what was asked about.
        ([BRIDGE], "How long is it?", "How long is the Severn Bridge?"),
        ([BRIDGE], "What is its length?", "What is the Severn Bridge's length?"),
        ([TOLLS], "Who paid them?", "Who paid the tolls?"),
        ([BRIDGE, TOLLS], "Who had asked for it?", "Who had asked for the tolls?"),
        # What stands beside the pronoun it is not: rather the answer, or what was asked before.
        ([CAPITAL], "When was it the capital of Wales?", "When was Cardiff the capital of Wales?"),
        ([BRIDGE, TOLLS], "Are the tolls on it high?", "Are the tolls on it high?"),
        ([Turn("Which firm rose?", "Art")], "When did it start?", "When did Art start?"),
        # What somebody wants or finds is what comes next, not that somebody.
        (
            [Turn("What did NASA find?", "a small hole")],
            "How wide is it?",
            "How wide is a small hole?",
        ),
        (
            [Turn("What did the bridge replace?", "a ferry")],
            "Who painted it?",
            "Who painted the bridge?",
        ),
        # What happens is nothing that "they" could be.
        (
            [Turn("What caused the cracks?", "salt water leaking past a seal")],
            "How long are they?",
            "How long are they?",
        ),
        ([Turn("What did they find?", "a gold ring")], "Whose is it?", "Whose is a gold ring?"),
        # What happened, and when that was.
        (
            [Turn("What happened to the pier?", "It fell.")],
            "When was that?",
            "When did it happen to the pier?",
        ),
        (
            [Turn("What happened to the pier?", "It fell.")],
            "why?",
            "why did it happen to the pier?",
        ),
        # The same question word asks on; it does not ask again.
        (
            [Turn("What does a red light mean?", "Overheated")],
            "What do I have to do then?",
            "What does a red light mean? What do I have to do then?",
        ),
        ([Turn("Will there be music?", "No.")], "Why not?", "Will there be music? Why not?"),
        # What the text is about is about nothing in it.
        (
            [Turn("What is this article about?", "A bridge.")],
            "When did it open?",
            "When did it open?",
        ),
        # Neither the verb nor its object is what the question before was about.
        (
            [Turn("When did the crew leave the station?", "May")],
            "Where did they go?",
            "Where did the crew go?",
        ),
        (
            [Turn("Why does the museum charge a fee?", "?")],
            "When does it open?",
            "When does the museum open?",
        ),
        (
            [Turn("Why does the museum charge fees?", "?")],
            "When does it open?",
            "When does the museum open?",
        ),
        (
            [Turn("When did the band record Abbey Road?", "1969")],
            "Where did they do it?",
            "Where did the band do it?",
        ),
        (
            [Turn("When did the meteor shower peak?", "May")],
            "Was it seen?",
            "Was the meteor shower seen?",
        ),
        ([Turn("When was the bridge opened?", "?")], "Is it high?", "Is the bridge high?"),
        (
            [Turn("Does the lease cover parking?", "no")],
            "When does it end?",
            "When does the lease end?",
        ),
        (
            [Turn("What's wrong with the boiler?", "out of order")],
            "Who has to fix it?",
            "Who has to fix the boiler?",
        ),
        # I and you are not what a question is about.
        (
            [Turn("Can I put the jug in the dishwasher?", "no")],
            "And the lid?",
            "Can I put the lid in the dishwasher?",
        ),
        (
            [Turn("Do you have to marinate the chicken?", "yes")],
            "Can it be longer?",
            "Can the chicken be longer?",
        ),
        # A figure, or what something is like, is nothing that "it" could be.
        ([Turn("What's the deposit?", "£850")], "How do I pay it?", "How do I pay the deposit?"),
        (
            [Turn("What was the cut?", "15 percent")],
            "Who will write to them?",
            "Who will write to them?",
        ),
        ([Turn("What did he do?", "engineer")], "Did they marry?", "Did they marry?"),
        # What was counted, or described, or stands for itself.
        (
            [Turn("How many people died?", "Two people")],
            "What happened to them?",
            "What happened to the people?",
        ),
        (
            [Turn("What is the oldest inn?", "the Hotel Faro")],
            "Who opened it?",
            "Who opened the Hotel Faro?",
        ),
        (
            [Turn("What did the mill do?", "It shut.")],
            "How many people lost their job?",
            "How many people lost their job?",
        ),
        # Another question word does not stand before a verb.
        (
            [Turn("Who was injured?", "a guard")],
            "When?",
            "Who was injured? When?",
        ),
        (
            [Turn("Who has to fix it?", "the owner")],
            "By when?",
            "Who has to fix it? By when?",
        ),
        # A few words that add something.
        (
            [Turn("How much is a ticket?", "€24")],
            "for kids?",
            "How much is a ticket for kids?",
        ),
        (
            [Turn("Is it open on Saturdays?", "yes")],
            "and in winter?",
            "Is it open in winter?",
        ),
        (
            [Turn("How much was sold in 2022?", "5 t")],
            "and the year before?",
            "How much was sold the year before?",
        ),
        ([Turn("What is served?", "tea")], "anything else?", "What is served? anything else?"),
        ([Turn("Are there jellyfish?", "no")], "and sharks?", "Are there sharks?"),
        ([Turn("Who left?", "Ann")], "How come?", "Who left? why?"),
        # Of another owner.
        (
            [Turn("What did Ann Lee's father do?", "clockmaker")],
            "And her mother?",
            "What did Ann Lee's mother do?",
        ),
        (
            [Turn("What is Ann Lee's job?", "head")],
            "And Bo Orr?",
            "What is Bo Orr's job?",
        ),
        # Corrections.
        ([BRIDGE], "No, I mean the tower", "When was the tower opened?"),
        (
            [MAYOR],
            "I mean the mayor, what will she say?",
            "I mean the mayor, what will she say?",
        ),
        # "One" and "there".
        (
            [Turn("Which beaches are best?", "Ely, with fine sand, and Bath")],
            "How long is the second one?",
            "How long is Bath?",
        ),
        ([BRIDGE], "Is it older than the last?", "Is the Severn Bridge older than the last?"),
        (
            [Turn("What was recalled?", "1,900 bikes")],
            "How big is the second one?",
            "How big is the second one?",
        ),
        (
            [Turn("Where is the new plant?", "Maribor")],
            "What became of the old one?",
            "What became of the old plant?",
        ),
        (
            [Turn("Were any bikes sold?", "Yes.")],
            "Which ones?",
            "Were any bikes sold? Which bikes?",
        ),
        (
            [Turn("Where is the new plant?", "Maribor")],
            "How many people work there?",
            "How many people work in Maribor?",
        ),
        # A person, to the one last spoken of.
        ([Turn("who is jarek?", "a miller")], "Where does he live?", "Where does Jarek live?"),
        ([WHO], "Who asked her to leave?", "Who asked Queen Elizabeth to leave?"),
        ([WHO], "How old was she?", "How old was Queen Elizabeth?"),
        ([MAYOR, TOLLS], "What did he say?", "What did Alun Cairns say?"),
        ([MAYOR], "Where is his office?", "Where is Alun Cairns's office?"),
        # A chain: each is understood by the one before as that was understood.
        ([BRIDGE, Turn("How long is it?", "1,600 m")], "why?", "why is the Severn Bridge?"),
        # The question before, of something else.
        ([Turn("Who organises the food?", "Ann")], "And the music?", "Who organises the music?"),
        ([Turn("Was the Ann built in Oslo?", "No.")], "And the Bo?", "Was the Bo built in Oslo?"),
        (
            [Turn("When was the Ann built?", "1998")],
            "and modernized?",
            "When was the Ann modernized?",
        ),
        ([MAYOR], "and Jane Hutt?", "Who is Jane Hutt?"),
        ([BRIDGE], "What about the Humber Bridge?", "When was the Humber Bridge opened?"),
        ([Turn("Who joined last year?", "Ann")], "and this year?", "Who joined this year?"),
        ([Turn("What sank in May?", "it")], "And in June?", "What sank in June?"),
        ([MAYOR], "and you?", "Who is Alun Cairns? and you?"),
        # These stand alone.
        ([MAYOR], "What does it say about dragons?", "What does it say about dragons?"),
        ([BRIDGE], "Who built the Humber Bridge?", "Who built the Humber Bridge?"),
        ([BRIDGE], "Is it possible to walk across?", "Is it possible to walk across?"),
        ([MAYOR], "When did the crew say it was late?", "When did the crew say it was late?"),
        ([], "Why?", "Why?"),
        ([Turn(" ", "")], "Why?", "Why?"),
    ],
)
def test_what_a_question_means(history: list[Turn], question: str, meant: str) -> None:
    assert understand(question, history).question == meant


def test_a_first_question_is_searched_for_as_it_is() -> None:
    assert understand("How long is it?", []).searches == ("How long is it?",)


def test_a_new_topic_is_searched_for_by_itself_first() -> None:
    understood = understand("Who built the Humber Bridge?", [BRIDGE])
    assert understood.searches[0] == "Who built the Humber Bridge?"
    assert "Severn" in understood.searches[1]


def test_what_cannot_be_resolved_is_searched_for_with_its_topic() -> None:
    understood = understand("Was this expected?", [BRIDGE, Turn("Was this late?", "")])
    assert understood.question == "Was this expected?"
    assert understood.searches[0] == f"{BRIDGE.question} Was this expected?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why?", True),
        ("What about the crew?", True),
        ("Who said that?", True),
        ("Did she fly?", True),
        ("Did NASA say that the crew is safe?", False),
        ("Did Anna say where she lives?", False),
        ("What leaked?", False),
    ],
)
def test_what_points_back(question: str, expected: bool) -> None:
    assert points_back(question) is expected


@given(st.text(max_size=60), st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40))))
def test_any_conversation_is_understood_somehow(
    question: str, turns: list[tuple[str, str]]
) -> None:
    understood = understand(question, [Turn(*turn) for turn in turns])
    assert understood.searches
    assert understood == understand(question, [Turn(*turn) for turn in turns])
    if question.strip():
        assert understood.question.strip()


def test_what_was_answered_before_is_spent_where_something_else_is_asked() -> None:
    assert understand("and Jane Hutt?", [MAYOR]).spent == ("the Welsh secretary", "Alun Cairns")
    assert understand("Who else?", [WHO, MAYOR]).spent == (WHO.answer, MAYOR.answer)
    assert understand("Who else?", [TOLLS]).spent == ()
    assert understand("How long is it?", [BRIDGE]).spent == ()
