"""The ways to change an index: make it hold what folders hold, add to it, remove from it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from qa.datatypes import Document
from qa.documents.corpus import CorpusFile, CorpusReader, find_files, find_owner
from qa.documents.formats.parts import Limits
from qa.errors import EmptyCorpusError, UnknownDocumentError
from qa.indexing.changes import Changes
from qa.indexing.embedding import Shelver, manifest_of
from qa.indexing.report import IndexReport, Meter, Progress
from qa.models.encoder import Encoder
from qa.settings import Settings
from qa.store.interface import WriteStore
from qa.store.store import open_writer


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
        EmptyCorpusError: not one document could be read, and none is or was stored.
        QAError: see ``open_writer``.
    """
    files = _files(paths, index_dir)
    roots = {str(path.resolve()) for path in paths if path.is_dir()}
    wanted = manifest_of(encoder, settings)
    with _writing(index_dir, wanted, rebuild=rebuild, wait=wait) as (to, report):
        files = _distinct([*_of_other_folders(to.replaced, roots), *files])
        run = _Run(to, files, encoder, settings, report, progress)
        run.add()
        run.changes.settle(roots)
        report.removed += [id_ for id_ in to.replaced if not run.changes.is_present(id_)]
        to.publish()
        if not to.known() and not report.removed:
            raise EmptyCorpusError(paths[0] if paths else settings.corpus_dir)
    return report


def add_to_index(
    what: Iterable[Path | str | Document | CorpusFile],
    index_dir: Path,
    encoder: Encoder,
    settings: Settings,
    *,
    wait: bool = False,
    progress: Progress | None = None,
) -> IndexReport:
    """Add files, folders and documents to what ``index_dir`` holds; embed only what is new.

    Unlike ``index_files`` this removes no document because its file is gone, and it is no error
    where nothing could be read: the report says why.

    Raises:
        DocumentError: a path does not exist.
        QAError: see ``open_writer``.
    """
    given = list(what)
    documents = [each for each in given if isinstance(each, Document)]
    files = [each for each in given if isinstance(each, CorpusFile)]
    paths = [Path(each) for each in given if not isinstance(each, Document | CorpusFile)]
    files = _distinct([*files, *_files(paths, index_dir)])
    with _writing(index_dir, manifest_of(encoder, settings), wait=wait) as (to, report):
        run = _Run(to, files, encoder, settings, report, progress)
        run.add(documents)
        run.changes.settle()
        to.publish()
    return report


def remove_from_index(
    document_ids: Iterable[str], index_dir: Path, *, wait: bool = False
) -> IndexReport:
    """Remove documents by their ids; the id of a file of documents stands for all of them.

    Files are not touched, and nothing is embedded: it does not matter what the index was made
    with. Where the content of a removed document has another source, it is kept under that one's
    id, and reported as moved.

    Raises:
        UnknownDocumentError: there is none of one of these ids; then nothing is removed.
        QAError: see ``open_writer``.
    """
    with _writing(index_dir, {}, wait=wait) as (to, report):
        stored = {**to.known(), **to.copies()}
        unwanted: set[str] = set()
        for document_id in document_ids:
            found = [id_ for id_ in stored if f"{id_}/".startswith(f"{document_id}/")]
            if not found:
                raise UnknownDocumentError(document_id, index_dir)
            unwanted.update(found)
        Changes(to, [], report, Meter(None)).settle(unwanted=unwanted)
        to.publish()
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
    given = {document.id: document for document in documents}
    if not given:
        raise EmptyCorpusError(None)
    with _writing(index_dir, manifest_of(encoder, settings)) as (to, report):
        run = _Run(to, [], encoder, settings, report, progress)
        stored = {**to.known(), **to.copies()}
        run.changes.settle(unwanted=stored.keys() - given.keys())
        run.add(list(given.values()))
        to.publish()
    return report


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


@contextmanager
def _writing(
    index_dir: Path, manifest: dict[str, object], *, rebuild: bool = False, wait: bool = False
) -> Iterator[tuple[WriteStore, IndexReport]]:
    """Open the index for one run; give its report, which is sorted and timed in the end."""
    began = time.monotonic()
    report = IndexReport()
    with open_writer(index_dir, manifest, rebuild=rebuild, wait=wait) as to:
        yield to, report
    report.removed.sort()
    report.seconds = time.monotonic() - began


class _Run:
    """Reads what was given, and stores what of it is new or other."""

    def __init__(
        self,
        writer: WriteStore,
        files: Sequence[CorpusFile],
        encoder: Encoder,
        settings: Settings,
        report: IndexReport,
        progress: Progress | None,
    ) -> None:
        self._writer = writer
        self._limits = limits_of(settings)
        self._meter = Meter(progress)
        self._shelver = Shelver(writer, encoder, settings, report)
        self.changes = Changes(writer, files, report, self._meter)

    def add(self, documents: Sequence[Document] = ()) -> None:
        """Store what is new; if interrupted, publish what was stored by then.

        A first run and a rebuild are not published then: half an index would pass for a whole
        one. The next run of the same kind goes on with what a first run had stored.
        """
        try:
            with CorpusReader(self._limits) as reader:
                new = chain(self.changes.of_files(reader), self.changes.of_no_file(documents))
                self._shelver.put(new, self._meter)
        except KeyboardInterrupt:
            if self._writer.is_current:
                self.changes.promote_copies()
                self._writer.publish()
            raise


def _files(paths: Sequence[Path], index_dir: Path) -> list[CorpusFile]:
    """Return the files under ``paths``, without those of the index itself."""
    index = index_dir.resolve()
    return [file for file in find_files(paths) if not file.path.absolute().is_relative_to(index)]


def _of_other_folders(
    replaced: dict[str, tuple[str, str]], roots: Collection[str]
) -> list[CorpusFile]:
    """Return the files of these documents that are there still, outside the folders in ``roots``.

    Documents that came without a file cannot be read anew.
    """
    files = {}
    for document_id, (_, root) in sorted(replaced.items()):
        owner = find_owner(Path(root), document_id) if root and root not in roots else None
        if owner is not None:
            file_id = owner.relative_to(root).as_posix()
            # Not stored is how it was given: what lies in its root itself may have been named.
            is_named = owner.parent == Path(root)
            files[owner] = CorpusFile(owner, file_id, Path(root), is_named=is_named)
    return list(files.values())


def _distinct(files: Iterable[CorpusFile]) -> list[CorpusFile]:
    """Return each file once, though the paths that were given may overlap."""
    return list({(file.document_id, file.root.resolve()): file for file in files}.values())
