from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering import ABSTENTION, CLOSEST_AT, UNSURE, cite, make_answer
from qa.asked import wants_several
from qa.datatypes import Answer, Document, Hit, Passage
from qa.documents.passages import split_passages
from qa.documents.sentences import split_sentences
from qa.reading.spans import Reading, Span
from tests.documents.texts import TEXTS

TEXT = "It leaked.  The hole is 0.8 millimeters wide. Dr. Lee saw it. Nobody knows why."


def document_of(text: str, pages: tuple[int, ...] = ()) -> Document:
    return Document("a.txt", "A title", text, "corpus/a.txt", "5ha", None, pages)


def passage_of(document: Document, start: int, end: int, number: int = 1) -> Passage:
    return Passage(number, document.id, start, end, document.text[start:end])


def answer_with(
    document: Document, span: Span, *, confidence: float = 0.9, answer_at: float = 0.5
) -> Answer:
    reading = Reading((replace(span, confidence=confidence),))
    return make_answer("Q?", reading, [], {"a.txt": document}, answer_at=answer_at)


def quote(start_word: str, end_word: str, passage: tuple[int, int] = (0, len(TEXT))) -> str:
    """Answer with the stretch from one word to another, and return the quote."""
    document = document_of(TEXT)
    start, end = TEXT.index(start_word), TEXT.index(end_word) + len(end_word)
    answer = answer_with(document, Span(passage_of(document, *passage), start, end, 1.0, 0.9))
    assert answer.text == TEXT[start:end]
    return answer.citations[0].quote


def test_an_answer_by_hand() -> None:
    document = document_of(TEXT)
    passage = passage_of(document, 0, len(TEXT))
    hits = [Hit(passage, 2.5, "hybrid")]
    start = TEXT.index("0.8")
    spans = (Span(passage, start, start + 15, 4.0, 0.75), Span(passage, 0, 10, 1.0, 0.4))
    answer = make_answer("How wide?", Reading(spans), hits, {"a.txt": document}, answer_at=0.75)
    assert (answer.text, answer.answered, answer.confidence) == ("0.8 millimeters", True, 0.75)
    assert (answer.question, answer.standalone_question) == ("How wide?", "How wide?")
    assert answer.hits == tuple(hits)
    (citation,) = answer.citations
    assert citation.quote == "The hole is 0.8 millimeters wide."
    assert (citation.start, citation.end) == (12, 45)
    assert (citation.answer_start, citation.answer_end) == (0, 15)
    assert (citation.marker, citation.page) == (1, None)
    assert (citation.document_id, citation.title) == ("a.txt", "A title")
    assert citation.source == "corpus/a.txt"


def test_an_abstention_shows_the_sentence_that_came_closest() -> None:
    document = document_of(TEXT)
    start = TEXT.index("0.8")
    span = Span(passage_of(document, 0, len(TEXT)), start, start + 3, 1.0, 0.9)
    refused = answer_with(document, span, confidence=CLOSEST_AT)
    assert (refused.text, refused.answered, refused.citations) == (UNSURE, False, ())
    assert refused.closest is not None
    assert refused.closest.quote == "The hole is 0.8 millimeters wide."
    assert refused.closest.quote == TEXT[refused.closest.start : refused.closest.end]
    assert refused.text[refused.closest.answer_start : refused.closest.answer_end] == ""
    assert Answer.from_json(refused.to_json()) == refused
    hopeless = answer_with(document, span, confidence=CLOSEST_AT - 0.001)
    assert (hopeless.text, hopeless.closest) == (ABSTENTION, None)
    given = answer_with(document, span, confidence=0.9)
    assert (given.answered, given.closest) == (True, None)
    with pytest.raises(ValueError, match="only an abstention"):
        replace(given, closest=refused.closest)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Why is it leaking?", True),
        ("and why?", True),
        ("What leaked? Why?", True),
        ("How did it start?", True),
        ("What happens then?", True),
        ("What has happened?", True),
        ("Was it a meteor?", True),
        ("Isn't it wide?", True),
        ("Can you tell me how many there are?", False),
        ("Do you know who saw it?", False),
        ("How wide is it?", False),
        ("How many saw it?", False),
        ("What leaked?", False),
        ("hole size", False),
        ("", False),
    ],
)
def test_some_questions_want_a_whole_sentence(question: str, sentence: bool) -> None:
    document = document_of(TEXT)
    start = TEXT.index("0.8")
    span = Span(passage_of(document, 0, len(TEXT)), start, start + 3, 1.0, 0.9)
    answer = make_answer(question, Reading((span,)), [], {"a.txt": document}, answer_at=0.5)
    assert answer.text == ("The hole is 0.8 millimeters wide." if sentence else "0.8")
    (citation,) = answer.citations
    assert citation.quote == "The hole is 0.8 millimeters wide."
    assert answer.text[citation.answer_start : citation.answer_end] == answer.text


REPEATS = "The hole is 0.8 millimeters wide. A hole of about 0.8 millimeters, he said. Or 8?"


@pytest.mark.parametrize(
    ("other", "confidence", "cited"),
    [
        ("0.8 millimeters", 0.6, ["A hole of about 0.8 millimeters, he said."]),
        ("about 0.8 millimeters", 0.6, ["A hole of about 0.8 millimeters, he said."]),
        ("0.8 millimeters", 0.4, []),  # the same words, but does it say that?
        ("hole", 0.55, []),  # another answer, not sure enough
        ("8", 0.9, []),  # one word of the answer is not the answer
    ],
)
def test_what_says_the_same_elsewhere_is_cited_too(
    other: str, confidence: float, cited: list[str]
) -> None:
    document = document_of(REPEATS)
    cut = REPEATS.index("A hole")
    first, second = passage_of(document, 0, cut), passage_of(document, cut, len(REPEATS), 2)
    at, again = REPEATS.index("0.8"), REPEATS.rindex(other)
    reading = Reading(
        (
            Span(first, at, at + 15, 4.0, 0.8),
            Span(second, again, again + len(other), 3.0, confidence),
        )
    )
    answer = make_answer("Q?", reading, [], {"a.txt": document}, answer_at=0.1)
    assert answer.text == "0.8 millimeters"
    assert [citation.quote for citation in answer.citations[1:]] == cited
    assert [citation.marker for citation in answer.citations] == [1, 2][: 1 + len(cited)]
    for citation in answer.citations:
        assert document.text[citation.start : citation.end] == citation.quote
        assert answer.text[citation.answer_start : citation.answer_end] == "0.8 millimeters"


def test_a_quote_that_begins_with_a_pronoun_brings_the_sentence_before() -> None:
    text = "Dr. Lee saw the hole.\n\nShe said that it is small. Nobody knows why."
    document = document_of(text)
    start = text.index("small")
    passage = passage_of(document, text.index("She"), len(text))
    answer = answer_with(document, Span(passage, start, start + 5, 1.0, 0.9))
    (citation,) = answer.citations
    assert citation.quote == "Dr. Lee saw the hole.\n\nShe said that it is small."
    assert document.text[citation.start : citation.end] == citation.quote
    # None before it, or none near.
    document = document_of("She left. " + "x" * 600 + "; y. He left.")
    for start in (0, 615):
        span = Span(passage_of(document, start, start + 8), start, start + 7, 1.0, 0.9)
        assert answer_with(document, span).citations[0].start == start


def test_a_short_reply_brings_the_question_before() -> None:
    text = "Take heart. May I take it on a train?\n\nUnfortunately not. It is too long."
    document = document_of(text)
    start = text.index("Unfortunately")
    passage = passage_of(document, start, len(text))
    (citation,) = answer_with(document, Span(passage, start, start + 17, 1.0, 0.9)).citations
    assert citation.quote == "May I take it on a train?\n\nUnfortunately not."


@pytest.mark.parametrize(("quoted_to", "start"), [(0, 0), (25, 27), (26, 27)])
def test_a_sentence_that_the_answer_quotes_already_is_not_quoted_again(
    quoted_to: int, start: int
) -> None:
    document = document_of("The bridge opened in 1966. It is long.")
    span = Span(passage_of(document, 0, len(document.text)), 27, 38, 1.0, 0.9)
    cited = cite(span, document, marker=2, answer_start=0, answer_end=11, quoted_to=quoted_to)
    assert (cited.start, cited.quote) == (start, document.text[start:])


def answer_of(question: str, *found: tuple[str, float]) -> Answer:
    """Answer from a reading of spans of REPEATS, given by their words and confidence."""
    document = document_of(REPEATS)
    passage = passage_of(document, 0, len(REPEATS))
    spans = [
        Span(passage, at, at + len(words), confidence, confidence)
        for words, confidence in found
        for at in [REPEATS.index(words)]
    ]
    answer = make_answer(question, Reading(tuple(spans)), [], {"a.txt": document}, answer_at=0.1)
    for marker, citation in enumerate(answer.citations, start=1):
        assert citation.marker == marker
        assert document.text[citation.start : citation.end] == citation.quote
    return answer


def parts(answer: Answer) -> list[str]:
    return [answer.text[each.answer_start : each.answer_end] for each in answer.citations]


def test_passages_that_surely_say_different_things_are_both_given() -> None:
    answer = answer_of("How wide is it?", ("0.8 millimeters", 0.7), ("Or 8", 0.65))
    assert answer.text == "0.8 millimeters; Or 8"
    assert parts(answer) == ["0.8 millimeters", "Or 8"]
    assert answer_of("How wide is it?", ("0.8 millimeters", 0.7), ("Or 8", 0.55)).text == (
        "0.8 millimeters"
    )
    # Whoever asks how wide it is, is not told what it is, too.
    assert answer_of("How wide is it?", ("0.8 millimeters", 0.7), ("Or", 0.65)).text == (
        "0.8 millimeters"
    )
    # A reason may well hold a number and another none.
    reasons = ("It is small", 0.7), ("8 holes", 0.65)
    assert answer_from("It is small. It has 8 holes.", "Why did it leak?", *reasons).text == (
        "It is small. It has 8 holes."
    )
    # Two spans of one sentence are one answer.
    assert answer_of("How wide is it?", ("0.8 millimeters", 0.7), ("hole", 0.65)).text == (
        "0.8 millimeters"
    )


def test_a_list_gives_each_item_with_its_citation() -> None:
    answer = answer_of(
        "Which things are there?", ("hole", 0.7), ("0.8 millimeters", 0.55), ("Or 8", 0.3)
    )
    assert answer.text == "hole; 0.8 millimeters"
    assert parts(answer) == ["hole", "0.8 millimeters"]


def answer_from(text: str, question: str, *found: tuple[str, float]) -> Answer:
    """Answer from a reading of spans of one passage, given by their words and confidence."""
    document = document_of(text)
    passage = passage_of(document, 0, len(text))
    spans = tuple(
        Span(passage, at, at + len(words), confidence, confidence)
        for words, confidence in found
        for at in [text.index(words)]
    )
    return make_answer(question, Reading(spans), [], {"a.txt": document}, answer_at=0.1)


def test_a_list_goes_on_in_other_sentences_with_what_looks_like_its_first_item() -> None:
    text = "They welcomed Norway. Today, Sweden joined. Some block the bill."
    asked = "Which countries joined?"
    answer = answer_from(text, asked, ("Sweden", 0.7), ("Norway", 0.4), ("the bill", 0.4))
    assert parts(answer) == ["Sweden", "Norway"]
    assert parts(answer_from(text, asked, ("Sweden", 0.7), ("Norway", 0.3))) == ["Sweden"]


def test_the_items_of_a_list_are_called_what_the_question_calls_them() -> None:
    text = "Pass the Equality Act. Pass the Voting Act."
    answer = answer_from(text, "Which acts does he want?", ("Equality", 0.7), ("Voting", 0.5))
    assert parts(answer) == ["Equality Act", "Voting Act"]
    assert parts(answer_from(text, "Which act is it?", ("Equality", 0.7))) == ["Equality"]
    offered = answer_from("A safety course.", "Which courses are offered?", ("safety", 0.7))
    assert parts(offered) == ["safety course"]


def test_a_list_is_told_item_by_item_each_with_its_line() -> None:
    text = "In the box:\n\n- Glass jug\n- Spoon, 10 g\n\nThe filter is not included."
    answer = answer_from(text, "What is in the box?", ("Glass jug", 0.6))
    assert answer.text == "Glass jug; Spoon, 10 g"
    assert parts(answer) == ["Glass jug", "Spoon, 10 g"]
    assert [citation.quote for citation in answer.citations] == ["- Glass jug", "- Spoon, 10 g"]
    assert answer_from(text, "What is it?", ("Glass jug", 0.6)).text == "Glass jug"
    lines = "Chair: Ann Lee\nSecretary: Bo Ek"
    answer = answer_from(lines, "Which people are there?", ("Bo Ek", 0.6))
    assert answer.text == "Chair: Ann Lee; Secretary: Bo Ek"


def test_what_stands_beside_an_enumeration_is_no_item() -> None:
    text = "It is small, said Ann Lee and Bo Ek, director at Acme. Cy Orr came too."
    asked = "Which people were on the call?"
    answer = answer_from(text, asked, ("Acme", 0.6), ("Ann Lee and Bo Ek", 0.6), ("Cy Orr", 0.55))
    assert parts(answer) == ["Ann Lee", "Bo Ek", "Cy Orr"]


def test_an_enumeration_is_an_answer_by_itself() -> None:
    text = "The ships carry food, water and tents. A pier is built."
    asked = "what will the ships carry"
    answer = answer_from(text, asked, ("food, water and tents", 0.8), ("A pier", 0.7))
    assert answer.text == "food, water and tents"


def test_two_people_are_two_answers_to_who() -> None:
    text = "It brought the pilot Ann Lee and two cooks in May."
    found = ("Ann Lee and two cooks", 0.8)
    assert parts(answer_from(text, "Who was brought?", found)) == ["Ann Lee", "two cooks"]
    assert parts(answer_from(text, "What was brought?", found)) == ["Ann Lee and two cooks"]


def enumeration(question: str, chosen: str) -> Answer:
    text = "They grow carrots, peas and tomatoes. It rains."
    document = document_of(text)
    start = text.index(chosen)
    span = Span(passage_of(document, 0, len(text)), start, start + len(chosen), 1.0, 0.9)
    reading = Reading((span,))
    return make_answer(question, reading, [], {"a.txt": document}, answer_at=0.5)


def test_an_enumeration_is_told_whole_and_each_item_cited() -> None:
    answer = enumeration("Which crops do they grow?", "peas")
    assert answer.text == "carrots, peas and tomatoes"
    assert parts(answer) == ["carrots", "peas", "tomatoes"]
    assert {citation.quote for citation in answer.citations} == {
        "They grow carrots, peas and tomatoes."
    }


def test_one_thing_is_not_made_a_list() -> None:
    assert parts(enumeration("What do they grow beside carrots?", "peas")) == ["peas"]
    assert len(parts(enumeration("What do they grow?", "peas and tomatoes"))) == 3


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which agencies are involved?", True),
        ("What countries took part in it?", True),
        ("what are the main causes?", True),
        ("Who were the astronauts aboard?", True),
        ("Name all the planets.", True),
        ("Which people came?", True),
        ("Which tradesmen did she haggle with?", True),
        ("name the officials on the call", True),
        ("what could have made it, list the possibilities", True),
        ("state symbols of victoria??", True),
        ("partners in the pacific", True),
        ("cause of the leak", False),
        ("What was the name of the ships?", False),
        ("What is the cause?", False),
        ("Whose tax breaks does he want to end?", True),
        ("What professions should pay less?", True),
        ("What percentage of people are Christian?", False),
        ("Which bus goes there?", False),
        ("Who is Ann Lee?", False),
        ("What does NASA's manager say?", False),
        ("How many agencies are involved?", False),
    ],
)
def test_what_asks_for_a_list(question: str, several: bool) -> None:
    assert wants_several(question) is several


def test_yes_stands_before_the_sentence_that_says_so() -> None:
    answer = answer_of("Is the hole 0.8 millimeters wide?", ("0.8 millimeters", 0.9))
    assert answer.text == "Yes. The hole is 0.8 millimeters wide."
    assert parts(answer) == [answer.text]


def test_of_two_sentences_the_one_that_says_yes_comes_first() -> None:
    asked = "Is the hole 0.8 millimeters wide?"
    answer = answer_of(asked, ("Or 8", 0.9), ("0.8 millimeters", 0.8))
    assert answer.text.startswith("Yes. The hole is 0.8 millimeters wide. Or 8")
    assert parts(answer)[0] == "Yes. The hole is 0.8 millimeters wide."


def test_two_sentences_that_contradict_each_other_stand_without_a_yes_or_no() -> None:
    text = "The hole is 2 cm wide. We measured it. The hole is not 2 cm wide."
    document = document_of(text)
    passage = passage_of(document, 0, len(text))
    spans = tuple(Span(passage, at, at + 5, 0.9, 0.9) for at in (4, text.index("not 2")))
    asked = "Is the hole 2 cm wide?"
    answer = make_answer(asked, Reading(spans), [], {"a.txt": document}, answer_at=0.1)
    assert answer.text == "The hole is 2 cm wide. The hole is not 2 cm wide."
    assert len(answer.citations) == 2


def test_the_quote_is_the_sentence_around_the_span() -> None:
    assert quote("Lee", "saw") == "Dr. Lee saw it."
    assert quote("It leaked.", "It leaked.") == "It leaked."
    assert quote("wide", "Lee") == "The hole is 0.8 millimeters wide. Dr. Lee saw it."


def test_the_quote_stays_inside_the_passage() -> None:
    start, end = TEXT.index("0.8"), TEXT.index(" saw")
    assert quote("millimeters", "wide", (start, end)) == "0.8 millimeters wide."
    assert quote("Lee", "Lee", (start, end)) == "Dr. Lee"


def test_below_the_threshold_it_abstains_with_the_nearest_passages() -> None:
    document = document_of(TEXT)
    passage = passage_of(document, 0, 10)
    hits = [Hit(passage, 1.0, "hybrid")]
    reading = Reading((Span(passage, 0, 2, 1.0, 0.49),))
    answer = make_answer("Q?", reading, hits, {"a.txt": document}, answer_at=0.5)
    assert (answer.text, answer.answered, answer.citations) == (UNSURE, False, ())
    assert (answer.confidence, answer.hits) == (0.49, tuple(hits))


def test_a_threshold_of_zero_forces_an_answer() -> None:
    document = document_of(TEXT)
    span = Span(passage_of(document, 0, len(TEXT)), 0, 2, -99.0, 0.0)
    assert not answer_with(document, span, confidence=1e-9).answered
    assert answer_with(document, span, confidence=1e-9, answer_at=0).text == "It"
    assert answer_with(document, span, confidence=0, answer_at=0).answered


def test_nothing_read_is_never_an_answer() -> None:
    answer = make_answer("Q?", Reading(()), [], {}, answer_at=0)
    assert (answer.text, answer.answered, answer.confidence) == (ABSTENTION, False, 0.0)


@pytest.mark.parametrize(("word", "page"), [("leaked", 1), ("hole", 2), ("Lee", 2), ("Nobody", 4)])
def test_the_page_is_the_one_where_the_quote_begins(word: str, page: int) -> None:
    # Page 2 begins with its sentence, page 3 inside the next one, page 4 with the last.
    pages = (0, TEXT.index("The hole"), TEXT.index("saw"), TEXT.index("Nobody"))
    document = document_of(TEXT, pages)
    start = TEXT.index(word)
    span = Span(passage_of(document, 0, len(TEXT)), start, start + len(word), 1.0, 0.9)
    assert answer_with(document, span).citations[0].page == page


@given(TEXTS, st.integers(1, 30), st.data())
def test_citations_are_exact_for_any_text(text: str, limit: int, data: st.DataObject) -> None:
    slices = split_passages(
        text, max_tokens=limit, count_tokens=lambda texts: [len(t.split()) for t in texts]
    )
    if not slices:
        return
    piece = data.draw(st.sampled_from(slices))
    start = data.draw(st.integers(piece.start, piece.end - 1))
    end = data.draw(st.integers(start + 1, piece.end))
    document = document_of(text, pages=(0, len(text) // 2))
    passage = passage_of(document, piece.start, piece.end)
    answer = answer_with(document, Span(passage, start, end, 1.0, 0.9))
    (citation,) = answer.citations
    assert document.text[citation.start : citation.end] == citation.quote
    assert answer.text == text[start:end]
    assert answer.text[citation.answer_start : citation.answer_end] == answer.text
    assert piece.start <= citation.start <= start < end <= citation.end <= piece.end
    assert citation.page == (2 if citation.start >= len(text) // 2 else 1)
    # Whole sentences of the passage, and no more of them than the span touches.
    inside = [(a + piece.start, b + piece.start) for a, b in split_sentences(passage.text)]
    touched = [(a, b) for a, b in inside if a < end and start < b]
    if touched:
        assert citation.end == max(end, touched[-1][1])
        assert citation.start <= touched[0][0]
