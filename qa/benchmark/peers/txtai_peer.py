"""txtai: an ``Embeddings`` database with the texts as content, and its hybrid search."""

import json
import sys
import time
from typing import Any


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one run."""
    from txtai import Embeddings

    embeddings = Embeddings(path=job["model"], content=True, hybrid=True, gpu=False)
    began = time.perf_counter()
    embeddings.index(job["texts"])
    seconds = time.perf_counter() - began
    spent, best = [], []
    for question in job["questions"]:
        began = time.perf_counter()
        hits = embeddings.search(question, 10)
        spent.append((time.perf_counter() - began) * 1000)
        best.append(int(hits[0]["id"]) if hits else -1)
    return {"indexing_per_s": len(job["texts"]) / seconds, "question_ms": spent, "best": best}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(main(json.load(file))))
