"""Reading without a trained reader: the sentence that is nearest to the question is the evidence.

Nearness is in meaning (cosine of sentence and question) and in words (share of the question's
words that stand in the sentence, the rare ones counting more).
"""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence

import numpy as np
import tantivy
from numpy.typing import NDArray

from qa.datatypes import Passage, Stage
from qa.documents.sentences import split_sentences
from qa.models.encoder import Encoder
from qa.reading.spans import Reading, Span

# Fitted by qa.training.evidence on train data; see docs/evidence.md for the table.
WEIGHTS = {
    "sentence_cosine": 9.0,
    "passage_cosine": 3.0,
    "sentence_words": 3.5,
    "passage_words": 1.5,
}
# Logistic calibration of the best score, fitted on dev data.
SLOPE, OFFSET = 0.9, -7.0

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

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Return each passage's best sentence; see ``Reading`` for the order."""
        sentences = [
            (passage, passage.start + start, passage.start + end)
            for passage in passages
            for start, end in split_sentences(passage.text)
        ]
        if not sentences:
            return Reading((), 0.0)
        texts = [p.text[a - p.start : b - p.start] for p, a, b in sentences]
        scores = self._score(question, texts, [p.id for p, _, _ in sentences])
        best: dict[int, Span] = {}
        for (passage, start, end), score in zip(sentences, scores, strict=True):
            if passage.id not in best or score > best[passage.id].score:
                best[passage.id] = Span(passage, start, end, float(score))
        order = {passage.id: rank for rank, passage in enumerate(passages)}
        spans = sorted(best.values(), key=lambda span: (-span.score, order[span.passage.id]))
        confidence = 1 / (1 + math.exp(-(SLOPE * spans[0].score + OFFSET)))
        return Reading(tuple(spans), confidence)

    def _score(
        self, question: str, texts: Sequence[str], passages: Sequence[int]
    ) -> NDArray[np.float64]:
        features = self.features(question, texts, passages)
        return features @ np.array(list(WEIGHTS.values()))

    def features(
        self, question: str, texts: Sequence[str], passages: Sequence[int]
    ) -> NDArray[np.float64]:
        """Return the features of each sentence, shape (n, 4), columns as in ``WEIGHTS``.

        ``passages`` names the passage that each sentence belongs to.
        """
        vector = self._encoder.encode_questions([question])[0]
        cosines = self._sentence_vectors(texts) @ vector
        bags = [set(self._analyzer.analyze(text)) for text in texts]
        asked = set(self._analyzer.analyze(question))
        spread = Counter(word for bag in bags for word in bag)
        # The idf of BM25, over the sentences at hand.
        worth = {
            word: math.log(1 + (len(bags) - spread[word] + 0.5) / (spread[word] + 0.5))
            for word in sorted(asked)
        }
        total = sum(worth.values()) or 1.0
        words = np.array([sum(worth[w] for w in sorted(asked & bag)) / total for bag in bags])
        groups = np.array(passages)
        features = np.zeros((len(texts), 4))
        features[:, 0], features[:, 2] = cosines, words
        for passage in dict.fromkeys(passages):
            inside = groups == passage
            union = set().union(*(bag for bag, here in zip(bags, inside, strict=True) if here))
            features[inside, 1] = cosines[inside].mean()
            features[inside, 3] = sum(worth[w] for w in sorted(asked & union)) / total
        return features

    def _sentence_vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, shape (n, d), from memory where a sentence was read before."""
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, self._encoder.encode_questions(missing), strict=True))
            with self._lock:
                for text in missing:
                    self._vectors[text] = known[text]
                while len(self._vectors) > _SENTENCES_KEPT:
                    self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts])
