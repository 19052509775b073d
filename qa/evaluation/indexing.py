"""An engine over the corpus that a question set is about."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.evaluation.engine import Engine
from qa.evaluation.questions import QuestionSet
from qa.indexing import Progress
from qa.settings import Settings


@contextmanager
def engine_for(
    question_set: QuestionSet,
    index_dir: Path | None,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> Iterator[tuple[Engine, Path]]:
    """Yield an engine that holds the set's corpus, and the folder of its index.

    JSON lines are asked of the index in ``index_dir`` (by default that of ``QA_INDEX_DIR``, else
    ``index``), which is made on first use. A set that brings its own documents gets an index of
    nothing but those: in a temporary folder, or below ``index_dir`` in a folder named after the
    set and its digest, where the next run finds it again. ``settings`` are read from the
    environment by default.

    Raises:
        QAError: the index cannot be opened or made.
    """
    from qa.assistant import Assistant, build_index

    if question_set.kind == "jsonl":
        folder = index_dir or Path(os.environ.get("QA_INDEX_DIR") or "index")
        yield Assistant.open(folder, settings=settings, progress=progress), folder
        return
    with tempfile.TemporaryDirectory(prefix="qa-evaluate-") as temporary:
        folder = (index_dir or Path(temporary)) / folder_name(question_set)
        build_index(question_set.documents, folder, settings=settings, progress=progress)
        yield Assistant.open(folder, settings=settings, progress=progress), folder


def folder_name(question_set: QuestionSet) -> str:
    """Return a folder's name that differs where the set's files differ."""
    stem = question_set.path.resolve().name.split(".")[0]
    return f"{stem}-{question_set.sha256[:12]}"
