from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.spelling import correct, one_slip
from qa.store.store import Store
from tests.store.shelves import publish

TEXTS = {
    "a.txt": "The spacecraft sprang a leak. Montalbano looked at the Geminids.",
    "b.txt": "Spacecraft leave Baikonur. Tolls were paid. Droitwich is a wich town.",
}
LANGUAGE = set("the how wide is hole cost could dragon when radar".split())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why did the spacecarft leak?", "Why did the spacecraft leak?"),
        ("the spacecraf", "the spacecraft"),
        ("spacecrafft? Montalbnao!", "spacecraft? Montalbano!"),
        ("spacecrafts", "spacecrafts"),  # another form of a word that is there
        ("wher is Baikonour", "wher is Baikonur"),  # "where" or "when": nobody knows
        ("waht leaks", "what leaks"),
        ("Could radar see it?", "Could radar see it?"),
        ("Who is Kononenko?", "Who is Kononenko?"),
        ("tols", "Tolls"),
        ("SpacecraFt", "SpacecraFt"),  # a name of its own
        ("tol", "tol"),  # too short to tell
        ("Wen is the wen?", "when is the wen?"),
        ("Wenlock", "Wenlock"),
        ("Wat Arun is how wide?", "Wat Arun is how wide?"),
        ("wat the hole is", "what the hole is"),
        ("wich leaks", "wich leaks"),  # a word of the documents
    ],
)
def test_mistyped_words_are_put_right(question: str, expected: str, tmp_path: Path) -> None:
    publish(tmp_path, TEXTS)
    with Store(tmp_path).snapshot() as state:
        assert correct(question, state, LANGUAGE.__contains__) == expected


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_one_slip_as_a_search_of_all_has_it(one: str, other: str) -> None:
    dropped = {one[:i] + one[i + 1 :] for i in range(len(one))}
    changed = {one[:i] + c + one[i + 1 :] for i in range(len(one)) for c in "abc"}
    put_in = {one[:i] + c + one[i:] for i in range(len(one) + 1) for c in "abc"}
    swapped = {one[:i] + one[i + 1] + one[i] + one[i + 2 :] for i in range(len(one) - 1)}
    slips = (dropped | changed | put_in | swapped) - {one}
    assert one_slip(one, other) == (other in slips)
