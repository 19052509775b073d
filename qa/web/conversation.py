"""The conversation as HTML. Every text in it is escaped; see escaping.py."""

from __future__ import annotations

from collections.abc import Sequence

from qa.datatypes import Answer, Citation
from qa.web.escaping import attribute, escaped, shortened
from qa.web.marks import Mark, segments
from qa.web.tools import render_tools
from qa.web.visit import Exchange, Visit, citation_id, hit_id, nearest

_QUESTION = 600
_QUOTE = 2_000
_EXCERPT = 180
_TITLE = 120

# From the surest down: at least this probability, in these words.
_CONFIDENCE = ((0.75, "Quite sure"), (0.5, "Fairly sure"), (0.0, "Not sure"))


def render_conversation(visit: Visit, examples: Sequence[str] = (), about: str = "") -> str:
    """Return the conversation pane's HTML; before the first question, a welcome and examples."""
    inner = (
        "".join(_exchange(each, newest=each is visit.exchanges[-1]) for each in visit.exchanges)
        if visit.exchanges
        else _welcome(examples, about)
    )
    return (
        '<section class="talk" role="log" aria-live="polite" aria-label="Conversation" '
        f'tabindex="0">{inner}</section>'
    )


def confidence_in_words(probability: float) -> str:
    """Return how sure the engine is.

    >>> confidence_in_words(0.9), confidence_in_words(0.7), confidence_in_words(0.3)
    ('Quite sure', 'Fairly sure', 'Not sure')
    """
    return next(words for least, words in _CONFIDENCE if probability >= least)


def _welcome(examples: Sequence[str], about: str) -> str:
    buttons = "".join(
        f'<li><button type="button" data-example="{number}"><bdi>{escaped(question)}</bdi>'
        "</button></li>"
        for number, question in enumerate(examples)
    )
    return (
        '<div class="welcome"><h2>What would you like to know?</h2>'
        f"<p>{escaped(about)}</p>"
        + (f'<ul class="examples" aria-label="Example questions">{buttons}</ul>' if buttons else "")
        + "</div>"
    )


def _exchange(exchange: Exchange, *, newest: bool) -> str:
    if exchange.error is not None:
        body = f'<p class="error" role="alert" dir="auto">{escaped(exchange.error)}</p>'
    elif exchange.answer is None:
        body = '<p class="pending">Reading…</p>'
    elif exchange.answer.answered:
        body = _answer(exchange.number, exchange.answer)
    else:
        body = _refusal(exchange.number, exchange.answer)
    return (
        f'<article class="exchange" data-exchange="{exchange.number}">'
        f'<h3 class="question" dir="auto">{_question(exchange.question)}</h3>'
        f'<div class="answer">{body}{render_tools(exchange, newest=newest)}</div></article>'
    )


def _question(question: str) -> str:
    if not question.strip():
        return "<em>(blank)</em>"
    if len(question) <= _QUESTION:
        return escaped(question)
    return (
        escaped(question[:_QUESTION]) + f'… <small class="length">({len(question):,} characters)'
        "</small>"
    )


def _answer(number: int, answer: Answer) -> str:
    # The items of a list may all stand in one sentence: it is quoted once, with all its markers.
    shown: dict[tuple[str, int, int], list[Citation]] = {}
    for each in answer.citations:
        if not _verbatim(answer, each):
            shown.setdefault((each.document_id, each.start, each.end), []).append(each)
    quotes = "".join(_quote(number, citations) for citations in shown.values())
    words = confidence_in_words(answer.confidence)
    tooltip = (
        f"Probability that this answers the question: {answer.confidence:.0%}. "
        "Of answers given with this number, that share is right."
    )
    return (
        f'<p class="text" dir="auto">{_text_with_markers(number, answer)}</p>{quotes}'
        f'<p class="aside"><span class="confidence" data-words="{words}" title="{tooltip}">'
        f"{words}</span>{_standalone(answer)}</p>"
    )


def _refusal(number: int, answer: Answer) -> str:
    hits = "".join(
        f'<li><button type="button" class="hit" data-mark="{hit_id(number, rank)}">'
        f"<bdi>{escaped(shortened(hit.passage.text, _EXCERPT))}</bdi></button></li>"
        for rank, hit in enumerate(nearest(answer), start=1)
    )
    standalone = _standalone(answer)
    return (
        f'<p class="text refusal" dir="auto">{escaped(answer.text)}</p>'
        + (f'<p class="aside">{standalone}</p>' if standalone else "")
        + (f'<h4>Nearest passages</h4><ol class="hits">{hits}</ol>' if hits else "")
    )


def _standalone(answer: Answer) -> str:
    if answer.standalone_question in ("", answer.question):
        return ""
    return (
        '<span class="standalone">Understood as: '
        f"<bdi>{escaped(shortened(answer.standalone_question, _QUESTION))}</bdi></span>"
    )


def _verbatim(answer: Answer, citation: Citation) -> bool:
    """Tell whether the answer already holds the quote, where the citation supports it."""
    return answer.text[citation.answer_start : citation.answer_end] == citation.quote


def _text_with_markers(number: int, answer: Answer) -> str:
    """Return the answer; quoted stretches in quotation marks, markers behind what they support."""
    stretches = [
        Mark(str(c.marker), c.answer_start, c.answer_end, "")
        for c in answer.citations
        if _verbatim(answer, c)
    ]
    ends = [min(max(c.answer_end, 0), len(answer.text)) for c in answer.citations]
    # A mark of no width cuts the text where a marker goes.
    cuts = [Mark("", end, end, "") for end in ends]
    html = "".join(_marker(number, c) for c, e in zip(answer.citations, ends, strict=True) if not e)
    for left, right, covering in segments(0, len(answer.text), [*stretches, *cuts]):
        piece = escaped(answer.text[left:right])
        html += f"<q>{piece}</q>" if covering else piece
        html += "".join(
            _marker(number, c) for c, e in zip(answer.citations, ends, strict=True) if e == right
        )
    return html


def _marker(number: int, citation: Citation) -> str:
    where = shortened(citation.title, _TITLE)
    if citation.page is not None:
        where += f", page {citation.page}"
    return (
        f'<button type="button" class="marker" data-mark="{citation_id(number, citation.marker)}" '
        f'aria-label="{citation.marker}: show in the source, {attribute(where)}" '
        f'title="{attribute(where)}">[{citation.marker}]</button>'
    )


def _quote(number: int, citations: Sequence[Citation]) -> str:
    quote = citations[0].quote
    shown = quote[:_QUOTE] + ("…" if len(quote) > _QUOTE else "")
    markers = "".join(_marker(number, citation) for citation in citations)
    return f'<blockquote dir="auto"><q>{escaped(shown)}</q>{markers}</blockquote>'
