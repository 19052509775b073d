"""The values that travel between the stages: plain, frozen, JSON both ways.

Offsets are characters, half-open, into ``Document.text``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

Stage = Literal["dense", "lexical", "hybrid", "evidence", "reader"]


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it was read.

    ``id`` is its path within the corpus (POSIX separators), going on into archives and tables,
    ``sha256`` the hash of its own bytes (the file's, the member's, the row's): together they name
    a version. ``date`` is ISO 8601 where the file gives one.
    ``pages`` holds the offset at which each page starts, ascending; empty for formats
    without pages.
    """

    id: str
    title: str
    text: str
    source: str
    sha256: str
    date: str | None = None
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What an index knows of a document beside its text, for lists.

    ``characters`` and ``passages`` are counts, ``pages`` too, 0 for formats without pages.
    ``copies`` are the sources of other files that have the same content, in the order of their
    ids: it is stored once.
    """

    id: str
    title: str
    source: str
    date: str | None
    characters: int
    pages: int
    passages: int
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document, short enough for the encoder: ``text == document.text[start:end]``.

    ``id`` is given by the store and never used again for another passage.
    """

    id: int
    document_id: str
    start: int
    end: int
    text: str
    section: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.text) != self.end - self.start:
            raise ValueError(f"passage {self.id}: {self.start}..{self.end} does not fit its text")

    def encloses(self, citation: Citation) -> bool:
        """Tell whether the whole quote stands in this passage."""
        return (
            self.document_id == citation.document_id
            and self.start <= citation.start
            and citation.end <= self.end
        )

    def overlaps(self, citation: Citation) -> bool:
        """Tell whether any of the quote stands in this passage."""
        return (
            self.document_id == citation.document_id
            and self.start < citation.end
            and citation.start < self.end
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a stage found. Higher scores are better; compare within one stage only."""

    passage: Passage
    score: float
    stage: Stage


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and the stretch of the answer that it supports; both sides are exact.

    ``document.text[start:end] == quote`` and ``answer.text[answer_start:answer_end]`` is what
    the quote supports. ``marker`` counts from 1. ``page`` counts from 1 where there are pages.
    ``date`` is the document's.
    """

    marker: int
    document_id: str
    title: str
    source: str
    start: int
    end: int
    quote: str
    answer_start: int
    answer_end: int
    page: int | None = None
    date: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.quote) != self.end - self.start:
            raise ValueError(f"citation {self.marker}: {self.start}..{self.end} misfits its quote")


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``ask()`` returns.

    ``answered`` is False where the corpus does not support an answer: then ``text`` says so in
    one sentence, ``citations`` is empty and ``hits`` holds the nearest passages, best first. Where
    it may yet be one, though not surely enough, ``closest`` is the sentence to look at; it
    supports nothing of ``text`` (``answer_start == answer_end``).
    ``confidence`` is the calibrated probability, in [0, 1], that the best evidence found answers
    the question. ``suggestions`` are up to three questions that the corpus does answer, offered
    with an abstention. ``notices`` are sentences, for people, about how this answer was made, such
    as a service that did not reply. ``timings`` maps a stage to milliseconds and takes no part in
    equality.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    answered: bool
    confidence: float
    hits: tuple[Hit, ...]
    standalone_question: str
    timings: Mapping[str, float] = field(default_factory=dict, compare=False)
    suggestions: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    closest: Citation | None = None

    def __post_init__(self) -> None:
        if self.answered != bool(self.citations):
            raise ValueError("an answer and its citations come together or not at all")
        if self.answered and self.closest is not None:
            raise ValueError("only an abstention has a closest sentence")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence {self.confidence} is not a probability")

    @property
    def shown(self) -> tuple[Citation, ...]:
        """The stretches of the source to look at: the citations, or else the closest one."""
        return self.citations if self.closest is None else (self.closest,)

    @property
    def nearest(self) -> tuple[Hit, ...]:
        """The hits of an abstention, less what the closest sentence shows; none of an answer."""
        if self.answered:
            return ()
        closest = self.closest
        return tuple(h for h in self.hits if closest is None or not h.passage.overlaps(closest))

    def to_json(self) -> str:
        """Return this answer as one JSON object; ``from_json`` gives an equal answer back."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Answer:
        """Read what ``to_json`` wrote.

        Raises:
            ValueError: the text is not JSON, or not an answer.
        """
        from pydantic import TypeAdapter

        return TypeAdapter(cls).validate_json(text)


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation, oldest first where there are several."""

    question: str
    answer: str
