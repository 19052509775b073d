"""``python -m qa.evaluation.layouts``: paragraphs are found alike in whatever files they lie.

A SQuAD file's paragraphs are indexed as a file each, as a file an article, and as one zip file.
"""

from __future__ import annotations

import re
import sys
import tempfile
import zipfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Annotated

import typer

from qa.assistant import Assistant
from qa.datatypes import Document
from qa.errors import QAError, QuestionSetError
from qa.evaluation.datasets import load_questions
from qa.evaluation.questions import Question, QuestionSet, limited
from qa.evaluation.ranking import first_rank, reciprocal_rank, success
from qa.indexing import index_files
from qa.models.encoder import open_encoder
from qa.settings import read_settings

_HITS = 100
_PLACES = 20
Starts = dict[str, dict[int, str]]
"""By the id of a document as it was indexed: where each paragraph of it starts, and its id."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one layout came to; ``rankings`` tell, best first, which paragraph is the question's."""

    files: int
    passages: int
    rankings: tuple[tuple[bool, ...], ...]

    @property
    def ranks(self) -> tuple[int | None, ...]:
        """The rank of each question's paragraph, None beyond 20."""
        return tuple(map(first_rank, self.rankings))

    def recall(self, k: int) -> float:
        """Return the share of questions whose paragraph is among the first ``k``."""
        return fmean(success(each, k) for each in self.rankings)

    @property
    def mean_reciprocal_rank(self) -> float:
        """The mean over the questions of 1 / rank."""
        return fmean(map(reciprocal_rank, self.rankings))


def one_each(paragraphs: Sequence[Document], folder: Path) -> Starts:
    """Write a file a paragraph, called by the title of its article."""
    starts: Starts = {}
    for number, paragraph in enumerate(paragraphs):
        name = f"{number:05}/{_file_name(paragraph.title)}"
        _write(folder / name, paragraph.text)
        starts[name] = {0: paragraph.id}
    return starts


def one_an_article(paragraphs: Sequence[Document], folder: Path) -> Starts:
    """Write a file an article, blank lines between its paragraphs."""
    articles: defaultdict[str, list[Document]] = defaultdict(list)
    for paragraph in paragraphs:
        articles[paragraph.title].append(paragraph)
    starts: Starts = {}
    for number, (title, parts) in enumerate(articles.items()):
        name = f"{number:05}/{_file_name(title)}"
        starts[name] = {}
        text = ""
        for part in parts:
            text += "\n\n" if text else ""
            starts[name][len(text)] = part.id
            text += part.text
        _write(folder / name, text)
    return starts


def one_zip(paragraphs: Sequence[Document], folder: Path) -> Starts:
    """Write one zip file with a member a paragraph."""
    starts: Starts = {}
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, paragraph in enumerate(paragraphs):
            name = f"{number:05}/{_file_name(paragraph.title)}"
            archive.writestr(name, paragraph.text.encode())
            starts[f"all.zip/{name}"] = {0: paragraph.id}
    return starts


LAYOUTS: Mapping[str, Callable[[Sequence[Document], Path], Starts]] = {
    "a file a paragraph": one_each,
    "a file an article": one_an_article,
    "one zip file": one_zip,
}


def find_in_all(question_set: QuestionSet, questions: Sequence[Question]) -> dict[str, Found]:
    """Index each layout and search it for the questions' paragraphs.

    Raises:
        QuestionSetError: there is no question that a paragraph answers.
        QAError: an index cannot be made.
    """
    asked = [question for question in questions if question.answers and question.documents]
    if question_set.kind != "squad" or not asked:
        raise QuestionSetError(question_set.path, "holds no question with its paragraph")
    found = {}
    for name, write in LAYOUTS.items():
        sys.stderr.write(f"{name}\n")
        with tempfile.TemporaryDirectory(prefix="qa-layouts-") as temporary:
            found[name] = _find(write, question_set.documents, asked, Path(temporary))
    return found


def _find(
    write: Callable[[Sequence[Document], Path], Starts],
    paragraphs: Sequence[Document],
    questions: Sequence[Question],
    folder: Path,
) -> Found:
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir()
    starts = write(paragraphs, corpus)
    settings = read_settings()
    report = index_files([corpus], index, open_encoder(settings), settings)
    assistant = Assistant.open(index, settings=settings)
    rankings = []
    for question in questions:
        hits = assistant.search(question.question, k=_HITS)
        places = [(hit.passage.document_id, hit.passage.start) for hit in hits]
        ranked = list(dict.fromkeys(_paragraph(starts[id_], start) for id_, start in places))
        rankings.append(tuple(each in question.documents for each in ranked[:_PLACES]))
    assistant.store.close()
    files = sum(path.is_file() for path in corpus.rglob("*"))
    return Found(files, report.passages, tuple(rankings))


def _paragraph(starts: Mapping[int, str], place: int) -> str:
    """Return the paragraph that a place lies in: the last that starts before it."""
    ordered = list(starts)
    return starts[ordered[max(0, bisect_right(ordered, place) - 1)]]


def _file_name(title: str) -> str:
    return re.sub(r"[^\w ,()-]", "_", title)[:100] + ".txt"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode())  # write_text would change line ends


def to_markdown(found: Mapping[str, Found]) -> str:
    """Return a table, a row a layout."""
    lines = [
        "| | files | passages | recall@1 | recall@5 | MRR | ranked otherwise than in the first |",
        "|---|---|---|---|---|---|---|",
    ]
    first = next(iter(found.values()))
    for name, each in found.items():
        scores = (each.recall(1), each.recall(5), each.mean_reciprocal_rank)
        other = sum(a != b for a, b in zip(each.ranks, first.ranks, strict=True))
        figures = " | ".join(f"{value:.4f}" for value in scores)
        lines.append(f"| {name} | {each.files} | {each.passages} | {figures} | {other} |")
    return "\n".join(lines) + "\n"


def main(
    questions: Annotated[Path, typer.Option(help="SQuAD v2 JSON (.gz too).")],
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many questions, evenly spaced.")
    ] = None,
) -> None:
    """Compare how well paragraphs are found by the files that they lie in.

    Exit status: 0 where recall is the same in all, 1 where it is not, 2 for an error.
    """
    try:
        question_set = load_questions(questions)
        found = find_in_all(question_set, limited(question_set.questions, limit))
    except QAError as error:
        sys.stderr.write(f"Error: {error}\n")
        raise typer.Exit(2) from error
    print(to_markdown(found), end="")
    if len({(each.recall(1), each.recall(5)) for each in found.values()}) > 1:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
