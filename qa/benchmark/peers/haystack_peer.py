"""haystack-ai: its sentence-transformers embedders and the in-memory document store."""

import json
import sys
import time
from typing import Any


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one run."""
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    device = ComponentDevice.from_str("cpu")
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    writer = SentenceTransformersDocumentEmbedder(
        model=job["model"], device=device, progress_bar=False
    )
    asker = SentenceTransformersTextEmbedder(model=job["model"], device=device, progress_bar=False)
    for each in (writer, asker):
        each.warm_up()
    retriever = InMemoryEmbeddingRetriever(document_store=store, top_k=10)
    documents = [Document(id=str(i), content=text) for i, text in enumerate(job["texts"])]
    began = time.perf_counter()
    store.write_documents(writer.run(documents)["documents"])
    seconds = time.perf_counter() - began
    spent, best = [], []
    for question in job["questions"]:
        began = time.perf_counter()
        hits = retriever.run(query_embedding=asker.run(question)["embedding"])["documents"]
        spent.append((time.perf_counter() - began) * 1000)
        best.append(int(hits[0].id))
    return {"indexing_per_s": len(job["texts"]) / seconds, "question_ms": spent, "best": best}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(main(json.load(file))))
