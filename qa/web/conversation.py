"""The conversation as HTML. Every text in it is escaped; see escaping.py."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering import ABSTENTION, UNSURE
from qa.datatypes import Answer, Citation
from qa.web.escaping import attribute, escaped, exact_attribute, shortened
from qa.web.marks import Mark, segments
from qa.web.previews import place_of, preview_attributes
from qa.web.texts import Texts
from qa.web.tools import render_changed, render_tools
from qa.web.visit import Exchange, Visit, citation_id, hit_id, nearest

_QUESTION = 600
_QUOTE = 2_000
_MARKS = tuple('"“”„«»')
_EXCERPT = 180
_WORD = 30

_SAID = {ABSTENTION: "not_said", UNSURE: "not_clearly_said"}
# From the surest down: at least this probability, in the words of this key.
_CONFIDENCE = ((0.75, "sure"), (0.5, "fairly_sure"), (0.0, "not_sure"))


def render_conversation(visit: Visit, texts: Texts, examples: Sequence[str] = ()) -> str:
    """Return the conversation pane's HTML; before the first question, a welcome and examples."""
    inner = (
        "".join(
            _exchange(each, texts, newest=each is visit.exchanges[-1]) for each in visit.exchanges
        )
        if visit.exchanges
        else _welcome(texts, examples)
    )
    return (
        '<section class="talk" role="region" '
        f'aria-label="{attribute(texts("conversation"))}" tabindex="0">{inner}</section>'
    )


def confidence_in_words(probability: float) -> str:
    """Return the key of the words that say how sure the engine is.

    >>> confidence_in_words(0.9), confidence_in_words(0.7), confidence_in_words(0.3)
    ('sure', 'fairly_sure', 'not_sure')
    """
    return next(key for least, key in _CONFIDENCE if probability >= least)


def _welcome(texts: Texts, examples: Sequence[str]) -> str:
    return (
        f'<div class="welcome"><h2>{escaped(texts("welcome"))}</h2>'
        f"<p>{escaped(texts('about'))}</p>{_questions(examples, texts('examples'))}</div>"
    )


def _questions(questions: Sequence[str], label: str) -> str:
    """Return questions that are asked by a click; nothing where there are none."""
    buttons = "".join(
        f'<li><button type="button" data-example="{exact_attribute(question)}">'
        f"<bdi>{escaped(question)}</bdi></button></li>"
        for question in questions
    )
    if not buttons:
        return ""
    return f'<ul class="examples" aria-label="{attribute(label)}">{buttons}</ul>'


def _exchange(exchange: Exchange, texts: Texts, *, newest: bool) -> str:
    if exchange.error is not None:
        body = f'<p class="error" dir="auto">{escaped(exchange.error)}</p>'
    elif exchange.answer is None:
        body = f'<p class="pending">{escaped(texts("reading"))}</p>'
    elif exchange.answer.answered:
        body = _answer(exchange.number, exchange.answer, texts) + render_changed(exchange, texts)
    else:
        body = _refusal(exchange.number, exchange.answer, texts)
    return (
        f'<article class="exchange" data-exchange="{exchange.number}">'
        f'<h3 class="question" dir="auto">{_question(exchange.question, texts)}</h3>'
        f'<div class="answer">{body}{render_tools(exchange, texts, newest=newest)}</div></article>'
    )


def _question(question: str, texts: Texts) -> str:
    if not question.strip():
        return f"<em>{escaped(texts('blank'))}</em>"
    if len(question) <= _QUESTION:
        return escaped(question)
    length = escaped(texts("characters", count=len(question)))
    return escaped(question[:_QUESTION]) + f'… <small class="length">{length}</small>'


def _answer(number: int, answer: Answer, texts: Texts) -> str:
    # The items of a list may all stand in one sentence: it is quoted once, with all its markers.
    shown: dict[tuple[str, int, int], list[Citation]] = {}
    for each in answer.citations:
        if not _verbatim(answer, each):
            shown.setdefault((each.document_id, each.start, each.end), []).append(each)
    quotes = "".join(_quote(number, citations, answer, texts) for citations in shown.values())
    return (
        f'<p class="text" dir="auto">{_text_with_markers(number, answer, texts)}</p>{quotes}'
        f'<p class="aside">{_confidence(answer, texts)}'
        f"{_standalone(answer, texts)}</p>{_notices(answer)}"
    )


def _confidence(answer: Answer, texts: Texts) -> str:
    level = confidence_in_words(answer.confidence)
    tooltip = texts("confidence", percent=texts.share(answer.confidence))
    return (
        f'<button type="button" class="confidence" data-level="{level}" '
        f'data-tip="{attribute(tooltip)}">{escaped(texts(level))}</button>'
    )


def _refusal(number: int, answer: Answer, texts: Texts) -> str:
    hits = "".join(
        f'<li><button type="button" class="hit" data-mark="{hit_id(number, rank)}">'
        f"<bdi>{escaped(shortened(hit.passage.text, _EXCERPT))}</bdi></button></li>"
        for rank, hit in enumerate(nearest(answer), start=1)
    )
    standalone = _standalone(answer, texts)
    said = texts(_SAID[answer.text]) if answer.text in _SAID else answer.text
    closest = (
        f"<h4>{escaped(texts('closest'))}</h4>{_quote(number, answer.shown, answer, texts)}"
        f'<p class="aside">{_confidence(answer, texts)}</p>'
        if answer.shown
        else ""
    )
    return (
        f'<p class="text refusal" dir="auto">{escaped(said)}</p>'
        + (f'<p class="aside">{standalone}</p>' if standalone else "")
        + closest
        + (
            f'<h4>{escaped(texts("nearest_passages"))}</h4><ol class="hits">{hits}</ol>'
            if hits
            else ""
        )
        + _suggestions(answer, texts)
        + _notices(answer)
    )


def _suggestions(answer: Answer, texts: Texts) -> str:
    label = texts("suggestions")
    questions = _questions(answer.suggestions, label)
    return f"<h4>{escaped(label)}</h4>{questions}" if questions else ""


def _notices(answer: Answer) -> str:
    """Return how the answer was made, where the engine has something to say of it."""
    items = "".join(f'<li lang="en" dir="auto">{escaped(each)}</li>' for each in answer.notices)
    return f'<ul class="notices">{items}</ul>' if items else ""


def _standalone(answer: Answer, texts: Texts) -> str:
    if answer.standalone_question in ("", answer.question):
        return ""
    question = f"<bdi>{escaped(shortened(answer.standalone_question, _QUESTION))}</bdi>"
    return f'<span class="standalone">{escaped(texts("understood_as"))} {question}</span>'


def _verbatim(answer: Answer, citation: Citation) -> bool:
    """Tell whether the answer already holds the quote, where the citation supports it."""
    return answer.text[citation.answer_start : citation.answer_end] == citation.quote


def _text_with_markers(number: int, answer: Answer, texts: Texts) -> str:
    """Return the answer; quoted stretches in quotation marks, markers behind what they support."""
    stretches = [
        Mark(str(c.marker), c.answer_start, c.answer_end, "")
        for c in answer.citations
        if _verbatim(answer, c)
    ]
    ends = [min(max(c.answer_end, 0), len(answer.text)) for c in answer.citations]
    # A mark of no width cuts the text where a marker goes.
    cuts = [Mark("", end, end, "") for end in ends]
    ending = list(zip(answer.citations, ends, strict=True))
    html = "".join(_marker(number, c, answer, texts) for c, end in ending if not end)
    for left, right, covering in segments(0, len(answer.text), [*stretches, *cuts]):
        markers = "".join(_marker(number, c, answer, texts) for c, end in ending if end == right)
        html += _with_markers(answer.text[left:right], markers, quoted=bool(covering))
    return html


def _with_markers(text: str, markers: str, *, quoted: bool) -> str:
    """Return a text with its markers, which never begin a line without its last word.

    A browser breaks the line before a button whatever stands between, so both lie in one element.
    """
    head = text[: _last_word(text)] if markers else text
    last = text[len(head) :]
    if not last:
        return (_in_marks(text, text) if quoted else escaped(text)) + markers
    if not quoted:
        return f'{escaped(head)}<span class="kept">{escaped(last)}{markers}</span>'
    begins = _in_marks(text, head, "begins") if head else ""
    ends = _in_marks(text, last, "ends" if head else "")
    return f'{begins}<span class="kept">{ends}{markers}</span>'


def _last_word(text: str) -> int:
    """Return where the last word of a text begins; its end, where that is too long."""
    begin = max(text.rstrip().rfind(space) for space in " \n\t") + 1
    return begin if len(text) - begin <= _WORD else len(text)


def _marker(number: int, citation: Citation, answer: Answer, texts: Texts) -> str:
    label = texts("marker", number=citation.marker, place=place_of(citation, texts))
    return (
        f'<button type="button" class="marker" data-mark="{citation_id(number, citation.marker)}" '
        f'aria-label="{attribute(label)}"{preview_attributes(citation, answer, texts)}>'
        f"[{citation.marker}]</button>"
    )


def _quote(number: int, citations: Sequence[Citation], answer: Answer, texts: Texts) -> str:
    quote = citations[0].quote
    shown = quote[:_QUOTE] + ("…" if len(quote) > _QUOTE else "")
    markers = "".join(_marker(number, citation, answer, texts) for citation in citations)
    return f'<blockquote dir="auto">{_with_markers(shown, markers, quoted=True)}</blockquote>'


def _in_marks(quote: str, part: str, place: str = "") -> str:
    """Return a part of a quote in quotation marks, unless the quote begins with its own.

    ``place`` is "begins" or "ends" for a part that has only one of the marks.
    """
    names = " ".join(name for name in (place, "own-marks" if quote[:1] in _MARKS else "") if name)
    return f'<q class="{names}">{escaped(part)}</q>' if names else f"<q>{escaped(part)}</q>"
