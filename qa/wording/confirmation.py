"""Whether a sentence says no more than what it cites: rules, and what the reader found there.

A sentence is confirmed by the sentences that it cites, taken together, where all of this holds:

- It gives the answer that the reader found in them, or it only shortens them.
- Its numbers stand in them, each beside a word that it has there too.
- Its names stand in them, or before them in their passages, or in the titles, and each next to a
  word as there or in the question, so that nobody does what another one did.
- Its other words stand in them, or, where it gives the reader's answer, in the question.
- It denies something if and only if they do, and gives as a fact only what they do.
- Neither it nor they tell anybody what to say or do: what a text orders is no fact.

docs/llm.md has the figures behind these rules, and what they cannot see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.datatypes import Passage
from qa.reading.spans import Span
from qa.wording.words import Words, pairs_of

# Of what the reader found, as much must be said.
_SAID = 0.5


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that may be cited, by offsets into its document; ``number`` counts from 1.

    ``span`` is what the reader found in its passage, ``title`` its document's.
    """

    number: int
    passage: Passage
    start: int
    end: int
    span: Span
    title: str

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self._slice(self.start, self.end)

    @property
    def context(self) -> str:
        """Its headings, and its passage up to its end."""
        headings = f"{self.title}\n{self.passage.section or ''}\n"
        return headings + self._slice(self.passage.start, self.end)

    @property
    def answer(self) -> str:
        """What the reader found, where that begins in this sentence; else empty."""
        inside = self.start <= self.span.start < self.end
        return self._slice(self.span.start, self.span.end) if inside else ""

    def _slice(self, start: int, end: int) -> str:
        return self.passage.text[start - self.passage.start : end - self.passage.start]


def confirming(sentence: str, cited: Sequence[Source], question: str) -> tuple[Source, ...]:
    """Return those of the cited sources that confirm the sentence; empty where they do not.

    Those that do so alone are enough; else all of them together must.
    """
    alone = tuple(source for source in cited if _confirmed(sentence, [source], question))
    if alone or len(cited) < 2:
        return alone
    return tuple(cited) if _confirmed(sentence, cited, question) else ()


def gives_answer(sentence: str, cited: Iterable[Source]) -> bool:
    """Tell whether a sentence says what the reader found in a source that it cites."""
    return any(says(sentence, source.answer) for source in cited)


def says(text: str, other: str) -> bool:
    """Tell whether a text says at least half of what another does; not where that is nothing.

    >>> says("It is 0.8 millimeters wide.", "roughly 0.8 millimeters"), says("It is wide.", "")
    (True, False)
    """
    wanted = Words(other).all
    return bool(wanted) and len(wanted & Words(text).all) >= _SAID * len(wanted)


def _confirmed(sentence: str, cited: Sequence[Source], question: str) -> bool:
    claim = Words(sentence)
    quote = Words("\n".join(source.text for source in cited))
    context = Words("\n".join(source.context for source in cited))
    others, pairs, answer = quote.all, pairs_of(quote.order), frozenset[str]()
    answered = [source.answer for source in cited if says(sentence, source.answer)]
    if answered:
        # The reader holds that the answer, put into the question, is true.
        asked = Words(question)
        others |= asked.others
        for found in map(Words, answered):
            answer |= found.all
            pairs |= pairs_of([*found.order, *asked.order, *found.order])
    elif not claim.shortens(quote):
        return False
    return (
        bool(claim.all)
        and claim.denies == quote.denies
        and (claim.leaves_open or not quote.leaves_open)
        and not (claim.orders or quote.orders)
        and claim.numbers_stand_in(quote)
        and claim.names <= quote.all | context.all
        and claim.names_stand_by(pairs, free=answer)
        and claim.others <= others
    )
