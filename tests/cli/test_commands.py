from __future__ import annotations

import json
import logging
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import qa.assistant
import qa.indexing
from qa import evaluate
from qa.cli.commands import app
from qa.cli.documents import COMMANDS
from qa.datatypes import Answer
from qa.documents.formats.registry import SUFFIXES
from qa.settings import Settings
from tests.cli.conftest import KESTREL, Run
from tests.wording.scripted_server import saying, scripted_server

ROOT = Path(__file__).parents[2]


def test_index_reports_every_outcome_and_exits_with_1_for_a_refused_file(
    run: Run, place: Path
) -> None:
    articles = place / "corpus" / "articles"
    first = run("index")
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.splitlines()[:2] == ["added      kestrel.txt", "added      rhine.txt"]
    (articles / "rhine.txt").unlink()
    (articles / "kestrel.txt").write_text(KESTREL + " It nests in towers.")
    (articles / "twin.txt").write_text(KESTREL + " It nests in towers.")
    (articles / "tea.md").write_text("Green tea steeps for three minutes.")
    (articles / "x.png").write_bytes(b"\0")
    second = run("index")
    assert second.exit_code == 1
    assert second.stderr == ""
    assert second.stdout.splitlines()[:-1] == [
        "added      tea.md",
        "updated    kestrel.txt",
        "removed    rhine.txt",
        "duplicate  twin.txt has the content of kestrel.txt",
        "refused    corpus/articles/x.png: no reader for .png. "
        f"Save it as one of: {', '.join(sorted(SUFFIXES))}.",
    ]
    assert second.stdout.splitlines()[-1].startswith(
        "1 added, 1 updated, 1 removed, 1 duplicate, 1 refused; 2 passages embedded in "
    )


def test_index_as_json_is_one_document(run: Run, place: Path) -> None:
    (place / "corpus" / "articles" / "twin.txt").write_text(KESTREL)
    done = run("index", "corpus/articles", "--index-dir", "elsewhere", "--json")
    report = json.loads(done.stdout)
    assert report.pop("seconds") > 0
    assert report.pop("times").keys() == {"kestrel.txt", "rhine.txt", "twin.txt"}
    assert report == {
        "index_dir": "elsewhere",
        "added": ["kestrel.txt", "rhine.txt"],
        "updated": [],
        "moved": [],
        "unchanged": [],
        "removed": [],
        "duplicates": [{"document": "twin.txt", "of": "kestrel.txt"}],
        "empty": [],
        "refused": [],
        "notices": [],
        "passages": 2,
    }


def test_index_takes_folders_and_files_and_rebuilds(run: Run, place: Path) -> None:
    (place / "one.txt").write_text("Larks sing at dawn.")
    assert run("index", "corpus/articles", "one.txt").exit_code == 0
    again = run("index", "--rebuild", "--json")
    assert json.loads(again.stdout)["added"] == ["one.txt", "kestrel.txt", "rhine.txt"]


def test_a_path_that_is_not_there_is_told_in_one_sentence(run: Run, place: Path) -> None:
    done = run("index", "nowhere")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "qa: nowhere: no such file or folder. Check the path.\n"


def test_reasons_are_told_where_no_report_is_made(run: Run, place: Path) -> None:
    (place / "bad").mkdir()
    (place / "bad" / "x\x1b[31m.txt").write_bytes(b"\0")
    done = run("index", "bad")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "qa: bad/x\\x1b[31m.txt: is no name that can be shown. Rename the file or its folder.",
        "qa: bad: no readable article here. "
        "Put some into it (.txt, .md, .html, .pdf, .docx, ...), then run: qa index",
    ]


def test_ask_indexes_on_first_use_and_quotes_its_source(run: Run, place: Path) -> None:
    done = run("ask", "Where does the kestrel hover?")
    assert done.exit_code == 0
    *lines, sure = done.stdout.splitlines()
    assert lines == [
        "The kestrel hovers above the field.",
        "",
        "[1] “The kestrel hovers above the field.”",
        "    Kestrel: corpus/articles/kestrel.txt, characters 0 to 35",
        "",
    ]
    answer = Answer.from_json(run("ask", "Where does the kestrel hover?", "--json").stdout)
    assert sure.endswith(f" answers the question: {answer.confidence:.0%}")
    assert done.stderr == "qa: indexing corpus/articles into index (first use)\n"
    again = run("ask", "Where does the kestrel hover?")
    assert (again.stdout, again.stderr) == (done.stdout, "")


def test_ask_in_the_words_of_a_language_model(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("index")
    with scripted_server() as (url, script):
        monkeypatch.setenv("QA_LLM_URL", url)
        monkeypatch.setenv("QA_LLM_MODEL", "\x1b[31mred")
        script.body = saying("The kestrel hovers above the field [1]. It is blue [1].")
        done = run("ask", "Where does the kestrel hover?")
        assert done.stdout.startswith("The kestrel hovers above the field.\n\n[1] “The kestrel")
        assert done.stderr.splitlines() == [
            "qa: Worded by the language model “␛[31mred” and checked against the text.",
            "qa: One of its sentences was left out: the text does not bear it out.",
        ]
        script.status = 500
        failed = run("ask", "Where does the kestrel hover?", "--json")
    assert failed.exit_code == 0
    assert json.loads(failed.stdout)["notices"][0].startswith(
        "The language model failed (HTTP 500)"
    )


def test_ask_as_json_is_the_answer_exactly(run: Run, place: Path) -> None:
    text = 'The heron\x1b[31m weighs\x9b two "kilograms"\u2028 – ca. 4 £.'
    (place / "corpus" / "articles" / "heron.txt").write_text(text)
    done = run("ask", "How much does the heron weigh?", "--json", "-k", "1")
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout
    answer = Answer.from_json(done.stdout)
    assert answer.citations[0].quote == text[: answer.citations[0].end]
    assert "\x1b[31m" in answer.citations[0].quote
    assert len(answer.hits) == 1


def test_escape_sequences_and_markup_in_an_article_are_shown(run: Run, place: Path) -> None:
    text = "The heron\x1b]0;owned\x07 is [bold red]big[/bold red] :smile: \u202eand\x1b[2J grey."
    (place / "corpus" / "articles" / "heron.txt").write_text(text)
    done = run("ask", "What is the heron?", "--document", "heron.txt")
    assert "\x1b" not in done.stdout + done.stderr
    assert "The heron␛]0;owned␇ is [bold red]big[/bold red] :smile: <U+202E>and␛[2J grey." in (
        done.stdout
    )


def test_an_abstention_shows_the_nearest_passages_and_exits_with_3(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_ANSWER_AT", "1")
    done = run("ask", "Who won the cup?")
    assert done.exit_code == 3
    lines = done.stdout.splitlines()
    assert lines[1:4] == ["", "The closest it comes:", ""]
    assert lines[4].startswith("[1] “The ")
    assert lines[8:11] == ["", "Nearest passages:", ""]
    assert lines[11].startswith("  - The ")
    assert lines[12].startswith("    ")
    as_json = run("ask", "Who won the cup?", "--json")
    assert as_json.exit_code == 3
    assert json.loads(as_json.stdout)["answered"] is False


def test_ask_is_limited_to_documents_that_exist(run: Run) -> None:
    limited = run("ask", "How long is it?", "--document", "rhine.txt")
    assert "1,230 kilometres" in limited.stdout
    for name in ("no such.txt", "\udcff", ""):
        done = run("ask", "How long is it?", "--document", name)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "no document" in done.stderr
        assert "qa list" in done.stderr


def test_errors_are_one_sentence_and_status_2(run: Run, place: Path) -> None:
    run("index")
    for question in ("", " \t", "why " * 30_000):
        done = run("ask", question)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    (place / "index" / "CURRENT").unlink()
    (place / "corpus").rename(place / "moved")
    done = run("ask", "Why?")
    assert (done.exit_code, done.stderr) == (
        2,
        "qa: index: no index here. Make one with: qa index YOUR_ARTICLES\n",
    )


@pytest.mark.parametrize("command", [("index",), ("ask", "Why?"), ("doctor",), ("serve",)])
def test_a_setting_that_cannot_be_used_is_told_with_its_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("QA_THREADS", "many")
    done = run(*command)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("qa: QA_THREADS='many': ")
    assert done.stderr.endswith("Correct it, or unset QA_THREADS.\n")


def test_an_interruption_says_how_to_go_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(qa.indexing, "index_files", interrupt)
    done = run("index", "corpus/articles", "--index-dir", "my index")
    assert (done.exit_code, done.stdout) == (130, "")
    assert "qa index corpus/articles --index-dir 'my index'" in done.stderr
    monkeypatch.setattr(qa.assistant.Assistant, "open", interrupt)
    assert run("ask", "Why?").exit_code == 130


def test_a_bug_keeps_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(qa.indexing, "index_files", fail)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run("index")


def test_what_the_library_logs_is_said_briefly_and_leaves_no_handler(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("index")
    before = list(logging.getLogger().handlers)
    inner = qa.assistant.Assistant.open

    def log_and_open(*arguments: object, **options: object) -> object:
        logging.getLogger("qa.store").warning("words are \x1b[31m%s", "lost")
        logging.getLogger("other").info("chatter")
        logging.getLogger("other").warning("mind the gap")
        return inner(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(qa.assistant.Assistant, "open", log_and_open)
    done = run("ask", "How long is the Rhine?")
    assert done.stderr == "qa: words are ␛[31mlost\nqa: mind the gap\n"
    assert logging.getLogger().handlers == before


def test_serve_passes_its_options_on(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[object, ...]] = []
    chosen: list[tuple[Settings, bool]] = []

    def serve(*arguments: object, refresh: bool) -> None:
        served.append(arguments[:3])
        settings = arguments[3]
        assert isinstance(settings, Settings)
        chosen.append((settings, refresh))

    monkeypatch.setattr("qa.web.server.serve", serve)
    assert run("serve").exit_code == 0
    assert run("serve", "--port", "0", "--host", "::1", "--index-dir", "i").exit_code == 0
    monkeypatch.setenv("QA_PORT", "7999")
    assert run("serve").exit_code == 0
    assert served == [
        (Path("index"), "127.0.0.1", 7860),
        (Path("i"), "::1", 0),
        (Path("index"), "127.0.0.1", 7999),
    ]
    monkeypatch.setenv("QA_PORT", "http")
    assert run("serve").exit_code == 2
    monkeypatch.delenv("QA_PORT")
    assert run("serve", "--corpus", "notes", "--root-path", "/qa/").exit_code == 0
    assert run("serve", "--share-uploads").exit_code == 0
    assert chosen.pop()[0].share_uploads
    assert chosen[0] == (Settings(), False)
    assert chosen[-1] == (Settings(corpus_dir=Path("notes"), root_path="/qa"), True)
    done = run("serve", "--root-path", "qa")
    assert (done.exit_code, len(served)) == (2, 5)
    assert "QA_ROOT_PATH='qa': it must be a path like /qa" in done.stderr


def test_evaluate_is_the_module_of_that_name() -> None:
    callbacks = {command.name: command.callback for command in app.registered_commands}
    assert callbacks["evaluate"] is evaluate.main
    documents = ["index", "add", "remove", "list", "show", "watch"]
    assert list(callbacks) == [*documents, "ask", "evaluate", "serve", "doctor"]


@pytest.mark.parametrize(
    "command", [(), *((name,) for name in (*COMMANDS, "ask", "serve", "doctor"))]
)
def test_help_teaches_by_example(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert done.exit_code == 0
    assert "\n  Exit status" in done.stdout or command in ((), ("serve",))
    assert "\n    qa " in done.stdout or command == ("doctor",)
    assert "\\b" not in done.stdout
    if command == ("ask",):
        assert "3    the text does not say" in done.stdout


def test_version(run: Run) -> None:
    assert run("--version").stdout.startswith("qa 0.")


def test_help_is_instant_and_loads_nothing_heavy() -> None:
    heavy = "numpy rich pydantic torch transformers faiss tantivy onnxruntime gradio sqlite3"
    code = (
        "import sys; sys.argv = ['qa', '--help']\n"
        "from qa.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"found = set({heavy!r}.split()) & set(sys.modules); assert not found, found"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    # Time on the processor: what the clock says depends on what else the machine does.
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < 0.3


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qa", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("qa 0.")


def test_a_terminal_of_few_characters_gets_escapes(place: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "qa", "index", "東京"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "qa: \\u6771\\u4eac: no such file or folder. Check the path.\n"
