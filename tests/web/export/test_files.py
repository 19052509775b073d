"""Conversations as files: hostile text stays text in each format, and JSON reads back equal."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.datatypes import Answer, Citation
from qa.web.export import from_json, to_html, to_json, to_markdown
from qa.web.export.markdown import plain

HOSTILE = (
    "<script>window.__pwned = 1</script> <img src=x onerror=alert(1)> ![x](https://example.com/x) "
    "[y](javascript:alert(1)) `code` **b** ~~s~~ $m$ {{x}} {% y %} www.example.com a@example.com\n"
    "    code\n\t code\n1. one\n- two\n# three\n> four\n===\n---\n```\n| a | b |\n|---|---|\n"
    "</style></blockquote> &lt; &amp; \u202eevil\u202c \x07\x1b[31m \x85 \r\n a\rb \" ' --> [z]: /u"
)
texts = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\n\n \t<>&\"'`*_[]()#+-.!|~$:=\\1\r\0\u202e\ud800"),
    ),
    max_size=80,
)
markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])


class Reader(HTMLParser):
    """Collects the text content, the tags and the attributes' names."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def answers(text: str) -> list[Answer]:
    cited = Citation(1, text, text, text, 5, 5 + len(text), text, 0, len(text), 2, text)
    return [
        Answer(text, text, (cited,), True, 0.9, (), text + "?", {"reading": 3.0}),
        Answer(text, text, (), False, 0.1, (), text),
        Answer(text, text, (), False, 0.1, (), text, closest=replace(cited, answer_end=0)),
    ]


@given(texts.filter(bool))
@example("\ud800")
def test_json_reads_back_equal(text: str) -> None:
    assert from_json(to_json(answers(text))) == tuple(answers(text))


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": "qa conversation", "version": 2}', "x"])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"conversation|Expecting"):
        from_json(text)


def test_json_has_offsets_and_sources() -> None:
    data = json.loads(to_json(answers("It flew.")))["answers"][0]
    assert "timings" not in data
    [citation] = data["citations"]
    assert (citation["start"], citation["end"], citation["quote"]) == (5, 13, "It flew.")
    assert citation["source"] == "It flew."


@given(texts.filter(bool))
def test_html_holds_the_texts_and_nothing_else(text: str) -> None:
    page = to_html(answers(text))
    reader = read(page)
    shown = re.sub("[\0\ud800-\udfff]", "\ufffd", text)
    assert reader.text.count(shown) >= 5
    assert reader.tags <= {
        *("html", "head", "meta", "title", "style", "body", "main", "article", "footer"),
        *("h1", "h2", "p", "small", "bdi", "a", "blockquote"),
    }
    assert not any(name.startswith("on") for name in reader.attributes)
    assert reader.links == ["#e1c1"]
    page.encode()


def test_html_is_whole_and_says_where_quotes_stand() -> None:
    page = to_html(answers(HOSTILE))
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert 'data-start="5"' in page
    assert f"characters 5 to {5 + len(HOSTILE)}" in read(page).text


@given(texts)
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    reader = read(markdown.render(plain(text)))
    assert reader.tags <= {"p", "br"}
    named = re.sub(r"\(U\+([0-9A-F]{4})\)", lambda match: chr(int(match[1], 16)), reader.text)
    wanted = text.replace("\r\n", "\n")
    assert named.split() == wanted.split()


def test_hostile_markdown() -> None:
    written = to_markdown(answers(HOSTILE))
    reader = read(markdown.render(written))
    assert reader.tags <= {"h1", "h2", "p", "blockquote", "br"}
    assert "<img src=x onerror=alert(1)>" in reader.text
    assert f"characters 5 to {5 + len(HOSTILE)}" in " ".join(reader.text.split())
    assert not re.search(r"(?<!\\)(://|\{\{|\{%|www\.|@)", written.replace(":\\//", ""))
    written.encode()
