"""Documents, passages, vectors and words: SQLite is the truth, FAISS and tantivy derive from it."""
