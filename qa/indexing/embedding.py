"""New documents -> passages -> vectors -> the store, a few hundred passages at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from qa.datatypes import Document
from qa.documents.passages import Slice, split_passages
from qa.errors import SettingsError
from qa.indexing.report import IndexReport, Meter
from qa.models.encoder import Encoder
from qa.settings import Settings
from qa.store.interface import WriteStore

# Enough passages at once to keep the encoder busy, few enough to lose little when interrupted.
_PASSAGES_AT_ONCE = 256


class Shelver:
    """Puts documents into the store, embedding those whose text is not there already."""

    def __init__(
        self, writer: WriteStore, encoder: Encoder, settings: Settings, report: IndexReport
    ) -> None:
        self._writer = writer
        self._encoder = encoder
        self._settings = settings
        self._report = report
        self._stored = 0
        self._waiting: list[tuple[Document, str, list[Slice]]] = []
        self._passages = 0

    def put(self, documents: Iterable[tuple[Document, str]], meter: Meter) -> None:
        """Store documents with their root folders; memory holds no more than a few of them."""
        for document, root in documents:
            if self._writer.add_again(document, root):
                self._stored += 1
                meter.stored(self._stored)
                continue
            began = time.monotonic()
            slices = slice_document(document, self._encoder, self._settings)
            self._took(document, time.monotonic() - began)
            self._waiting.append((document, root, slices))
            self._passages += len(slices)
            if self._passages >= _PASSAGES_AT_ONCE:
                self._embed(meter)
        # Even no texts at all would load the encoder's weights, which takes seconds.
        if self._waiting:
            self._embed(meter)

    def _embed(self, meter: Meter) -> None:
        began = time.monotonic()
        texts = [
            text
            for document, _, slices in self._waiting
            for text in embedded_texts(document, slices, self._encoder, self._settings)
        ]
        count = len(self._waiting)
        vectors = self._encoder.encode(
            texts, lambda done, total: meter.stored(self._stored + count * done / total)
        )
        share = (time.monotonic() - began) / max(1, len(texts))
        begin = 0
        for document, root, slices in self._waiting:
            self._writer.add(document, slices, vectors[begin : begin + len(slices)], root)
            self._took(document, share * len(slices))
            begin += len(slices)
        self._report.passages += begin
        self._stored += count
        self._waiting.clear()
        self._passages = 0
        meter.stored(self._stored)

    def _took(self, document: Document, seconds: float) -> None:
        times = self._report.times
        times[document.id] = times.get(document.id, 0) + seconds


def slice_document(document: Document, encoder: Encoder, settings: Settings) -> list[Slice]:
    """Split a document into what the encoder can read whole.

    Raises:
        SettingsError: ``passage_tokens`` is more than the encoder reads.
    """
    if settings.passage_tokens > _room(encoder):
        raise SettingsError(
            f"passage_tokens is {settings.passage_tokens}, but {encoder.name} reads only "
            f"{_room(encoder)}. Set QA_PASSAGE_TOKENS to that or less."
        )
    return split_passages(
        document.text, max_tokens=settings.passage_tokens, count_tokens=encoder.count_tokens
    )


def embedded_texts(
    document: Document, slices: Sequence[Slice], encoder: Encoder, settings: Settings
) -> list[str]:
    """Return what is embedded for each slice: the title, which is never quoted, and the text.

    A title that would push text out of the encoder's window is left out.
    """
    (title_tokens,) = encoder.count_tokens([f"{document.title}. "])
    fits = title_tokens + settings.passage_tokens <= _room(encoder)
    lead = f"{document.title}. " if fits else ""
    return [lead + document.text[piece.start : piece.end] for piece in slices]


def _room(encoder: Encoder) -> int:
    """Return how many tokens of text the encoder reads beside its two special ones."""
    return encoder.max_tokens - 2


def manifest_of(encoder: Encoder, settings: Settings) -> dict[str, object]:
    """Return what an index must have been made with to serve this run."""
    return {
        "encoder": encoder.name,
        "fingerprint": encoder.fingerprint,
        "dimension": encoder.dimension,
        "passage_tokens": settings.passage_tokens,
    }
