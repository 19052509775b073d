"""Small indexes, and brute-force searches over the same rows to compare them with."""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Document, Passage
from qa.documents.passages import split_passages
from qa.store.interface import State
from qa.store.store import Writer, open_writer
from tests.fakes import BagOfWordsEncoder

ENCODER = BagOfWordsEncoder()
MANIFEST: dict[str, object] = {
    "encoder": ENCODER.name,
    "fingerprint": ENCODER.fingerprint,
    "dimension": ENCODER.dimension,
    "passage_tokens": 6,
}
# Few words, so that passages repeat and scores tie; none of them has an English suffix.
WORDS = ("ox", "emu", "yak", "cod", "owl", "kudu")


def make_document(document_id: str, text: str) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(document_id, "Zoo", text, f"zoo/{document_id}", digest)


def add(writer: Writer, document: Document, root: str = "") -> None:
    slices = split_passages(document.text, max_tokens=6, count_tokens=ENCODER.count_tokens)
    vectors = ENCODER.encode([document.text[piece.start : piece.end] for piece in slices])
    writer.add(document, slices, vectors, root)


def publish(folder: Path, texts: Mapping[str, str], *, rebuild: bool = False) -> None:
    """Make the index hold exactly these documents, in one step for its readers."""
    with open_writer(folder, MANIFEST, rebuild=rebuild) as writer:
        for document_id in writer.known().keys() - texts.keys():
            writer.remove(document_id)
        for document_id, text in texts.items():
            document = make_document(document_id, text)
            if writer.known().get(document_id) != (document.sha256, ""):
                add(writer, document)
        writer.publish()


def random_text(dice: random.Random) -> str:
    sentences = [
        " ".join(dice.choices(WORDS, k=dice.randint(1, 7))) + "." for _ in range(dice.randint(1, 6))
    ]
    return dice.choice([" ", "\n\n"]).join(sentences)


def all_passages(state: State, documents: Collection[str] | None = None) -> list[Passage]:
    return [
        passage
        for document in state.documents()
        if documents is None or document.id in documents
        for passage in state.passages_of(document.id)
    ]


def ranked(scores: Mapping[int, float], k: int) -> list[tuple[int, float]]:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:k]


def bm25(question: Sequence[str], texts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Score texts by the formula of Robertson et al. (k1 1.2, b 0.75), shape (n,).

    The index holds one entry more, which notes the state and has no words.
    """
    count = len(texts) + 1
    mean = sum(map(len, texts)) / count
    spread = Counter(word for text in texts for word in set(text))
    scores = np.zeros(len(texts))
    for row, text in enumerate(texts):
        for word in question:
            often = text.count(word)
            worth = math.log(1 + (count - spread[word] + 0.5) / (spread[word] + 0.5))
            scores[row] += worth * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * len(text) / mean))
    return scores
