"""BEIR folders (Thakur et al. 2021): a corpus, queries, and which documents answer them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from qa.datatypes import Document
from qa.errors import QuestionSetError
from qa.evaluation.files import check_ids, parse_lines, read_bytes, sha256_of_files
from qa.evaluation.questions import Question, QuestionSet


class _Row(BaseModel):
    model_config = ConfigDict(strict=True)

    id: str = Field(alias="_id", min_length=1)
    text: str
    title: str = ""


def read_beir(folder: Path) -> QuestionSet:
    """Read ``corpus.jsonl``, ``queries.jsonl`` (``.gz`` of both) and ``qrels/test.tsv``.

    Queries without a relevant document in ``test.tsv`` are left out, as BEIR does. A document
    without text is its title; one without either is counted, not kept.

    Raises:
        QuestionSetError: a file is missing or malformed, two queries or two documents have the
            same id, or the relevance judgements name an unknown query.
    """
    corpus_path, queries_path = _jsonl(folder, "corpus"), _jsonl(folder, "queries")
    qrels_path = folder / "qrels" / "test.tsv"
    judged = _read_qrels(qrels_path)
    queries: dict[str, str] = {}
    rows = list(parse_lines(queries_path, read_bytes(queries_path), _Row))
    check_ids(queries_path, ((row.id, f"line {number}") for number, row in rows))
    for number, row in rows:
        if not row.text.strip():
            raise QuestionSetError(queries_path, f"line {number}: the query is blank")
        queries[row.id] = row.text
    unknown = next((id for id in judged if id not in queries), None)
    if unknown is not None:
        raise QuestionSetError(qrels_path, f"query {unknown!r} is not in {queries_path.name}")
    documents: dict[str, Document] = {}
    blank = 0
    for number, row in parse_lines(corpus_path, read_bytes(corpus_path), _Row):
        if row.id in documents:
            raise QuestionSetError(corpus_path, f"line {number}: {row.id!r} comes twice")
        text = row.text if row.text.strip() else row.title
        if not text.strip():
            blank += 1
            continue
        documents[row.id] = Document(
            id=row.id,
            title=row.title,
            text=text,
            source=corpus_path.name,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
    questions = tuple(
        Question(id, queries[id], documents=tuple(grades), grades=tuple(grades.values()))
        for id, grades in judged.items()
    )
    digest = sha256_of_files(corpus_path, queries_path, qrels_path)
    return QuestionSet(folder, "beir", digest, questions, tuple(documents.values()), blank)


def _jsonl(folder: Path, stem: str) -> Path:
    for name in (f"{stem}.jsonl", f"{stem}.jsonl.gz"):
        if (folder / name).is_file():
            return folder / name
    raise QuestionSetError(folder, f"a BEIR folder needs {stem}.jsonl or {stem}.jsonl.gz")


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Return the relevant documents (grade above 0) of each query that has any."""
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(read_bytes(path).split(b"\n"), start=1):
        if number == 1 or not line.strip():  # the first line names the columns
            continue
        try:
            query, document, grade = line.decode().rstrip("\r").split("\t")
            if int(grade) > 0:
                judged.setdefault(query, {})[document] = int(grade)
        except ValueError:
            raise QuestionSetError(
                path, f"line {number}: expected query-id, corpus-id and score, tab-separated"
            ) from None
    return judged
