"""The stages composed: ``Assistant`` for programs, ``ask()`` as its thin shell."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from qa.datatypes import Answer, Document, DocumentFacts, Hit, Passage, Turn
from qa.errors import IndexNotFoundError, UnknownDocumentError
from qa.indexing import (
    IndexReport,
    Progress,
    add_to_index,
    index_documents,
    index_files,
    manifest_of,
    remove_from_index,
)
from qa.models.encoder import Encoder, open_encoder
from qa.reading.choice import open_reader
from qa.reading.spans import Reader
from qa.settings import Settings, read_settings
from qa.stages import Proofs, Stages, checked
from qa.store.interface import ReadStore, State, documents_of
from qa.store.joint import JointStore
from qa.store.store import Store

if TYPE_CHECKING:
    from qa.wording.wording import Wording

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions from one index. Thread-safe and deterministic.

    Each stage can be replaced: ``dataclasses.replace(assistant, reader=my_reader)``. ``wording``
    is None, and nothing of it is loaded, unless the settings name a language model.
    """

    store: ReadStore
    encoder: Encoder
    reader: Reader
    settings: Settings
    wording: Wording | None = None
    _proofs: Proofs = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def open(
        cls,
        index_dir: Path | str = "index",
        *,
        settings: Settings | None = None,
        progress: Progress | None = None,
    ) -> Assistant:
        """Open an index; where there is none yet, make it from ``settings.corpus_dir`` first.

        Raises:
            IndexNotFoundError: there is no index, and no corpus folder to make it from.
            IndexMismatchError: it was made with another encoder or other passage sizes.
            QAError: any other reason why it cannot be opened or made; the message says which.
        """
        settings = settings or read_settings()
        folder = Path(index_dir)
        encoder = open_encoder(settings)
        try:
            store = Store(folder)
        except IndexNotFoundError:
            if not settings.corpus_dir.is_dir():
                raise
            logger.warning("indexing %s into %s (first use)", settings.corpus_dir, folder)
            index_files(
                [settings.corpus_dir], folder, encoder, settings, wait=True, progress=progress
            )
            store = Store(folder)
        store.check(manifest_of(encoder, settings))
        return cls(store, encoder, open_reader(settings, encoder), settings, _wording_of(settings))

    def beside(self, index_dir: Path | str, *, name: str = "other") -> Assistant:
        """Return an assistant that answers from a second index, too, with the same models.

        Passages of both are found and read together. Ids of the second's documents begin with
        ``name://``. What is added or removed is the first's.

        Raises:
            IndexMismatchError: the second was made with another encoder or other passage sizes.
            QAError: it cannot be read.
        """
        return replace(self, store=JointStore(self.store, Store(Path(index_dir)), name))

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        k: int = 5,
        answer_at: float | None = None,
    ) -> Answer:
        """Answer from the articles, or abstain (``answered`` is False).

        ``documents`` limits the search to documents of these ids, or of the one id where it is
        a string; that of a file or folder of documents stands for all that lie in it. ``k`` is
        the number of hits in the answer; it does not change what is read. ``answer_at`` takes
        the place of the setting: 0 forces an answer. ``history``, oldest turn first, is what a
        follow-up is understood by; ``standalone_question`` says how. Where the settings name a
        language model, the answer is in its words, as far as the text bears them out.

        Raises:
            QuestionError: the question is blank or longer than the settings allow.
            UnknownDocumentError: there is no document of one of the ids in ``documents``.
            ValueError: ``k`` is below 1.
            TypeError: ``history`` holds anything but turns.
            QAError: the index cannot be read.
        """
        *_, answer = self.stream(
            question, history=history, documents=documents, k=k, answer_at=answer_at
        )
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        documents: Collection[str] | None = None,
        k: int = 5,
        answer_at: float | None = None,
    ) -> Iterator[Answer]:
        """Answer as ``ask`` does, and yield what there is so far; the last is what it returns.

        First comes the answer in the text's own words. Where the settings name a language model,
        the answer in its words follows, growing: each answer holds by itself. Arguments and
        errors are those of ``ask``, raised at once.
        """
        # The wording does not depend on how many hits the caller wants to see.
        most = max(k, self.wording.passages) if self.wording and k > 0 else k
        wide = self._answer(question, history, documents, k=most, answer_at=answer_at)
        answer = replace(wide, hits=wide.hits[:k])
        if self.wording is None or not answer.answered:
            return iter([answer])
        at = self.settings.answer_at if answer_at is None else answer_at
        return chain([answer], self._worded(self.wording, wide, k=k, answer_at=at))

    def _worded(
        self, wording: Wording, answer: Answer, *, k: int, answer_at: float
    ) -> Iterator[Answer]:
        began = time.perf_counter()
        with self.store.snapshot() as state:
            documents = documents_of(state, (hit.passage.document_id for hit in answer.hits))
        for worded in wording.stream(answer, self.reader, documents, answer_at=answer_at):
            spent = (time.perf_counter() - began) * 1000
            total = answer.timings.get("total", 0.0) + spent
            timings = {**answer.timings, "wording": spent, "total": total}
            yield replace(worded, hits=answer.hits[:k], timings=timings)

    def _answer(
        self,
        question: str,
        history: Sequence[Turn],
        documents: Collection[str] | None,
        *,
        k: int,
        answer_at: float | None,
    ) -> Answer:
        """Answer in the text's own words, or abstain."""
        with self.store.snapshot() as state:
            stages = self._stages(state, documents)
            return stages.answer(question, history, k=k, answer_at=answer_at)

    def _stages(self, state: State, documents: Collection[str] | None) -> Stages:
        if isinstance(documents, str):
            documents = (documents,)
        for document_id in documents or ():
            if not state.ids(document_id):
                raise UnknownDocumentError(document_id, self.store.folder)
        return Stages(state, self.encoder, self.reader, self.settings, self._proofs, documents)

    def suggest(self, document_id: str, *, most: int = 3) -> tuple[str, ...]:
        """Return up to ``most`` questions that a document answers, of various kinds.

        Each is one that it asks itself, or was made from one of its sentences, and ``ask``, of this
        document, answers it from there. Empty where the rules of ``qa.suggestions`` find nothing,
        or the document is unknown.
        """
        with self.store.snapshot() as state:
            known = bool(state.ids(document_id))
            return (
                self._stages(state, {document_id}).suggest(document_id, most=most) if known else ()
            )

    def ask_many(
        self,
        questions: Iterable[str],
        *,
        documents: Collection[str] | None = None,
        k: int = 5,
    ) -> list[Answer]:
        """Answer several questions, as many at a time as there are threads, in their order.

        Each answer equals that of ``ask`` to the last bit, but for its timings: models read one
        question at a time, because in a batch a figure depends on its neighbours.
        """

        def answer(question: str) -> Answer:
            return self.ask(question, documents=documents, k=k)

        with ThreadPoolExecutor(self.settings.threads, thread_name_prefix="asker") as pool:
            return list(pool.map(answer, questions))

    def search(
        self, question: str, *, k: int = 5, documents: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return the ``k`` best passages without reading them, best first.

        Raises:
            QuestionError: the question is blank or longer than the settings allow.
            UnknownDocumentError: there is no document of one of the ids in ``documents``.
        """
        asked = checked(question, self.settings.question_characters)
        with self.store.snapshot() as state:
            return tuple(self._stages(state, documents).find(asked, k=k))

    def add(
        self,
        what: Iterable[Path | str | Document],
        *,
        progress: Progress | None = None,
    ) -> IndexReport:
        """Add files, folders (by path) and documents to the index, and return what became of each.

        Only what is new or changed is embedded; the next question sees it, in this process and
        in others. A file's id is its name, a folder's files have their path below it; a document
        takes the place of an older one of its id. No document is removed because its file is
        gone: ``qa index`` does that. What cannot be read is reported as refused, in words for
        people, and stops nothing. While another process writes, this one waits for it.

        Raises:
            DocumentError: a path does not exist; then nothing is added.
            QAError: the index cannot be written.
        """
        return add_to_index(
            what, self.store.folder, self.encoder, self.settings, wait=True, progress=progress
        )

    def remove(self, document_ids: Iterable[str]) -> IndexReport:
        """Remove documents from the index by their ids; their files are not touched.

        A later ``qa index`` of a folder that still holds such a file adds it again.

        Raises:
            UnknownDocumentError: there is none of one of these ids; then none is removed.
            QAError: the index cannot be written.
        """
        return remove_from_index(document_ids, self.store.folder, wait=True)

    def counts(self) -> tuple[int, int]:
        """Return the numbers of documents and of passages."""
        with self.store.snapshot() as state:
            return state.counts()

    def first_document(self) -> Document | None:
        """Return the first document in the order of the ids; None where there is none."""
        with self.store.snapshot() as state:
            return next(state.documents(), None)

    def documents(self) -> tuple[Document, ...]:
        """Return all documents in the order of their ids."""
        with self.store.snapshot() as state:
            return tuple(state.documents())

    def facts(self) -> tuple[DocumentFacts, ...]:
        """Return what is known of each document beside its text, in the order of their ids."""
        with self.store.snapshot() as state:
            return tuple(state.facts())

    def document(self, document_id: str) -> Document:
        """Return one document; the id of a copy gives what it is a copy of.

        Raises:
            UnknownDocumentError: there is none of this id; it is a LookupError.
        """
        with self.store.snapshot() as state:
            document = state.document(document_id)
        if document is None:
            raise UnknownDocumentError(document_id, self.store.folder)
        return document

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """Return a document's passages in the text's order; empty where it has none."""
        with self.store.snapshot() as state:
            return tuple(state.passages_of(document_id))


def build_index(
    documents: Iterable[Document],
    index_dir: Path | str,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> IndexReport:
    """Make an index that holds exactly these documents, embedding only what is new.

    Raises:
        EmptyCorpusError: there are no documents.
        QAError: the index cannot be written.
    """
    settings = settings or read_settings()
    return index_documents(
        documents, Path(index_dir), open_encoder(settings), settings, progress=progress
    )


def ask(
    question: str,
    *,
    history: Sequence[Turn] = (),
    documents: Collection[str] | None = None,
    k: int = 5,
    index_dir: Path | str = "index",
) -> Answer:
    """Answer from the articles, or abstain: see ``Assistant.ask`` and ``Assistant.open``."""
    assistant = open_assistant(Path(index_dir).absolute())
    return assistant.ask(question, history=history, documents=documents, k=k)


_opening = threading.Lock()


def open_assistant(index_dir: Path) -> Assistant:
    """Return the one Assistant of a folder: the process-wide state behind ``ask()``."""
    with _opening:
        return _open_once(index_dir)


@lru_cache(maxsize=8)
def _open_once(index_dir: Path) -> Assistant:
    return Assistant.open(index_dir, progress=report_progress)


def report_progress(done: float, total: int) -> None:
    """Say on standard error how far the indexing is: on one line of a terminal, else in lines."""
    end = "\r" if sys.stderr.isatty() and done < total else "\n"
    share = f"{done / max(1, total):.0%}"
    sys.stderr.write(f"Indexing: {int(done):,} of {total:,} documents ({share}){end}")
    sys.stderr.flush()


def _wording_of(settings: Settings) -> Wording | None:
    if not settings.llm_url:
        return None
    from qa.wording.wording import open_wording

    return open_wording(settings)
