"""Following folders: the index is brought up to date whenever a file in them changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from qa.errors import DocumentError, EmptyCorpusError
from qa.indexing.report import IndexReport

# How long it takes at most to start, in milliseconds, and how often Ctrl-C is looked for.
_WAKE = 200
# A file that is being written changes again and again: wait for it to rest, but not for ever.
_REST, _AT_MOST = 400, 5_000


def watch_folders(
    folders: Sequence[Path], index_dir: Path, update: Callable[[], IndexReport]
) -> Iterator[IndexReport]:
    """Yield the report of ``update`` at once, and after every change that has news, without end.

    Hidden files do not count, nor does what lies in ``index_dir``. What changes during an update
    is in the next one. While there is nothing to index, it waits.

    Raises:
        DocumentError: a path is no folder, or cannot be watched.
        QAError: whatever ``update`` raises.
    """
    from watchfiles import watch

    for folder in folders:
        if not folder.is_dir():
            raise DocumentError(folder, "is no folder", "Watch the folder that it is in.")
    roots = [folder.resolve() for folder in folders]
    index = index_dir.resolve()

    def counts(_: object, name: str) -> bool:
        path = Path(name)
        if path.is_relative_to(index):
            return False
        inner = (path.relative_to(root) for root in roots if path.is_relative_to(root))
        return any(not any(part.startswith(".") for part in each.parts) for each in inner)

    changes = watch(
        *roots,
        watch_filter=counts,
        debounce=_AT_MOST,
        step=_REST,
        rust_timeout=_WAKE,
        yield_on_timeout=True,
    )
    try:
        last: IndexReport | None = None
        for number, found in enumerate(changes):
            # The first comes at once: watching begins before reading, so that nothing is missed.
            if not found and number > 0:
                continue
            with suppress(EmptyCorpusError):
                report = update()
                if last is None or _has_news(report, last):
                    yield report
                last = report
    except OSError as error:
        raise DocumentError(
            folders[0],
            f"cannot be watched ({error})",
            "Set WATCHFILES_FORCE_POLLING=1, or run `qa index` from time to time.",
        ) from error


def _has_news(report: IndexReport, last: IndexReport) -> bool:
    """Return whether anything changed; what could not be read is told of once."""
    if report.added or report.updated or report.moved or report.removed:
        return True
    now, before = (
        (each.duplicates, each.empty, each.refused, each.notices) for each in (report, last)
    )
    return now != before
