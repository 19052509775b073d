"""Corpora of any size from real text: the paragraphs of SQuAD files, then their sentences mixed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path

from pydantic import BaseModel, ValidationError

from qa.documents.passages import split_passages
from qa.documents.sentences import split_sentences
from qa.errors import QAError, QuestionSetError
from qa.evaluation.files import first_error, read_bytes
from qa.models.encoder import Encoder
from qa.settings import Settings

# As long as an article is in most collections.
_PARAGRAPHS, _SENTENCES = 12, 5
_IN_A_FOLDER = 1000

Split = Callable[[str], Sequence[str]]
"""Returns the passages of a text."""


class NoTextError(QAError):
    """A folder holds nothing to make a corpus from."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: no SQuAD file (.json or .json.gz) with paragraphs and questions lies "
            "there. Name another folder with --data."
        )
        self.folder = folder


@dataclass(frozen=True, slots=True)
class Material:
    """Real paragraphs, each once, with the titles of their articles, and questions about them."""

    paragraphs: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]


class _Question(BaseModel):
    question: str
    history: object = None


class _Paragraph(BaseModel):
    context: str
    qas: list[_Question]


class _Article(BaseModel):
    title: str
    paragraphs: list[_Paragraph]


class _File(BaseModel):
    data: list[_Article]


def read_material(folder: Path) -> Material:
    """Read the SQuAD files of a folder; what is JSON of another shape is passed over.

    Raises:
        NoTextError: there is no paragraph, or no question.
        QuestionSetError: a file cannot be read, or is no JSON.
    """
    paragraphs: dict[str, str] = {}
    questions: dict[str, None] = {}
    for path in sorted([*folder.glob("*.json"), *folder.glob("*.json.gz")]):
        for article in _articles(path):
            for paragraph in article.paragraphs:
                paragraphs.setdefault(paragraph.context, article.title.replace("_", " "))
                # A follow-up says nothing by itself.
                asked = [each for each in paragraph.qas if not each.history]
                questions.update((each.question, None) for each in asked)
    if not paragraphs or not questions:
        raise NoTextError(folder)
    return Material(
        tuple((title, text) for text, title in paragraphs.items()),
        tuple(random.Random(1).sample(list(questions), len(questions))),
    )


def _articles(path: Path) -> list[_Article]:
    try:
        return _File.model_validate_json(read_bytes(path)).data
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise QuestionSetError(path, first_error(error)) from None
        return []


def splitter(encoder: Encoder, settings: Settings) -> Split:
    """Return what splits a text into passages as indexing does."""

    def split(text: str) -> list[str]:
        slices = split_passages(
            text, max_tokens=settings.passage_tokens, count_tokens=encoder.count_tokens
        )
        return [text[piece.start : piece.end] for piece in slices]

    return split


def write_articles(material: Material, folder: Path, passages: int, split: Split) -> None:
    """Write articles of twelve paragraphs until they make at least so many passages.

    What comes first are real paragraphs in a fixed order of chance; when these are used up, new
    ones are made of real sentences.
    """
    made = 0
    stream = _paragraphs(material)
    for number in count():
        title = ""
        parts: list[str] = []
        while len(parts) < _PARAGRAPHS and made < passages:
            title, text = next(stream)
            parts.append(text)
            made += len(split(text))
        if not parts:
            return
        _write(folder, number, ".md", f"# {title}\n\n" + "\n\n".join(parts) + "\n")


def write_paragraphs(
    material: Material, folder: Path, passages: int, split: Split
) -> dict[Path, int]:
    """Write a paragraph a file until they make so many passages, or there are no more.

    Return how many each file makes.
    """
    files: dict[Path, int] = {}
    made = 0
    chosen = random.Random(2).sample(material.paragraphs, len(material.paragraphs))
    for number, (_, text) in enumerate(chosen):
        if made >= passages:
            break
        path = _write(folder, number, ".txt", text)
        files[path] = len(split(text))
        made += files[path]
    return files


def _write(folder: Path, number: int, suffix: str, text: str) -> Path:
    path = folder / f"{number // _IN_A_FOLDER:03}" / f"{number:06}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _paragraphs(material: Material) -> Iterator[tuple[str, str]]:
    dice = random.Random(2)
    real = dice.sample(material.paragraphs, len(material.paragraphs))
    return chain(real, _mixed(real, dice))


def _mixed(real: Sequence[tuple[str, str]], dice: random.Random) -> Iterator[tuple[str, str]]:
    """Yield paragraphs without end, of five sentences each, from one or two real ones."""
    while True:
        title, one = dice.choice(real)
        _, other = dice.choice(real)
        sentences = [text[a:b] for text in (one, other) for a, b in split_sentences(text)]
        yield title, " ".join(dice.choices(sentences, k=_SENTENCES))


def some_questions(material: Material, most: int) -> list[str]:
    """Return up to ``most`` of the questions, always the same ones."""
    return list(islice(material.questions, most))
