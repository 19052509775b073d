"""The command line: asking, serving, checking; ``qa.cli.documents`` has what changes the index.

Each command reads its options, calls the library, shows what came of it.

Nothing heavy is imported until a command runs, so that ``qa --help`` is instant. Results go to
standard output, everything else to standard error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from qa import evaluate
from qa.cli import documents, feedback
from qa.cli.documents import IndexDir
from qa.cli.ending import ABSTAINED, PROBLEM_FOUND, ending_well
from qa.cli.notices import IndexingBar, notices, say, watched
from qa.cli.showing import answer_lines, showable

app = typer.Typer(
    name="qa",
    no_args_is_help=True,
    add_completion=False,
    # Plain help and plain tracebacks: half the time, and no markup that a file name could hold.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


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
      qa index ~/notes report.md                    a folder and a file, as they are now
      qa list                                       what is indexed
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


for name, command in documents.COMMANDS.items():
    app.command(name)(command)


@app.command("ask")
def ask_command(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    index_dir: IndexDir = Path("index"),
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--document",
            metavar="ID",
            help="Ask this document only, or those of this file or folder; may be given more "
            "than once. `qa list` shows the ids.",
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

    with ending_well(), notices():
        from qa.settings import read_settings

        settings = read_settings()
        with IndexingBar() as bar:
            assistant = Assistant.open(index_dir, settings=settings, progress=bar)
        answer = watched(
            assistant.stream(question, documents=only or None, k=k),
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
app.add_typer(feedback.app, name="feedback")


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
    corpus: Annotated[
        Path | None,
        typer.Option(
            help="A folder of articles: the index is brought up to date with it first. Without "
            "it, only where there is no index is one made, of corpus/articles.",
            show_default=False,
        ),
    ] = None,
    share_uploads: Annotated[
        bool,
        typer.Option(
            "--share-uploads",
            help="What a visitor adds is everyone's, and stays. Without it, his own while he is "
            "there. Default: QA_SHARE_UPLOADS.",
        ),
    ] = False,
    auth_file: Annotated[
        Path | None,
        typer.Option(
            help="Let in only who gives a name and its password; the file has one name:password "
            "a line. Default: QA_AUTH_FILE, else everyone.",
            show_default=False,
        ),
    ] = None,
    root_path: Annotated[
        str | None,
        typer.Option(
            help="Where a reverse proxy shows the page: /qa, or a whole address. Default: "
            "QA_ROOT_PATH.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Serve the chat page until Ctrl-C; open http://127.0.0.1:7860.

    /healthz tells monitors whether the index can be read.

    \b
    Examples:
      qa serve
      qa serve --corpus ~/notes --index-dir ~/.notes-index --port 7861
      qa serve --host 0.0.0.0 --auth-file users.txt --share-uploads --root-path /qa
    """  # noqa: D301 - a true \b keeps what follows as it is
    from qa.web.server import address_from_environment, serve

    with ending_well(), notices():
        from qa.settings import read_settings

        settings = read_settings(
            corpus_dir=corpus,
            share_uploads=share_uploads or None,
            auth_file=auth_file,
            root_path=root_path,
        )
        usual_host, usual_port = address_from_environment()
        serve(
            index_dir,
            usual_host if host is None else host,
            usual_port if port is None else port,
            settings,
            refresh=corpus is not None,
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

    with ending_well(), notices():
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
