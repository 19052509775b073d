"""sentence-transformers alone: ``encode`` and ``util.semantic_search``, as its manual has it."""

import json
import sys
import time
from typing import Any


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one run."""
    from sentence_transformers import SentenceTransformer, util

    model = SentenceTransformer(job["model"], device="cpu")
    model.encode(["warm"])
    began = time.perf_counter()
    vectors = model.encode(job["texts"], convert_to_tensor=True, show_progress_bar=False)
    seconds = time.perf_counter() - began
    spent, best = [], []
    for question in job["questions"]:
        began = time.perf_counter()
        asked = model.encode(question, convert_to_tensor=True, show_progress_bar=False)
        hits = util.semantic_search(asked, vectors, top_k=10)[0]
        spent.append((time.perf_counter() - began) * 1000)
        best.append(hits[0]["corpus_id"])
    return {"indexing_per_s": len(job["texts"]) / seconds, "question_ms": spent, "best": best}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(main(json.load(file))))
