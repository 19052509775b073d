"""This program at the same task: the texts as passages, ten best for each question, unread."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from qa.datatypes import Document
from qa.documents.passages import Slice
from qa.indexing import manifest_of
from qa.models.encoder import open_encoder
from qa.retrieval import retrieve
from qa.settings import read_settings
from qa.store.store import Store, open_writer


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one run; the index is written to the disk, as always."""
    settings = read_settings()
    encoder = open_encoder(settings)
    texts: list[str] = job["texts"]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        vectors = encoder.encode(texts)
        with open_writer(Path(folder), manifest_of(encoder, settings)) as writer:
            for number, text in enumerate(texts):
                name = f"{number:07}"
                document = Document(
                    name, name, text, name, hashlib.sha256(text.encode()).hexdigest()
                )
                writer.add(document, [Slice(0, len(text))], vectors[number : number + 1], "")
            writer.publish()
        seconds = time.perf_counter() - began
        store = Store(Path(folder))
        spent, best = [], []
        for question in job["questions"]:
            began = time.perf_counter()
            with store.snapshot() as state:
                vector = encoder.encode_questions([question])[0]
                hits = retrieve(state, question, vector, k=10, candidates=settings.candidates)
            spent.append((time.perf_counter() - began) * 1000)
            best.append(int(hits[0].passage.document_id))
        store.close()
    return {"indexing_per_s": len(texts) / seconds, "question_ms": spent, "best": best}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(main(json.load(file))))
