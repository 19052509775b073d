"""A few articles, their index, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qa.assistant import Assistant
from qa.datatypes import Answer
from qa.indexing import IndexReport, index_files, manifest_of
from qa.reading.evidence import EvidenceReader
from qa.settings import Settings
from qa.store.store import Store
from tests.fakes import BagOfWordsEncoder

ARTICLES: Mapping[str, str] = {
    "kestrel.txt": "The kestrel hovers above the field. It weighs 184 grams and hunts voles.\n\n"
    "Kestrels nest in hollow trees and on church towers. The female lays four to six eggs.",
    "rhine.md": "# The Rhine\n\nThe Rhine rises in the Alps. It is 1,230 kilometres long.\n\n"
    "## Traffic\n\nBarges carry coal on the Rhine. Bridges cross it at Basel and Cologne.",
    "tea.txt": "Tea was first drunk in Yunnan. Green tea steeps for three minutes at 80 degrees.\n"
    "Black tea is oxidised before it is dried; it steeps for five minutes in boiling water.",
}
QUESTIONS = (
    "How much does a kestrel weigh?",
    "Where does the Rhine rise?",
    "What do barges carry?",
    "How long does green tea steep?",
    "How many eggs does the female lay?",
)

Place = tuple[str, int, int, str]
"""(document id, start, end, text) of a quote or a passage."""


@dataclass(frozen=True)
class Shelf:
    """A folder of articles and a folder for their index."""

    corpus: Path
    index: Path
    settings: Settings = Settings(passage_tokens=16, answer_at=0)
    encoder: BagOfWordsEncoder = BagOfWordsEncoder()

    def put(self, articles: Mapping[str, str]) -> None:
        """Write articles into the corpus folder."""
        self.corpus.mkdir(parents=True, exist_ok=True)
        for name, text in articles.items():
            (self.corpus / name).write_text(text, encoding="utf-8")

    def update(self, *, rebuild: bool = False) -> IndexReport:
        """Make the index hold what the corpus folder holds."""
        return index_files([self.corpus], self.index, self.encoder, self.settings, rebuild=rebuild)

    def open(self) -> Assistant:
        """Open the index as a new process would: with nothing in memory, and never making one."""
        store = Store(self.index)
        store.check(manifest_of(self.encoder, self.settings))
        return Assistant(store, self.encoder, EvidenceReader(self.encoder), self.settings)

    def fresh(self, name: str) -> Shelf:
        """Index the same articles into an empty folder."""
        shelf = Shelf(self.corpus, self.index.with_name(name), self.settings, self.encoder)
        shelf.update()
        return shelf

    def answers(self) -> list[tuple[str, tuple[Place, ...], frozenset[Place]]]:
        """Return what a new process answers: text, quotes and passages found."""
        assistant = self.open()
        try:
            return [
                (answer.text, quotes_of(answer), frozenset(passages_of(answer)))
                for answer in (assistant.ask(question) for question in QUESTIONS)
            ]
        finally:
            assistant.store.close()

    def passages(self) -> dict[str, list[Place]]:
        """Return all passages as stored, by document."""
        assistant = self.open()
        try:
            return {
                document.id: [
                    (p.document_id, p.start, p.end, p.text) for p in assistant.passages(document.id)
                ]
                for document in assistant.documents()
            }
        finally:
            assistant.store.close()

    @property
    def generation(self) -> Path:
        """The folder that CURRENT names."""
        return self.index / (self.index / "CURRENT").read_text().strip()


def quotes_of(answer: Answer) -> tuple[Place, ...]:
    return tuple((c.document_id, c.start, c.end, c.quote) for c in answer.citations)


def passages_of(answer: Answer) -> tuple[Place, ...]:
    passages = (hit.passage for hit in answer.hits)
    return tuple((p.document_id, p.start, p.end, p.text) for p in passages)
