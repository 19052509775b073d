"""Documents -> the store: embeds only what changed, and reports on every file."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa.datatypes import Document
from qa.documents.corpus import CorpusFile, find_files
from qa.documents.passages import Slice, split_passages
from qa.errors import DocumentError, EmptyCorpusError, SettingsError
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
    with open_writer(index_dir, manifest_of(encoder, settings), rebuild=rebuild, wait=wait) as to:
        known = to.known()
        roots = {str(path.resolve()) for path in paths if path.is_dir()}
        files = _distinct([*_of_other_folders(to.replaced, roots), *files])
        present = {file.document_id for file in files}
        for document_id, (_, root) in sorted(known.items()):
            if root in roots and document_id not in present and to.remove(document_id):
                report.removed.append(document_id)
        report.removed += sorted(to.replaced.keys() - present)
        changed = _changed(files, known, settings, report)
        _store(to, changed, len(files), encoder, settings, report, progress)
        for document_id, _ in report.duplicates:
            to.remove(document_id)
        to.publish()
        if not to.known():
            raise EmptyCorpusError(paths[0] if paths else settings.corpus_dir)
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
        _store(to, changed, len(changed), encoder, settings, report, progress)
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


def _of_other_folders(replaced: dict[str, tuple[str, str]], roots: set[str]) -> list[CorpusFile]:
    """Return the files of these documents that are there still, outside the folders in ``roots``.

    Documents that came without a file cannot be read anew.
    """
    files = [
        CorpusFile(Path(root) / document_id, document_id, Path(root))
        for document_id, (_, root) in sorted(replaced.items())
        if root and root not in roots
    ]
    return [file for file in files if file.path.is_file()]


def _distinct(files: Iterable[CorpusFile]) -> list[CorpusFile]:
    """Return each file once, though the paths that were given may overlap."""
    return list({(file.document_id, file.root.resolve()): file for file in files}.values())


def _changed(
    files: Sequence[CorpusFile],
    known: dict[str, tuple[str, str]],
    settings: Settings,
    report: IndexReport,
) -> Iterator[tuple[Document, str]]:
    """Yield the documents that are new or other than stored, with their root folder.

    ``known`` is kept up to date with what is yielded.
    """
    first_with: dict[str, str] = {}
    for file in files:
        try:
            _check_name(file, known)
            document = file.read(settings.document_characters)
        except DocumentError as error:
            logger.warning("%s", error)
            report.refused.append(str(error))
            continue
        root = str(file.root.resolve())
        twin = first_with.setdefault(document.sha256, document.id)
        if twin != document.id:
            report.duplicates.append((document.id, twin))
        elif known.get(document.id) == (document.sha256, root):
            report.unchanged.append(document.id)
        else:
            (report.updated if document.id in known else report.added).append(document.id)
            known[document.id] = (document.sha256, root)
            yield document, root


def _check_name(file: CorpusFile, known: dict[str, tuple[str, str]]) -> None:
    """Compare a file's id with those of other folders: neither article may displace the other.

    Raises:
        DocumentError: an article of this id is known, and its file is still there.
    """
    _, root = known.get(file.document_id, ("", ""))
    if root not in ("", str(file.root.resolve())) and (Path(root) / file.document_id).is_file():
        raise DocumentError(
            file.path,
            f"the article {file.document_id} of {root} has the same name",
            "Rename one of the two, or index them apart with --index-dir.",
        )


def _store(
    writer: Writer,
    documents: Iterable[tuple[Document, str]],
    total: int,
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
                progress(done, total)
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
