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


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_will_do(question: str, sentence: str) -> None:
    assert yes_or_no(f"Is {question}", sentence) in (None, "Yes.", "No.")
