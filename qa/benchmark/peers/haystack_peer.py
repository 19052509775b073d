"""haystack-ai: its sentence-transformers embedders, and its in-memory or its FAISS store."""

import json
import sys
import time
from typing import Any

_DIMENSION = 384


def main(job: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the figures of one run with a document store of a kind, "memory" or "faiss"."""
    from haystack import Document
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    device = ComponentDevice.from_str("cpu")
    store, retriever = _faiss() if kind == "faiss" else _in_memory()
    writer = SentenceTransformersDocumentEmbedder(
        model=job["model"], device=device, progress_bar=False
    )
    asker = SentenceTransformersTextEmbedder(model=job["model"], device=device, progress_bar=False)
    for each in (writer, asker):
        each.warm_up()
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


def _in_memory() -> tuple[Any, Any]:
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    return store, InMemoryEmbeddingRetriever(document_store=store, top_k=10)


def _faiss() -> tuple[Any, Any]:
    from haystack_integrations.components.retrievers.faiss import FAISSEmbeddingRetriever
    from haystack_integrations.document_stores.faiss import FAISSDocumentStore

    store = FAISSDocumentStore(embedding_dim=_DIMENSION)
    return store, FAISSEmbeddingRetriever(document_store=store, top_k=10)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(main(json.load(file), sys.argv[2])))
