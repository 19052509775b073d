"""What is said on standard error while a command works: notices, a progress bar, errors."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from qa.cli.showing import showable

if TYPE_CHECKING:
    from rich.progress import Progress

    from qa.datatypes import Answer


def say(sentence: str) -> None:
    """Write one line on standard error."""
    print(f"qa: {showable(sentence)}", file=sys.stderr, flush=True)


class NoticeHandler(logging.Handler):
    """Shows what the library logs in one line each, without levels and names."""

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, list[str]] = {}
        self.addFilter(_worth_saying)

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, or keep it where the logger's words are held back."""
        held = self._held.get(record.name)
        if held is None:
            say(record.getMessage())
        else:
            held.append(record.getMessage())

    @contextmanager
    def held_back(self, name: str) -> Iterator[None]:
        """Keep back what logger ``name`` says, and say it only where the block fails."""
        held = self._held[name] = []
        try:
            yield
        except BaseException:
            for message in held:
                say(message)
            raise
        finally:
            del self._held[name]


def _worth_saying(record: logging.LogRecord) -> bool:
    return record.levelno >= (
        logging.INFO if record.name.partition(".")[0] == "qa" else logging.WARNING
    )


@contextmanager
def notices() -> Iterator[NoticeHandler]:
    """Show the library's log on standard error for the length of the block."""
    handler = NoticeHandler()
    root, package = logging.getLogger(), logging.getLogger("qa")
    level = package.level
    root.addHandler(handler)
    package.setLevel(logging.INFO)
    try:
        yield handler
    finally:
        package.setLevel(level)
        root.removeHandler(handler)


def watched(answers: Iterator[Answer], *, grows: bool) -> Answer:
    """Return the last of the answers; show each where it grows and somebody watches."""
    answer = next(answers)
    if not grows or not (sys.stdout.isatty() and sys.stderr.isatty()):
        return [answer, *answers][-1]
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(console=Console(stderr=True), transient=True) as live:
        live.update(Text(showable(answer.text)), refresh=True)
        for answer in answers:
            live.update(Text(showable(answer.text)), refresh=True)
    return answer


class IndexingBar:
    """A progress bar that appears with the first document done; none where nobody watches."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self.done: float = 0
        self.total = 0

    def __enter__(self) -> IndexingBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def start(self) -> None:
        """Show at once that something goes on, before it is known how much."""
        self._show(None)

    def __call__(self, done: float, total: int) -> None:
        """Show that ``done`` of ``total`` documents are done."""
        self.done, self.total = done, total
        self._show(total)

    def _show(self, total: int | None) -> None:
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        if self._bar is None:
            self._bar = Progress(
                TextColumn("Indexing"),
                BarColumn(),
                TextColumn("{task.fields[counts]}"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.add_task("Indexing", total=total, counts="")
            self._bar.start()
        task = self._bar.tasks[0]
        counts = "" if total is None else f"{int(self.done)}/{total} documents{_rate(task.speed)}"
        self._bar.update(task.id, completed=self.done, total=total, counts=counts)


def _rate(speed: float | None) -> str:
    """Return documents a second, or a minute where one takes long; blank while nobody knows.

    >>> _rate(12.3), _rate(0.05), _rate(None)
    (', 12 a second', ', 3 a minute', '')
    """
    if not speed:
        return ""
    return f", {speed:.0f} a second" if speed >= 1 else f", {60 * speed:.0f} a minute"
