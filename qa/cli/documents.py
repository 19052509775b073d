"""The commands about documents: ``qa index | add | remove | list | show | watch``."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.ending import FILE_REFUSED, INTERRUPTED, ending_well
from qa.cli.notices import IndexingBar, notices, say
from qa.cli.showing import document_lines, facts_lines, report_lines
from qa.errors import UnknownDocumentError

if TYPE_CHECKING:
    from qa.indexing import IndexReport

IndexDir = Annotated[
    Path, typer.Option(help="The folder that holds the index.", envvar="QA_INDEX_DIR")
]
# The logger that tells of each file that is refused.
_REFUSALS = "qa.indexing.changes"
AsJson = Annotated[bool, typer.Option("--json", help="Report as one JSON object.")]


def index_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="Files and folders of articles: text, Markdown, HTML, PDF, Word, EPUB, "
            "e-mail, CSV, JSON lines, zip. Default: corpus/articles.",
            show_default=False,
        ),
    ] = None,
    index_dir: IndexDir = Path("index"),
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild",
            help="Make the index anew beside the old one, then put it in its place: after a "
            "change of encoder or passage size, or when the index is damaged.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the index hold what the files hold now.

    Only what changed is embedded anew. Documents of folders that are not named stay. Where a
    file of a named folder is gone, its document is removed. Ctrl-C keeps what is done; the same
    command goes on from there.

    \b
    Examples:
      qa index                              corpus/articles
      qa index ~/notes --index-dir ~/.notes-index
      qa index --rebuild

    \b
    Exit status:
      0    all files are indexed
      1    a file was empty or refused (the report says why); the others are indexed
      2    nothing could be indexed: index busy, read-only, made with another encoder, ...
      130  interrupted
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.indexing import index_files
    from qa.models.encoder import open_encoder

    with _changing(rebuild=rebuild) as bar:
        from qa.settings import read_settings

        settings = read_settings()
        report = index_files(
            paths or [settings.corpus_dir],
            index_dir,
            open_encoder(settings),
            settings,
            rebuild=rebuild,
            progress=bar,
        )
    _show(report, index_dir, as_json=as_json)


def add_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Files and folders, as for qa index.")
    ],
    index_dir: IndexDir = Path("index"),
    as_json: AsJson = False,
) -> None:
    """Add files and folders to the index; no document is removed because its file is gone.

    \b
    Examples:
      qa add report.pdf
      qa add ~/Downloads/minutes --index-dir ~/.notes-index

    \b
    Exit status:
      0    all files are indexed
      1    a file was empty or refused (the report says why); the others are indexed
      2    nothing could be indexed: no such path, index busy, read-only, ...
      130  interrupted
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.indexing import add_to_index
    from qa.models.encoder import open_encoder

    with _changing() as bar:
        from qa.settings import read_settings

        settings = read_settings()
        report = add_to_index(paths, index_dir, open_encoder(settings), settings, progress=bar)
    _show(report, index_dir, as_json=as_json)


def remove_command(
    ids: Annotated[
        list[str],
        typer.Argument(
            metavar="DOCUMENT",
            help="Ids, as `qa list` shows them; that of a file or "
            "folder of documents stands for all in it.",
        ),
    ],
    index_dir: IndexDir = Path("index"),
    as_json: AsJson = False,
) -> None:
    """Remove documents from the index. Files are not touched.

    Where a removed file is in a folder still, `qa index` of that folder adds it again.

    \b
    Examples:
      qa remove report.pdf
      qa remove minutes.zip old/notes

    \b
    Exit status:
      0    they are removed
      2    no such document (then nothing is removed), index busy, read-only, ...
      130  interrupted
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.indexing import remove_from_index
    from qa.store.store import Store

    with _changing():
        Store(index_dir).close()  # removing makes no index
        report = remove_from_index(ids, index_dir)
    _show(report, index_dir, as_json=as_json)


def list_command(
    index_dir: IndexDir = Path("index"),
    as_json: AsJson = False,
) -> None:
    """List what is indexed: each document's id, title, date and size, and where else it stands.

    \b
    Examples:
      qa list
      qa list --json | jq -r '.documents[].id'

    \b
    Exit status:
      0    listed, though there may be no document
      2    no index here, or it cannot be read
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.store.store import Store

    with ending_well(), notices():
        with Store(index_dir).snapshot() as state:
            facts = list(state.facts())
    if as_json:
        typer.echo(json.dumps({"documents": [asdict(each) for each in facts]}))
    else:
        for line in facts_lines(facts, index_dir):
            typer.echo(line)


def show_command(
    document_id: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its id.")],
    index_dir: IndexDir = Path("index"),
    as_json: AsJson = False,
) -> None:
    """Show a document as the index holds it: what citations are checked against.

    The JSON has the text exactly; on the terminal, what would not show itself is replaced.

    \b
    Examples:
      qa show soyuz-ms22-leak.txt
      qa show report.pdf --json | jq -r .text

    \b
    Exit status:
      0    shown
      2    no such document, or no index here
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.store.store import Store

    with ending_well(), notices():
        with Store(index_dir).snapshot() as state:
            document = state.document(document_id)
        if document is None:
            raise UnknownDocumentError(document_id, index_dir)
    if as_json:
        typer.echo(json.dumps(asdict(document)))
    else:
        for line in document_lines(document):
            typer.echo(line)


def watch_command(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER", help="Default: corpus/articles.", show_default=False),
    ] = None,
    index_dir: IndexDir = Path("index"),
) -> None:
    """Keep the index up to date with folders until Ctrl-C: files added, changed, moved, deleted.

    \b
    Examples:
      qa watch
      qa watch ~/notes --index-dir ~/.notes-index

    \b
    Exit status:
      2    a folder cannot be watched, or the index cannot be written at first
      130  ended by Ctrl-C
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.indexing import index_files
    from qa.indexing.watching import watch_folders
    from qa.models.encoder import open_encoder

    with ending_well(), notices() as said:
        from qa.settings import read_settings

        settings = read_settings()
        encoder = open_encoder(settings)
        watched = folders or [settings.corpus_dir]

        def update() -> IndexReport:
            with said.held_back(_REFUSALS), IndexingBar() as bar:
                return index_files(watched, index_dir, encoder, settings, wait=True, progress=bar)

        names = ", ".join(str(folder) for folder in watched)
        say(f"watching {names}; Ctrl-C ends it.")
        for report in watch_folders(watched, index_dir, update):
            for line in report_lines(report, index_dir):
                typer.echo(line)
            sys.stdout.flush()


COMMANDS: dict[str, Callable[..., None]] = {
    "index": index_command,
    "add": add_command,
    "remove": remove_command,
    "list": list_command,
    "show": show_command,
    "watch": watch_command,
}


@contextmanager
def _changing(*, rebuild: bool = False) -> Iterator[IndexingBar]:
    """Show a bar for the length of a change; after Ctrl-C say what is kept and how to go on."""
    with ending_well(), notices() as said:
        try:
            # The report names each refused file, so it need not be said twice.
            with said.held_back(_REFUSALS), IndexingBar() as bar:
                bar.start()
                yield bar
        except KeyboardInterrupt as error:
            kept = "the old index stays as it was" if rebuild else "what was stored is kept"
            say(f"interrupted; {kept}. Go on with: {shlex.join(['qa', *sys.argv[1:]])}")
            raise typer.Exit(INTERRUPTED) from error


def _show(report: IndexReport, index_dir: Path, *, as_json: bool) -> None:
    if as_json:
        facts = {"index_dir": str(index_dir), **asdict(report)}
        facts["duplicates"] = [{"document": a, "of": b} for a, b in report.duplicates]
        facts["moved"] = [{"from": a, "to": b} for a, b in report.moved]
        typer.echo(json.dumps(facts))
    else:
        for line in report_lines(report, index_dir):
            typer.echo(line)
    if not report.is_complete:
        raise typer.Exit(FILE_REFUSED)
