"""Documents -> the store: embeds only what changed, and reports on every file."""

from __future__ import annotations

from qa.indexing.embedding import manifest_of
from qa.indexing.report import IndexReport, Progress
from qa.indexing.update import add_to_index, index_documents, index_files, remove_from_index

__all__ = [
    "IndexReport",
    "Progress",
    "add_to_index",
    "index_documents",
    "index_files",
    "manifest_of",
    "remove_from_index",
]
