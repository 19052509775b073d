from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.polarity import yes_or_no


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Was the bridge opened in 1966?", "The Severn Bridge was opened in 1966.", "Yes."),
        ("Did the Queen open the bridge?", "In September the Queen opened the bridge.", "Yes."),
        ("Is the kestrel a falcon?", "The common kestrel is a small falcon.", "Yes."),
        ("Has NASA helped Roscosmos?", "NASA has been helping Roscosmos with it.", "Yes."),
        ("was it from the meteor showers", "It was not from the meteor showers.", None),
        ("Was the hole from the meteor showers?", "The hole was not from the showers.", None),
        ("Was the leak from a meteor?", "The leak was not from a meteor.", "No."),
        ("Did the tolls end in 1966?", "The tolls didn't end in 1966.", "No."),
        # What joins a sentence to the one before is no doubt, elsewhere it is.
        ("Was there a riot at Bright?", "However, there was a riot at Bright in 1857.", "Yes."),
        ("Was there a riot at Bright?", "There was a riot at Bright, however small.", None),
        # There is none.
        ("Are there soldiers at war?", "In fact, there are no soldiers at war there.", "No."),
        ("Is there a bridge at Beachley?", "There's no bridge at Beachley.", "No."),
        ("Is there a bridge at Beachley?", "There is no plan of a bridge at Beachley.", None),
        ("Is there a bridge at Beachley?", "There was no bridge at Beachley.", None),
        ("Is there a bridge at Beachley?", "There is no toll, and a bridge at Beachley.", None),
        ("Was there a bridge at Beachley?", "There was no bridge at Beachley but one ferry.", None),
        ("Is the bridge at Beachley?", "There is no bridge at Beachley.", None),
        # Whose it is stands before it or behind.
        ("Has the union of the Border Patrol left?", "The Border Patrol union has left.", "Yes."),
        ("Did the head of state resign in May?", "The state head resigned in May.", "Yes."),
        ("Did the head of state resign in May?", "The state resigned its head in May.", None),
        # Other things, other order, other time.
        ("Did the Queen see the King?", "The King saw the Queen.", None),
        ("Was the bridge opened in 1966?", "The bridge was opened in 1981.", None),
        ("Is the bridge open?", "The bridge was open.", None),
        ("Will the bridge open in May?", "The bridge opened in May.", None),
        ("Will the bridge open in May?", "The bridge will open in May.", "Yes."),
        # Doubt.
        ("Was the leak from a meteor?", "The leak may have come from a meteor.", None),
        ("Was the leak from a meteor?", "It is unclear if the leak was from a meteor.", None),
        ("Was the leak from a meteor?", "The leak was from a meteor or from space junk.", None),
        ("Was the leak from a meteor?", "Not all say that the leak was from a meteor.", None),
        ("Was the leak from a meteor?", "Was the leak from a meteor?", None),
        # Another matter between the words, a voice that was not asked about, a part of a name.
        ("Did the board approve the plan?", "The board refuses to approve the plan.", None),
        ("Did the board approve the plan?", "The board is to approve the plan in May.", None),
        ("Did the board approve the plan?", "The board will approve the plan.", None),
        ("Was the tunnel built?", "The tunnel is to be built next year.", None),
        ("Was the tunnel built?", "The tunnel is being built.", None),
        ("Is the ferry late?", "The ferry is rarely late.", None),
        ("Did the police arrest the man?", "The police deny having arrested the man.", None),
        ("Did the police arrest Lee?", "The police chief was arrested by Lee.", None),
        ("Did NASA launch the rocket?", "NASA grounded the launch of the rocket.", None),
        ("Did the captain leave the ship?", "The captain ordered all to leave the ship.", None),
        ("Did Smith kill Jones?", "Smith's brother killed Jones.", None),
        ("Was Kim elected president?", "Kim fell to Lee, who was elected president.", None),
        ("Is it open on Monday?", "It is open every day, Monday excepted.", None),
        ("Did the bridge open a market?", "The bridge opened a covered market.", "Yes."),
        ("Was the bridge opened in 1966?", "The bridge was opened by Ann Lee in 1966.", "Yes."),
        # What somebody says.
        ("Did the crew work long shifts?", '"The crew worked long shifts," Bo Ek added.', None),
        ("Did the crew work long shifts?", "The crew worked long shifts, said Bo Ek.", None),
        # Nobody, nothing, and what one must not do.
        ("Was anyone killed?", "Nobody was killed.", "No."),
        ("Was anyone killed?", "Nobody will be killed.", None),
        ("Was anyone killed on the bridge?", "No one was killed on the bridge.", "No."),
        ("Was anyone killed on the bridge?", "No one was hurt, one killed on the bridge.", None),
        ("Will there be fireworks?", "There will be no fireworks this year.", "No."),
        ("Can I put it in the dishwasher?", "Do not put it in the dishwasher.", "No."),
        ("May I open the lid?", "Never open the lid if it is hot.", None),
        ("Can I open the lid?", "You can open the lid.", "Yes."),
        ("Must the tank be filled?", "The tank must be filled.", "Yes."),
        ("Must the tank be filled?", "The tank is filled.", None),
        # Not of that kind.
        ("Wasn't the leak from a meteor?", "The leak was from a meteor.", None),
        ("Was it tea or coffee they drank?", "They drank tea.", None),
        ("When was the bridge opened?", "The bridge was opened in 1966.", None),
        ("Did it?", "It did.", None),
    ],
)
def test_yes_and_no_are_said_only_beyond_doubt(
    question: str, sentence: str, expected: str | None
) -> None:
    assert yes_or_no(question, sentence) == expected


def test_what_the_next_sentence_takes_back_is_not_beyond_doubt() -> None:
    asked, said = "Did the crew work long shifts?", "The crew worked long shifts."
    assert yes_or_no(asked, said, " It rained.") == "Yes."
    assert yes_or_no(asked, said, " The company denied this.") is None
    assert yes_or_no(asked, said, " That was not true.") is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_will_do(question: str, sentence: str) -> None:
    assert yes_or_no(f"Is {question}", sentence) in (None, "Yes.", "No.")
