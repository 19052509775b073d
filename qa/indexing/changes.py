"""Which documents of a run are new or other, which are copies, which moved and which are gone."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from qa.datatypes import Document
from qa.documents.corpus import CorpusFile, CorpusReader, find_owner
from qa.documents.outcomes import Notice, Outcome, Refusal, Unchanged
from qa.errors import DocumentError
from qa.indexing.report import IndexReport, Meter
from qa.store.interface import WriteStore

logger = logging.getLogger(__name__)

Place = tuple[str, str]
"""The hash of a content, and the root folder of the file that it was read from."""


class Changes:
    """One run over files, compared with what is stored.

    A document belongs to the file whose id its own id is or begins with. It is gone where its
    file is gone, and where its file was read and it was not in it any more. What has the hash of
    another document is a copy: only its place is stored. Where that other document is gone at the
    end of the run, a copy takes its place, vectors and all: so renamed files move.
    """

    def __init__(
        self, writer: WriteStore, files: Sequence[CorpusFile], report: IndexReport, meter: Meter
    ) -> None:
        self._writer = writer
        self._files = files
        self._report = report
        self._meter = meter
        self._documents = writer.known()
        self._copies = writer.copies()
        self._holders = {digest: id_ for id_, (digest, _) in sorted(self._documents.items())}
        self._before = {**self._copies, **self._documents}
        self._seen: dict[str, None] = {}
        self._refused: set[str] = set()
        self._owned, self._orphans = self._by_file()
        meter.total += len(files)

    def of_files(self, reader: CorpusReader) -> Iterator[tuple[Document, str]]:
        """Yield the documents of the files that are to be stored, with their root folder."""
        for file in self._files:
            root = str(file.root.resolve())
            for number, (outcome, seconds) in enumerate(
                _timed(reader.read(file, self._readable_as(root, file)))
            ):
                if isinstance(outcome, Notice):
                    self._report.notices.append(str(file.error(outcome)))
                    continue
                self._meter.total += number > 0
                self._seen[outcome.id] = None
                if not isinstance(outcome, Unchanged):
                    self._report.times[outcome.id] = seconds
                if isinstance(outcome, Refusal):
                    self._refuse(file, outcome)
                elif self._is_named_elsewhere(outcome.id, root):
                    self._refuse(file, _same_name(outcome.id, self._place(outcome.id)[1]))
                elif isinstance(outcome, Document) and self._is_new(outcome, root):
                    yield outcome, root
                    continue
                elif isinstance(outcome, Unchanged) and outcome.id in self._documents:
                    self._report.unchanged.append(outcome.id)
                self._meter.passed()

    def of_no_file(self, documents: Sequence[Document]) -> Iterator[tuple[Document, str]]:
        """Yield those of these documents that are to be stored, with no root folder.

        Their ids and hashes are whatever the caller has made of them: none counts as a copy.
        """
        self._meter.total += len(documents)
        for document in documents:
            self._seen[document.id] = None
            if self._is_named_elsewhere(document.id, ""):
                refusal = _same_name(document.id, self._place(document.id)[1])
                error = DocumentError(Path(document.id), refusal.reason, refusal.remedy)
                self._report.refused.append(str(error))
            elif self._documents.get(document.id) == (document.sha256, ""):
                self._report.unchanged.append(document.id)
            else:
                self._hold(document.id, (document.sha256, ""))
                yield document, ""
                continue
            self._meter.passed()

    def settle(self, roots: Collection[str] = (), unwanted: Collection[str] = ()) -> None:
        """Remove what is gone, and let copies take the place of what they are copies of.

        ``roots`` are the folders that were given whole: what is stored of them is gone where no
        file has it. The documents of the ids in ``unwanted`` are removed, too.
        """
        gone = [id_ for owned in self._owned.values() for id_ in owned if not self.is_present(id_)]
        gone += [id_ for id_ in self._orphans if self._before[id_][1] in roots]
        removed = {id_: self._before[id_][0] for id_ in sorted({*gone, *unwanted})}
        for id_ in removed:
            self._writer.remove(id_)
            self._documents.pop(id_, None)
            self._copies.pop(id_, None)
        self.promote_copies(removed)
        self._report.removed += removed
        holders = {digest: id_ for id_, (digest, _) in sorted(self._documents.items())}
        self._report.duplicates += [
            (id_, holders[self._copies[id_][0]]) for id_ in self._seen if id_ in self._copies
        ]

    def promote_copies(self, removed: dict[str, str] | None = None) -> None:
        """Make documents of copies whose content no document has any more.

        ``removed`` maps the ids of what was removed to hashes; what turns out to have moved is
        taken out of it.
        """
        removed = {} if removed is None else removed
        held = {digest for digest, _ in self._documents.values()}
        for id_ in [*self._seen, *sorted(self._copies.keys() - self._seen.keys())]:
            digest, root = self._copies.get(id_, ("", ""))
            if id_ not in self._copies or digest in held:
                continue
            is_there = id_ in self._seen or find_owner(Path(root), id_) is not None
            if is_there and self._writer.promote(id_):
                old = next((other for other, its in removed.items() if its == digest), None)
                if old is not None:
                    del removed[old]
                    self._report.moved.append((old, id_))
                self._hold(id_, (digest, root), is_told=old is not None)
                held.add(digest)
            else:
                # Its file is gone, or an earlier run was killed before it stored the content.
                self._writer.remove(id_)
                del self._copies[id_]
                if not is_there:
                    removed[id_] = digest

    def is_present(self, document_id: str) -> bool:
        """Return whether a document was seen, or may still be in what could not be read."""
        if document_id in self._seen:
            return True
        return any(above in self._refused for above in _above(document_id))

    def _by_file(self) -> tuple[dict[Place, list[str]], list[str]]:
        """Return the ids that are stored of each file, by its root and id, and those of none."""
        owned: dict[tuple[str, str], list[str]] = {
            (str(file.root.resolve()), file.document_id): [] for file in self._files
        }
        orphans = []
        for id_, (_, root) in sorted(self._before.items()):
            owner = next((above for above in _above(id_) if (root, above) in owned), id_)
            if (root, owner) in owned:
                owned[root, owner].append(id_)
            else:
                orphans.append(id_)
        return owned, orphans

    def _readable_as(self, root: str, file: CorpusFile) -> dict[str, str]:
        """Return the hashes of what is stored of a file and need not be read again.

        A copy whose content nobody holds is read: it may become the document.
        """
        return {
            id_: self._before[id_][0]
            for id_ in self._owned[root, file.document_id]
            if id_ in self._documents or self._before[id_][0] in self._holders
        }

    def _is_new(self, document: Document, root: str) -> bool:
        """Note a document that was read; return whether it is to be stored."""
        place = (document.sha256, root)
        if self._holders.get(document.sha256, document.id) != document.id:
            if self._copies.get(document.id) != place:
                self._writer.add_copy(document, root)
                self._let_go(document.id)
                self._copies[document.id] = place
            return False
        self._hold(document.id, place)
        return True

    def _hold(self, document_id: str, place: Place, *, is_told: bool = False) -> None:
        """Note that this document has this content now, and report it."""
        before, _ = self._before.get(document_id, ("", ""))
        if not is_told:
            # The same content from another folder is the same document.
            unchanged, updated = self._report.unchanged, self._report.updated
            known = unchanged if before == place[0] else updated
            (known if document_id in self._before else self._report.added).append(document_id)
        self._let_go(document_id)
        self._copies.pop(document_id, None)
        self._documents[document_id] = place
        self._holders.setdefault(place[0], document_id)

    def _let_go(self, document_id: str) -> None:
        digest, _ = self._documents.pop(document_id, ("", ""))
        if self._holders.get(digest) == document_id:
            del self._holders[digest]

    def _place(self, document_id: str) -> Place:
        nowhere = ("", "")
        return self._documents.get(document_id) or self._copies.get(document_id, nowhere)

    def _is_named_elsewhere(self, document_id: str, root: str) -> bool:
        """Return whether the article of this id is another folder's, and there still.

        Neither may displace the other.
        """
        _, other = self._place(document_id)
        return other not in ("", root) and find_owner(Path(other), document_id) is not None

    def _refuse(self, file: CorpusFile, refusal: Refusal) -> None:
        self._refused.add(refusal.id)
        message = str(file.error(refusal))
        logger.warning("%s", message)
        (self._report.empty if refusal.is_empty else self._report.refused).append(message)


def _timed(outcomes: Iterator[Outcome]) -> Iterator[tuple[Outcome, float]]:
    """Yield each outcome with the seconds that it took to come."""
    began = time.monotonic()
    for outcome in outcomes:
        yield outcome, time.monotonic() - began
        began = time.monotonic()


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
