"""Documents -> the store: embeds only what changed, and reports on every file."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from qa.datatypes import Document
from qa.documents.corpus import CorpusFile, CorpusReader, find_files, find_owner
from qa.documents.formats.parts import Limits
from qa.documents.outcomes import Refusal, Unchanged
from qa.documents.passages import Slice, split_passages
from qa.errors import DocumentError, EmptyCorpusError, SettingsError, UnknownDocumentError
from qa.models.encoder import Encoder
from qa.settings import Settings
from qa.store.store import Writer, open_writer

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with (documents done, documents in all)."""

# Enough passages at once to keep the encoder busy, few enough to lose little when interrupted.
_PASSAGES_AT_ONCE = 256


@dataclass(slots=True)
class IndexReport:
    """What became of each document: ids by outcome, refused files with the reason, seconds."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0


def index_files(
    paths: Sequence[Path],
    index_dir: Path,
    encoder: Encoder,
    settings: Settings,
    *,
    rebuild: bool = False,
    wait: bool = False,
    progress: Progress | None = None,
) -> IndexReport:
    """Make ``index_dir`` hold what the files under ``paths`` hold now.

    Documents of other folders stay; those of a folder given here whose file is gone are removed.
    A rebuild reads the files of other folders anew, too. A file that cannot be read never stops
    the rest: it is reported, and what an earlier run stored of it stays, but for a rebuild.

    Raises:
        DocumentError: a path does not exist.
        EmptyCorpusError: not one document could be read and none is stored.
        QAError: see ``open_writer``.
    """
    began = time.monotonic()
    report = IndexReport()
    files = list(find_files(paths))
    with (
        open_writer(index_dir, manifest_of(encoder, settings), rebuild=rebuild, wait=wait) as to,
        CorpusReader(limits_of(settings)) as reader,
    ):
        roots = {str(path.resolve()) for path in paths if path.is_dir()}
        files = _distinct([*_of_other_folders(to.replaced, roots), *files])
        update = _Update(to, files, report)
        update.remove_orphans(roots)
        documents = update.documents(reader)
        _store(to, documents, lambda: update.total, encoder, settings, report, progress)
        for document_id, _ in report.duplicates:
            to.remove(document_id)
        report.removed += sorted(id_ for id_ in to.replaced if not update.is_present(id_))
        to.publish()
        if not to.known():
            raise EmptyCorpusError(paths[0] if paths else settings.corpus_dir)
    report.removed.sort()
    report.seconds = time.monotonic() - began
    return report


def index_documents(
    documents: Iterable[Document],
    index_dir: Path,
    encoder: Encoder,
    settings: Settings,
    *,
    progress: Progress | None = None,
) -> IndexReport:
    """Make ``index_dir`` hold exactly these documents, embedding only what is new.

    Raises:
        EmptyCorpusError: there are none.
        QAError: see ``open_writer``.
    """
    began = time.monotonic()
    report = IndexReport()
    given = {document.id: document for document in documents}
    if not given:
        raise EmptyCorpusError(index_dir)
    with open_writer(index_dir, manifest_of(encoder, settings)) as to:
        known = to.known()
        for document_id in sorted(known.keys() - given.keys()):
            to.remove(document_id)
            report.removed.append(document_id)
        changed: list[tuple[Document, str]] = []
        for document in given.values():
            if document.id in known and known[document.id][0] == document.sha256:
                report.unchanged.append(document.id)
            else:
                (report.updated if document.id in known else report.added).append(document.id)
                changed.append((document, ""))
        _store(to, changed, lambda: len(changed), encoder, settings, report, progress)
        to.publish()
    report.seconds = time.monotonic() - began
    return report


def add_to_index(
    what: Iterable[Path | str | Document],
    index_dir: Path,
    encoder: Encoder,
    settings: Settings,
    *,
    wait: bool = False,
    progress: Progress | None = None,
) -> IndexReport:
    """Add files, folders and documents to what ``index_dir`` holds; embed only what is new.

    Unlike ``index_files`` this removes no document whose file is gone.

    Raises:
        DocumentError: a path does not exist.
        QAError: see ``open_writer``.
    """
    began = time.monotonic()
    report = IndexReport()
    given = list(what)
    documents = [each for each in given if isinstance(each, Document)]
    files = _distinct(find_files([Path(each) for each in given if not isinstance(each, Document)]))
    with (
        open_writer(index_dir, manifest_of(encoder, settings), wait=wait) as to,
        CorpusReader(limits_of(settings)) as reader,
    ):
        update = _Update(to, files, report)
        update.total += len(documents)
        new = chain(update.documents(reader), update.given(documents))
        _store(to, new, lambda: update.total, encoder, settings, report, progress)
        for document_id, _ in report.duplicates:
            to.remove(document_id)
        to.publish()
    report.seconds = time.monotonic() - began
    return report


def remove_from_index(
    document_ids: Iterable[str],
    index_dir: Path,
    encoder: Encoder,
    settings: Settings,
    *,
    wait: bool = False,
) -> IndexReport:
    """Remove documents by their ids; files are not touched.

    Raises:
        UnknownDocumentError: there is no document of one of these ids; then none is removed.
        QAError: see ``open_writer``.
    """
    began = time.monotonic()
    report = IndexReport()
    with open_writer(index_dir, manifest_of(encoder, settings), wait=wait) as to:
        known = to.known()
        wanted = list(dict.fromkeys(document_ids))
        for document_id in wanted:
            if document_id not in known:
                raise UnknownDocumentError(document_id, index_dir)
        for document_id in wanted:
            to.remove(document_id)
        report.removed = sorted(wanted)
        to.publish()
    report.seconds = time.monotonic() - began
    return report


def manifest_of(encoder: Encoder, settings: Settings) -> dict[str, object]:
    """Return what an index must have been made with to serve this run."""
    return {
        "encoder": encoder.name,
        "fingerprint": encoder.fingerprint,
        "dimension": encoder.dimension,
        "passage_tokens": settings.passage_tokens,
    }


def limits_of(settings: Settings) -> Limits:
    """Return what reading one file may cost."""
    return Limits(
        characters=settings.document_characters,
        bytes=settings.document_bytes,
        pages=settings.document_pages,
        seconds=settings.document_seconds,
        memory=settings.document_memory,
        archive_bytes=settings.archive_bytes,
        archive_ratio=settings.archive_ratio,
        archive_members=settings.archive_members,
        archive_depth=settings.archive_depth,
        text_field=settings.text_field,
    )


def _of_other_folders(replaced: dict[str, tuple[str, str]], roots: set[str]) -> list[CorpusFile]:
    """Return the files of these documents that are there still, outside the folders in ``roots``.

    Documents that came without a file cannot be read anew.
    """
    files = {}
    for document_id, (_, root) in sorted(replaced.items()):
        owner = find_owner(Path(root), document_id) if root and root not in roots else None
        if owner is not None:
            file_id = owner.relative_to(root).as_posix()
            files[owner] = CorpusFile(owner, file_id, Path(root))
    return list(files.values())


def _distinct(files: Iterable[CorpusFile]) -> list[CorpusFile]:
    """Return each file once, though the paths that were given may overlap."""
    return list({(file.document_id, file.root.resolve()): file for file in files}.values())


class _Update:
    """One run over files: which documents are new or other, and which are gone.

    A document belongs to the file whose id its own id is or begins with. It is gone where its
    file is gone, and where its file was read and it was not in it any more.
    """

    def __init__(self, writer: Writer, files: Sequence[CorpusFile], report: IndexReport) -> None:
        self.total = len(files)
        """How many documents there are in all, as far as is known by now."""
        self._writer = writer
        self._files = files
        self._report = report
        self._known = writer.known()
        self._seen: set[str] = set()
        self._refused: set[str] = set()
        self._first_with: dict[str, str] = {}
        self._owned = self._by_file()

    def remove_orphans(self, roots: set[str]) -> None:
        """Remove the documents of these folders whose file is gone."""
        owned = {document_id for ids in self._owned.values() for document_id in ids}
        for document_id, (_, root) in sorted(self._known.items()):
            if root in roots and document_id not in owned:
                self._remove(document_id)

    def documents(self, reader: CorpusReader) -> Iterator[tuple[Document, str]]:
        """Yield the documents that are new or other than stored, with their root folder."""
        for file in self._files:
            root = str(file.root.resolve())
            stored = self._owned.get((root, file.document_id), {})
            count = 0
            for outcome in reader.read(file, stored, self._first_with):
                count += 1
                self.total += count > 1
                self._seen.add(outcome.id)
                if isinstance(outcome, Refusal):
                    self._refuse(file, outcome)
                elif self._is_named_elsewhere(outcome.id, root):
                    _, other = self._known[outcome.id]
                    self._refuse(file, _same_name(outcome.id, other))
                elif self._is_new(outcome, root) and isinstance(outcome, Document):
                    yield outcome, root
            for document_id in sorted(stored):
                if not self.is_present(document_id):
                    self._remove(document_id)

    def given(self, documents: Iterable[Document]) -> Iterator[tuple[Document, str]]:
        """Yield those of these documents, which come without a file, that are new or other."""
        for document in documents:
            if self._is_named_elsewhere(document.id, ""):
                refusal = _same_name(document.id, self._known[document.id][1])
                self._report.refused.append(
                    str(DocumentError(Path(document.id), refusal.reason, refusal.remedy))
                )
            elif self._is_new(document, ""):
                yield document, ""

    def is_present(self, document_id: str) -> bool:
        """Return whether a document was seen, or may still be in what could not be read."""
        if document_id in self._seen:
            return True
        return any(above in self._refused for above in _above(document_id))

    def _by_file(self) -> dict[tuple[str, str], dict[str, str]]:
        """Return the hashes of the stored documents of each file, by its root and id."""
        owned: dict[tuple[str, str], dict[str, str]] = {
            (str(file.root.resolve()), file.document_id): {} for file in self._files
        }
        for document_id, (digest, root) in self._known.items():
            for above in (*_above(document_id), document_id):
                if (root, above) in owned:
                    owned[root, above][document_id] = digest
                    break
        return owned

    def _is_new(self, outcome: Document | Unchanged, root: str) -> bool:
        """Report a document that could be read; return whether it is to be stored."""
        twin = self._first_with.setdefault(outcome.sha256, outcome.id)
        if twin != outcome.id:
            self._report.duplicates.append((outcome.id, twin))
        elif self._known.get(outcome.id) == (outcome.sha256, root):
            self._report.unchanged.append(outcome.id)
        else:
            is_known = outcome.id in self._known
            (self._report.updated if is_known else self._report.added).append(outcome.id)
            self._known[outcome.id] = (outcome.sha256, root)
            return True
        return False

    def _is_named_elsewhere(self, document_id: str, root: str) -> bool:
        """Return whether the article of this id is another folder's, and there still.

        Neither may displace the other.
        """
        _, other = self._known.get(document_id, ("", ""))
        return other not in ("", root) and find_owner(Path(other), document_id) is not None

    def _refuse(self, file: CorpusFile, refusal: Refusal) -> None:
        self._refused.add(refusal.id)
        message = str(file.error(refusal))
        logger.warning("%s", message)
        self._report.refused.append(message)

    def _remove(self, document_id: str) -> None:
        if self._writer.remove(document_id):
            self._report.removed.append(document_id)


def _same_name(document_id: str, root: str) -> Refusal:
    return Refusal(
        document_id,
        f"the article {document_id} of {root} has the same name",
        "Rename one of the two, or index them apart with --index-dir.",
    )


def _above(document_id: str) -> Iterator[str]:
    """Yield the ids of what a document may lie in, the outermost first."""
    for place, character in enumerate(document_id):
        if character == "/":
            yield document_id[:place]


def _store(
    writer: Writer,
    documents: Iterable[tuple[Document, str]],
    total: Callable[[], int],
    encoder: Encoder,
    settings: Settings,
    report: IndexReport,
    progress: Progress | None,
) -> None:
    """Embed and store; if the run is interrupted, what was stored by then is published.

    A first run and a rebuild are not: half an index would pass for a whole one. The next run of
    the same kind goes on with what a first run had stored.
    """
    waiting: list[tuple[Document, str, list[Slice]]] = []
    done = 0

    def flush() -> None:
        nonlocal done
        texts = [
            text
            for document, _, slices in waiting
            for text in embedded_texts(document, slices, encoder, settings)
        ]
        vectors = encoder.encode(texts)
        begin = 0
        for document, root, slices in waiting:
            writer.add(document, slices, vectors[begin : begin + len(slices)], root)
            begin += len(slices)
            done += 1
            report.passages += len(slices)
            if progress is not None:
                progress(done, total())
        waiting.clear()

    try:
        for document, root in documents:
            slices = slice_document(document, encoder, settings)
            waiting.append((document, root, slices))
            if sum(len(slices) for _, _, slices in waiting) >= _PASSAGES_AT_ONCE:
                flush()
        # Even no texts at all would load the encoder's weights, which takes seconds.
        if waiting:
            flush()
    except KeyboardInterrupt:
        if writer.is_current:
            writer.publish()
        raise


def slice_document(document: Document, encoder: Encoder, settings: Settings) -> list[Slice]:
    """Split a document into what the encoder can read whole.

    Raises:
        SettingsError: ``passage_tokens`` is more than the encoder reads.
    """
    if settings.passage_tokens > _room(encoder):
        raise SettingsError(
            f"passage_tokens is {settings.passage_tokens}, but {encoder.name} reads only "
            f"{_room(encoder)}. Set QA_PASSAGE_TOKENS to that or less."
        )
    return split_passages(
        document.text, max_tokens=settings.passage_tokens, count_tokens=encoder.count_tokens
    )


def embedded_texts(
    document: Document, slices: Sequence[Slice], encoder: Encoder, settings: Settings
) -> list[str]:
    """Return what is embedded for each slice: the title, which is never quoted, and the text.

    A title that would push text out of the encoder's window is left out.
    """
    (title_tokens,) = encoder.count_tokens([f"{document.title}. "])
    fits = title_tokens + settings.passage_tokens <= _room(encoder)
    lead = f"{document.title}. " if fits else ""
    return [lead + document.text[piece.start : piece.end] for piece in slices]


def _room(encoder: Encoder) -> int:
    """Return how many tokens of text the encoder reads beside its two special ones."""
    return encoder.max_tokens - 2
