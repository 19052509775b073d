"""Reading without a trained reader: the sentence that is nearest to the question is the evidence.

Nearness is in meaning (cosine of sentence and question) and in words (share of the question's
words that stand in the sentence, the rare ones counting more).
"""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np
import tantivy
from numpy.typing import NDArray

from qa.datatypes import Document, Hit, Stage
from qa.documents.sentences import split_sentences
from qa.documents.words import telling_words
from qa.models.encoder import Encoder
from qa.reading.spans import Reading, Span, probability

# Fitted by qa.training.evidence on squad11_13_articles; docs/reading.md has the figures.
WEIGHTS = {
    "sentence_cosine": 5.0,
    "retrieval": 4.45,
    "sentence_words": 6.21,
    "passage_words": -0.91,
}
# Logistic calibration of the best score, by the same on the Soyuz dev questions and half b.
SLOPE, OFFSET = 0.346, -1.867

_SENTENCES_KEPT = 20_000


class EvidenceReader:
    """Scores whole sentences; each span is one sentence. Thread-safe."""

    stage: Stage = "evidence"
    passages_read = 5

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def read(
        self, question: str, hits: Sequence[Hit], documents: Mapping[str, Document]
    ) -> Reading:
        """Return each passage's best sentence; see ``Reading`` for the order."""
        best: dict[int, Span] = {}
        for span in self.sentences(question, hits):
            best.setdefault(span.passage.id, span)
        return Reading(tuple(best.values()))

    def sentences(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Return every sentence of the hits, best first; ties in the order of the hits."""
        sentences = sentences_of(hits)
        if not sentences:
            return []
        scores = self.features(question, hits, sentences) @ np.array(list(WEIGHTS.values()))
        spans = [
            Span(hits[rank].passage, start, end, float(score), probability(SLOPE * score + OFFSET))
            for (rank, start, end), score in zip(sentences, scores, strict=True)
        ]
        return sorted(spans, key=lambda span: -span.score)

    def share_of_words(self, topic: str, hits: Sequence[Hit]) -> float:
        """Return the share of the topic's words, in any form, that stand in the hits' passages.

        Words that mean little by themselves do not count; where there are no others, it is 1.
        """
        words = set(self._analyzer.analyze(" ".join(telling_words(topic))))
        there = {word for hit in hits for word in self._analyzer.analyze(hit.passage.text)}
        return len(words & there) / len(words) if words else 1.0

    def features(
        self, question: str, hits: Sequence[Hit], sentences: Sequence[tuple[int, int, int]]
    ) -> NDArray[np.float64]:
        """Return the features of each sentence, shape (n, 4), columns as in ``WEIGHTS``."""
        texts = [text_of(hits[rank], start, end) for rank, start, end in sentences]
        cosines = self._sentence_vectors(texts) @ self._sentence_vectors([question])[0]
        asked = set(self._analyzer.analyze(question))
        bags = [set(self._analyzer.analyze(text)) for text in texts]
        spread = Counter(word for bag in bags for word in bag)
        # The idf of BM25, over the sentences at hand.
        worth = {
            word: math.log(1 + (len(bags) - spread[word] + 0.5) / (spread[word] + 0.5))
            for word in sorted(asked)
        }
        total = sum(worth.values()) or 1.0
        unions: dict[int, set[str]] = {}
        for (rank, _, _), bag in zip(sentences, bags, strict=True):
            unions.setdefault(rank, set()).update(bag)
        return np.array(
            [
                (
                    cosine,
                    hits[rank].score - hits[0].score,
                    sum(worth[word] for word in sorted(asked & bag)) / total,
                    sum(worth[word] for word in sorted(asked & unions[rank])) / total,
                )
                for cosine, (rank, _, _), bag in zip(cosines, sentences, bags, strict=True)
            ]
        )

    def _sentence_vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (n, d), from memory where a sentence was read before."""
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            # One by one: in a batch, a vector depends on its neighbours in the seventh digit, and
            # then the same question would not always give the same confidence.
            known.update((text, self._encoder.encode_questions([text])[0]) for text in missing)
            with self._lock:
                for text in missing:
                    self._vectors[text] = known[text]
                while len(self._vectors) > _SENTENCES_KEPT:
                    self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts])


def sentences_of(hits: Sequence[Hit]) -> list[tuple[int, int, int]]:
    """Return (rank of the hit, start, end) of every sentence, offsets into its document."""
    return [
        (rank, hit.passage.start + start, hit.passage.start + end)
        for rank, hit in enumerate(hits)
        for start, end in split_sentences(hit.passage.text)
    ]


def text_of(hit: Hit, start: int, end: int) -> str:
    """Return a stretch of the hit's passage by offsets into its document."""
    return hit.passage.text[start - hit.passage.start : end - hit.passage.start]
