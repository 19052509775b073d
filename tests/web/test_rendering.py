"""The renderers show any text as it is: checked by parsing their HTML back."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from qa.answering import ABSTENTION
from qa.datatypes import Answer, Citation, Hit, Passage
from qa.small_talk import HELLO
from qa.web.conversation import render_conversation
from qa.web.escaping import attribute, escaped, shortened
from qa.web.export.markdown import plain
from qa.web.marks import Mark, marked
from qa.web.source import paragraphs_between, render_source
from qa.web.texts import read_texts
from qa.web.tools import render_tools
from qa.web.visit import Exchange, Visit, find_place

from .fake_engine import make_document

ENGLISH = read_texts("en")
HOSTILE = (
    "<script>window.__pwned = 1</script> <img src=x onerror=alert(1)> ${alert(1)} {{value}} "
    "`${1}` ![x](https://example.com/x.png) [y](javascript:alert(1)) $$\\href{x}{y}$$ </mark></p> "
    "&lt;b&gt; &amp; \u202eevil\u202c \u2066x\u2069 \x07\x1b[31m \x85 \r\n\r a\rb \"' <!-- "
)
texts = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\n\n\n\r\t <>&\"'`${}\0\x1b\x85\u202e\u2066\ud800"),
    ),
    max_size=200,
)


class _Reader(HTMLParser):
    """Collects the text content, the tags, and what each mark id holds."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.marks: dict[str, str] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names.update(name for name, _ in attrs)
        if tag == "mark":
            self._open = str(dict(attrs)["data-marks"]).split()

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._open = []

    def handle_data(self, data: str) -> None:
        self.text += data
        for mark in self._open:
            self.marks[mark] = self.marks.get(mark, "") + data


def parse(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def as_shown(text: str) -> str:
    """NUL and lone surrogates cannot stand in a page."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


@given(texts)
def test_escaped_text_reads_back_as_the_text(text: str) -> None:
    reader = parse(escaped(text))
    assert reader.text == as_shown(text)
    assert set(reader.tags) <= {"bdi"}


@given(texts)
def test_attributes_read_back_and_hold_no_unseen_character(text: str) -> None:
    reader = _Reader()
    found: list[str | None] = []
    reader.handle_starttag = lambda tag, attrs: found.append(attrs[0][1])  # type: ignore[method-assign]
    reader.feed(f'<p title="{attribute(text)}">')
    assert len(found) == 1
    assert found[0] is not None
    assert len(found[0]) == len(text)
    assert not re.search("[\0\x1b\u202e\u2066\ud800-\udfff]", found[0])


@given(texts, st.data())
def test_marks_hold_exactly_their_stretch_even_overlapping(text: str, data: st.DataObject) -> None:
    offsets = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(offsets, offsets), max_size=5))
    marks = [
        Mark(f"m{i}", min(pair), max(pair), str(i))
        for i, pair in enumerate(pairs)
        if pair[0] != pair[1]
    ]
    reader = parse(marked(text, 0, len(text), marks))
    assert reader.text == as_shown(text)
    assert reader.marks == {m.id: as_shown(text[m.start : m.end]) for m in marks}


@given(texts, st.data())
def test_source_shows_the_whole_text_and_the_marks(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    end = data.draw(st.integers(start, len(text)))
    marks = [Mark("e1c1", start, end, "1")] if start < end else []
    html = render_source(make_document(text.encode(errors="replace").decode()), ENGLISH, marks)
    shown = html.partition('<div class="text">')[2]
    reader = parse(shown)
    wanted = text.encode(errors="replace").decode()
    assert reader.text == as_shown(wanted)
    assert reader.marks.get("e1c1", "") == as_shown(wanted[start:end])


@given(texts)
def test_paragraphs_join_to_the_text(text: str) -> None:
    pieces = list(paragraphs_between(text, 0, len(text)))
    assert "".join(text[start:end] for start, end in pieces) == text


def test_mark_ids_tell_their_first_segment() -> None:
    html = marked("abcdef", 0, 6, [Mark("x", 1, 4, "1"), Mark("y", 2, 6, "2")])
    assert html == (
        'a<mark data-marks="x" data-label="1" tabindex="-1">b</mark>'
        '<mark data-marks="x y" data-label="2" tabindex="-1">cd</mark>'
        '<mark data-marks="y">ef</mark>'
    )


def test_text_that_hides_in_tags_is_marked_and_a_line_separator_too() -> None:
    tagged = "see\U000e0068\U000e0069\u2028it"
    codes = re.findall('data-code="([^"]+)"', escaped(tagged))
    assert codes == ["U+E0068", "U+E0069", "U+2028"]
    assert attribute(tagged) == "see\ufffd\ufffd\ufffdit"
    assert plain(tagged) == "see(U+E0068)(U+E0069)(U+2028)it"


def test_thumbs_are_for_answers_and_refusals_alone() -> None:
    text = "It flew."
    hit = Hit(Passage(1, "d.txt", 0, 8, text), 1.0, "evidence")
    cited = (citation(1, text, 0, 8, (0, 8)),)
    answers = [
        Answer("Did it?", text, cited, True, 0.9, (), "Did it?"),
        Answer("Who?", ABSTENTION, (), False, 0.1, (hit,), "Who?"),
        Answer("hello", HELLO, (), False, 0.0, (), "hello"),
    ]
    html = [
        render_tools(Exchange(1, each.question, each), ENGLISH, newest=True) for each in answers
    ]
    assert ['data-tool="up"' in each for each in html] == [True, True, False]
    assert all('data-tool="edit"' in each for each in html)


def test_carriage_returns_survive_the_parser() -> None:
    assert escaped("a\r\nb") == "a&#13;\nb"


def test_long_text_is_cut_around_the_revealed_mark_and_says_so() -> None:
    document = make_document("x" * 1000 + "needle" + "y" * 1000)
    mark = Mark("e1c1", 1000, 1006, "1")
    html = render_source(document, ENGLISH, [mark], reveal="e1c1", window=100)
    assert "This text has 2,006 characters. Shown here: 951 to 1,050." in html
    reader = parse(html.partition('<div class="text">')[2])
    assert reader.text == document.text[950:1050]
    assert reader.marks == {"e1c1": "needle"}


def test_hostile_title_name_and_date_stay_text() -> None:
    document = make_document("text", HOSTILE, HOSTILE, date='"><script>')
    reader = parse(render_source(document, ENGLISH))
    assert not {"script", "img", "a"} & set(reader.tags)
    assert not any(name.startswith("on") for name in reader.names)
    assert "<script>window.__pwned = 1</script>" in reader.text


def citation(marker: int, text: str, start: int, end: int, of: tuple[int, int]) -> Citation:
    return Citation(marker, "d.txt", "Title", "d.txt", start, end, text[start:end], *of)


def conversation(answer: Answer) -> _Reader:
    return parse(render_conversation(Visit((Exchange(1, answer.question, answer),)), ENGLISH))


def test_hostile_question_answer_and_passages_stay_text() -> None:
    passage = Passage(1, "d.txt", 0, len(HOSTILE), HOSTILE)
    hit = Hit(passage, 1.0, "evidence")
    refusal = Answer(HOSTILE, HOSTILE, (), False, 0.1, (hit,), HOSTILE + "?")
    cited = citation(1, HOSTILE, 0, len(HOSTILE), (0, len(HOSTILE)))
    answered = Answer(HOSTILE, HOSTILE, (cited,), True, 0.9, (hit,), HOSTILE)
    for reader in (conversation(refusal), conversation(answered)):
        assert not {"script", "img", "a"} & set(reader.tags)
        assert not any(name.startswith("on") for name in reader.names)
        assert HOSTILE in reader.text


def test_markers_follow_what_they_support_and_quotes_are_shown_once() -> None:
    text = "It is 0.8 millimeters wide."
    short = Answer(
        "How wide?", "0.8 millimeters", (citation(1, text, 0, 27, (0, 15)),), True, 0.9, (), ""
    )
    assert conversation(short).text == f"How wide?0.8 millimeters[1]{text}[1]Quite sure"
    whole = Answer("How wide?", text, (citation(1, text, 0, 27, (0, 27)),), True, 0.4, (), "")
    assert conversation(whole).text == f"How wide?{text}[1]Not sure"


def test_standalone_question_is_shown_where_it_differs() -> None:
    text = "It flew."
    answer = Answer(
        "And when?", text, (citation(1, text, 0, 8, (0, 8)),), True, 0.7, (), "When did it fly?"
    )
    assert "Understood as: When did it fly?" in conversation(answer).text


def test_two_citations_of_one_stretch() -> None:
    text = "Same. Same."
    answer = Answer(
        "Q?",
        "Same.",
        (citation(1, text, 0, 5, (0, 5)), citation(2, text, 6, 11, (0, 5))),
        True,
        0.9,
        (),
        "Q?",
    )
    assert conversation(answer).text == "Q?Same.[1][2]Quite sure"


def test_the_items_of_one_sentence_share_its_quote() -> None:
    text = "Ann and Bo left."
    cited = (citation(1, text, 0, 16, (0, 3)), citation(2, text, 0, 16, (8, 10)))
    answer = Answer("Who?", "Ann and Bo", cited, True, 0.9, (), "Who?")
    assert conversation(answer).text == f"Who?Ann[1] and Bo[2]{text}[1][2]Quite sure"


def test_long_questions_are_cut_and_say_so() -> None:
    visit = Visit().asking("x" * 100_000).failed("Too long.")
    text = parse(render_conversation(visit, ENGLISH)).text
    assert "(100,000 characters)" in text
    assert "Too long." in text
    assert len(text) < 1000


def test_places_are_found_by_their_mark() -> None:
    text = "Same. Same."
    answer = Answer("Q?", "Same.", (citation(1, text, 6, 11, (0, 5)),), True, 0.9, (), "Q?")
    visit = Visit().asking("Q?").answered(answer)
    found = find_place(visit, "e1c1")
    assert found
    assert (found[1].mark.start, found[1].quote) == (6, "Same.")
    assert find_place(visit, "e1h1") is None
    assert find_place(visit, "None") is None


@given(texts, st.integers(4, 40))
def test_shortened_fits(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit + 1


def test_a_quote_that_brings_its_own_marks_gets_no_others() -> None:
    text = '"It flew," she said.'
    cited = (citation(1, text, 0, len(text), (0, 2)),)
    answer = Answer("Q?", "It", cited, True, 0.9, (), "")
    html = render_conversation(Visit((Exchange(1, "Q?", answer),)), ENGLISH)
    assert '<q class="begins own-marks">&quot;It flew,&quot; she </q>' in html
    assert '<span class="kept"><q class="ends own-marks">said.</q><button' in html


def test_a_marker_keeps_the_word_before_it_unless_that_is_very_long() -> None:
    for text, kept in (("ten metres", "metres"), ("x" * 100, None)):
        cited = (citation(1, text + " wide", 0, len(text) + 5, (0, len(text))),)
        answer = Answer("Q?", text, cited, True, 0.9, (), "")
        html = render_conversation(Visit((Exchange(1, "Q?", answer),)), ENGLISH)
        wanted = f'<span class="kept">{kept}<button' if kept else f"{text}<button"
        assert wanted in html
