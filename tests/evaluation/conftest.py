"""A small working engine: sentences are passages, shared words are the score."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

from qa.datatypes import Answer, Citation, Document, Hit, Passage, Turn
from qa.settings import Settings

BIRDS = "The kestrel hovers above the field. It weighs 184 grams and hunts voles."
RIVERS = "The Rhine rises in the Alps. It is 1,230 kilometres long. Barges carry coal on the Rhine."


def make_document(id: str, text: str) -> Document:
    return Document(id, id, text, id, hashlib.sha256(text.encode()).hexdigest())


class SmallEngine:
    def __init__(self, documents: Iterable[Document], settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._documents = {document.id: document for document in documents}
        self._passages: list[Passage] = []
        for document in self._documents.values():
            for found in re.finditer(r"\S[^.]*(\.|$)", document.text):
                number = len(self._passages) + 1
                self._passages.append(
                    Passage(number, document.id, found.start(), found.end(), found[0])
                )
        self.asked: list[tuple[str, tuple[Turn, ...], float | None]] = []

    @classmethod
    def open(
        cls,
        index_dir: Path | str,
        settings: Settings | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> SmallEngine:
        stored = json.loads((Path(index_dir) / "documents.json").read_text())
        return cls([Document(**row) for row in stored], settings)

    def document(self, document_id: str) -> Document:
        return self._documents[document_id]

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        return tuple(p for p in self._passages if p.document_id == document_id)

    def search(
        self, question: str, *, k: int, documents: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        wanted = words(question)
        hits = [
            Hit(passage, len(wanted & words(passage.text)) / max(1, len(wanted)), "lexical")
            for passage in self._passages
            if documents is None or passage.document_id in documents
        ]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:k])

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        k: int = 5,
        answer_at: float | None = None,
    ) -> Answer:
        self.asked.append((question, tuple(history), answer_at))
        hits = self.search(question, k=k, documents=documents)
        best = hits[0]
        threshold = self.settings.answer_at if answer_at is None else answer_at
        if best.score < threshold:
            return Answer(question, "The text does not say.", (), False, best.score, hits, question)
        found, text = best.passage, f"{best.passage.text} [1]"
        cited = Citation(
            1, found.document_id, found.document_id, found.document_id, found.start, found.end,
            found.text, 0, len(found.text),
        )  # fmt: skip
        return Answer(question, text, (cited,), True, best.score, hits, question)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"the", "is", "it", "does", "how", "what", "in"}


@pytest.fixture
def engine() -> SmallEngine:
    return SmallEngine([make_document("birds.txt", BIRDS), make_document("rivers.txt", RIVERS)])


@pytest.fixture
def small_assistant(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Put the small engine where the program looks for its own."""

    def build_index(
        documents: Iterable[Document],
        index_dir: Path,
        *,
        settings: Settings | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        index_dir.mkdir(parents=True, exist_ok=True)
        rows = [asdict(document) for document in documents]
        for done, _ in enumerate(rows, start=1):
            if progress:
                progress(done, len(rows))
        (index_dir / "documents.json").write_text(json.dumps(rows))

    module = ModuleType("qa.assistant")
    vars(module).update(Assistant=SmallEngine, build_index=build_index)
    monkeypatch.setitem(sys.modules, "qa.assistant", module)
    return module


@pytest.fixture
def index_dir(tmp_path: Path, small_assistant: ModuleType) -> Path:
    folder = tmp_path / "index"
    documents = [make_document("birds.txt", BIRDS), make_document("rivers.txt", RIVERS)]
    small_assistant.build_index(documents, folder)
    return folder


@pytest.fixture
def question_file(tmp_path: Path) -> Path:
    """Two questions that the small engine gets right, one it can't, one that nobody could."""
    rows: list[dict[str, object]] = [
        {
            "id": "kestrel",
            "question": "The kestrel hovers above what?",
            "answers": ["the field", "field"],
            "documents": ["birds.txt"],
        },
        {
            "id": "rhine",
            "question": "What do barges carry on the Rhine?",
            "answers": ["coal"],
            "documents": ["rivers.txt"],
            "history": [["Where does the Rhine rise?", "In the Alps."]],
        },
        {
            "id": "length",
            "question": "How long are barges on rivers?",
            "answers": ["1,230 kilometres"],
            "documents": ["rivers.txt"],
        },
        {"id": "moon", "question": "Who owns the moon?", "answers": []},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    return path
