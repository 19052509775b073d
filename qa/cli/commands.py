"""The commands: each reads its options, calls the library, shows what came of it.

Nothing heavy is imported until a command runs, so that ``qa --help`` is instant. Results go to
standard output, everything else to standard error.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from qa import evaluate
from qa.cli.notices import IndexingBar, notices, say, watched
from qa.cli.showing import answer_lines, report_lines, showable
from qa.errors import QAError

FILE_REFUSED = 1  # the others were indexed
PROBLEM_FOUND = 1
FAILED = 2  # as for wrong options
ABSTAINED = 3
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

app = typer.Typer(
    name="qa",
    no_args_is_help=True,
    add_completion=False,
    # Plain help and plain tracebacks: half the time, and no markup that a file name could hold.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

IndexDir = Annotated[
    Path, typer.Option(help="The folder that holds the index.", envvar="QA_INDEX_DIR")
]


class UnknownDocumentError(QAError):
    """A question was limited to a document that the index does not hold."""

    def __init__(self, document_id: str, index_dir: Path) -> None:
        super().__init__(
            f"{index_dir}: no document {document_id!r} here. "
            "Index it with: qa index PATH, or leave out --document to ask all."
        )
        self.document_id, self.index_dir = document_id, index_dir


def main() -> None:
    """Run the command that the arguments name, and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot write a character gets its escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app()


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Ask questions about articles; each answer quotes the text that it stands on.

    \b
    Examples:
      qa ask "How wide is the hole in the Soyuz?"   indexes corpus/articles on first use
      qa index ~/notes report.md                    adds a folder and a file
      qa ask "Who wrote it?" --document report.md   asks one document
      qa serve                                      the chat page, http://127.0.0.1:7860
      qa doctor                                     what is installed, and what is amiss

    Settings are read from the environment, e.g. QA_CORPUS_DIR, QA_CACHE_DIR, QA_ENCODER.
    Nothing is downloaded. Exit status 2: an error, in one sentence on standard error.
    """  # noqa: D301 - a true \b keeps what follows as it is
    if version:
        from qa.cli.doctor import own_version

        typer.echo(f"qa {own_version()}")
        raise typer.Exit


@app.command("index")
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
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
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
      1    a file was refused (the report says why); the others are indexed
      2    nothing could be indexed: index busy, read-only, made with another encoder, ...
      130  interrupted
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.indexing import index_files
    from qa.models.encoder import open_encoder

    with _ending_well(), notices() as said:
        from qa.settings import read_settings

        settings = read_settings()
        try:
            # The report names each refused file, so it need not be said twice.
            with said.held_back("qa.indexing"), IndexingBar() as bar:
                bar.start()
                report = index_files(
                    paths or [settings.corpus_dir],
                    index_dir,
                    open_encoder(settings),
                    settings,
                    rebuild=rebuild,
                    progress=bar,
                )
        except KeyboardInterrupt as error:
            kept = "the old index stays as it was" if rebuild else "what was stored is kept"
            say(f"interrupted; {kept}. Go on with: {_again(sys.argv[1:])}")
            raise typer.Exit(INTERRUPTED) from error
    if as_json:
        facts = {"index_dir": str(index_dir), **asdict(report)}
        facts["duplicates"] = [{"document": a, "of": b} for a, b in report.duplicates]
        typer.echo(json.dumps(facts))
    else:
        for line in report_lines(report, index_dir):
            typer.echo(line)
    if report.refused:
        raise typer.Exit(FILE_REFUSED)


@app.command("ask")
def ask_command(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    index_dir: IndexDir = Path("index"),
    documents: Annotated[
        list[str] | None,
        typer.Option(
            "--document",
            metavar="ID",
            help="Ask this document only; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    k: Annotated[
        int, typer.Option("-k", min=1, help="How many passages the JSON, or an abstention, shows.")
    ] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Answer a question, with the quote that says so.

    Where there is no index yet, corpus/articles is indexed first. Offsets count characters of
    the document's text.

    \b
    Examples:
      qa ask "How wide is the hole in the Soyuz?"
      qa ask "Who is Sergei Krikalev?" --json | jq .citations

    \b
    Exit status:
      0    answered
      2    an error: question empty or too long, no such document, index unreadable, ...
      3    the text does not say; the nearest passages are shown
      130  interrupted
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.assistant import Assistant

    with _ending_well(), notices():
        from qa.settings import read_settings

        settings = read_settings()
        with IndexingBar() as bar:
            assistant = Assistant.open(index_dir, settings=settings, progress=bar)
        for document_id in documents or ():
            _check_document(assistant.document, document_id, index_dir)
        answer = watched(
            assistant.stream(question, documents=documents or None, k=k),
            grows=assistant.wording is not None,
        )
    if as_json:
        # Escapes keep it exact on any terminal, and hold what UTF-8 cannot.
        typer.echo(json.dumps(asdict(answer)))
    else:
        for line in answer_lines(answer):
            typer.echo(line)
        for notice in answer.notices:
            say(notice)
    if not answer.answered:
        raise typer.Exit(ABSTAINED)


app.command("evaluate")(evaluate.main)


@app.command("serve")
def serve_command(
    index_dir: IndexDir = Path("index"),
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen at. Default: QA_HOST, else this machine only."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Default: QA_PORT, else 7860. 0: any free port."),
    ] = None,
) -> None:
    """Serve the chat page until Ctrl-C; open http://127.0.0.1:7860.

    \b
    Examples:
      qa serve
      qa serve --port 7861 --index-dir ~/.notes-index
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.web.server import address_from_environment, serve

    with _ending_well(), notices():
        from qa.settings import read_settings

        settings = read_settings()
        usual_host, usual_port = address_from_environment()
        serve(
            index_dir,
            usual_host if host is None else host,
            usual_port if port is None else port,
            settings,
        )


@app.command("doctor")
def doctor_command(
    index_dir: IndexDir = Path("index"),
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
) -> None:
    """Check models, index and machine; change nothing.

    Each line is ok, a warning (works, but look) or a problem (does not work), with a remedy.

    \b
    Exit status:
      0    no problem
      1    at least one problem
      2    the settings cannot be read
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.cli.doctor import examine

    with _ending_well(), notices():
        from qa.settings import read_settings

        checks = list(examine(index_dir, read_settings()))
    problems = any(check.state == "problem" for check in checks)
    if as_json:
        facts = {"ok": not problems, "checks": [asdict(check) for check in checks]}
        typer.echo(json.dumps(facts))
    else:
        for check in checks:
            typer.echo(f"{check.state:<8} {check.name:<9} {showable(check.message)}")
            if check.remedy:
                typer.echo(f"{'':<18} -> {showable(check.remedy)}")
    if problems:
        raise typer.Exit(PROBLEM_FOUND)


@contextmanager
def _ending_well() -> Iterator[None]:
    """Turn what may be expected into one sentence and an exit status; a bug keeps its traceback."""
    try:
        yield
    except QAError as error:
        say(str(error))
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt as error:
        say("interrupted.")
        raise typer.Exit(INTERRUPTED) from error


def _check_document(find: Callable[[str], object], document_id: str, index_dir: Path) -> None:
    try:
        find(document_id)
    except (LookupError, UnicodeEncodeError) as error:
        raise UnknownDocumentError(document_id, index_dir) from error


def _again(arguments: list[str]) -> str:
    return shlex.join(["qa", *arguments])
