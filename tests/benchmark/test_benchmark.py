"""The benchmark on a corpus of a few passages: what is measured is there and is possible."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from qa.benchmark import __main__ as command
from qa.benchmark.figures import figures_of, percentile
from qa.benchmark.mixtures import MixingEncoder
from qa.benchmark.processes import MeasurementError, run_module
from qa.benchmark.report import ROWS
from qa.benchmark.run import parse_sizes
from qa.benchmark.texts import NoTextError, read_material, write_articles
from qa.errors import QuestionSetError
from tests.fakes import BagOfWordsEncoder

PARAGRAPHS = {
    "Kestrel": "The kestrel hovers above the field. It weighs 184 grams and hunts voles.",
    "Rhine": "The Rhine rises in the Alps. It is 1,230 kilometres long. Barges carry coal.",
    "Green_tea": "Green tea steeps for three minutes. Black tea is oxidised. Nobody knows why.",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    articles = [
        {
            "title": title,
            "paragraphs": [
                {
                    "context": text,
                    "qas": [
                        {"id": title, "question": f"What is {title}?", "answers": []},
                        {"id": "b", "question": "Why?", "answers": [], "history": [["a", "b"]]},
                    ],
                }
            ],
        }
        for title, text in PARAGRAPHS.items()
    ]
    with gzip.open(folder / "squad.json.gz", "wt") as file:
        json.dump({"data": articles}, file)
    (folder / "other.json").write_text('[{"Question": "of another shape"}]')
    return folder


def test_paragraphs_and_questions_are_read_each_once(data: Path) -> None:
    material = read_material(data)
    assert {text for _, text in material.paragraphs} == set(PARAGRAPHS.values())
    assert {title for title, _ in material.paragraphs} == {"Kestrel", "Rhine", "Green tea"}
    assert set(material.questions) == {f"What is {title}?" for title in PARAGRAPHS}


def test_a_folder_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoTextError, match="--data"):
        read_material(tmp_path)


@pytest.mark.parametrize("other", ["3", '{"data": [{"x": 1}]}', '{"data": {"paragraphs": []}}'])
def test_json_of_another_shape_is_passed_over(data: Path, other: str) -> None:
    before = read_material(data)
    (data / "more.json").write_text(other)
    assert read_material(data) == before


def test_what_is_no_json_is_named(data: Path) -> None:
    (data / "damaged.json").write_text('{"data": [')
    with pytest.raises(QuestionSetError, match=r"damaged\.json: Invalid JSON"):
        read_material(data)


def test_articles_hold_real_paragraphs_first_and_then_real_sentences(
    data: Path, tmp_path: Path
) -> None:
    write_articles(read_material(data), tmp_path / "one", 40, lambda text: [text])
    write_articles(read_material(data), tmp_path / "two", 40, lambda text: [text])
    files = sorted((tmp_path / "one").rglob("*.md"))
    text = [path.read_text() for path in files]
    assert text == [path.read_text() for path in sorted((tmp_path / "two").rglob("*.md"))]
    paragraphs = [part for each in text for part in each.strip().split("\n\n")[1:]]
    assert len(paragraphs) == 40
    assert set(paragraphs[:3]) == set(PARAGRAPHS.values())
    sentences = {f"{s.rstrip('.')}." for each in PARAGRAPHS.values() for s in each.split(". ")}
    mixed = paragraphs[20]
    while mixed:
        taken = next(s for s in sentences if mixed.startswith(s))
        mixed = mixed.removeprefix(taken).strip()


def test_mixtures_lie_near_real_vectors_and_depend_on_the_text_alone() -> None:
    real = BagOfWordsEncoder()
    texts = [f"{one} {other}" for one in ("ox", "emu", "yak") for other in ("cod", "owl", "kudu")]
    encoder = MixingEncoder(real, 4)
    vectors = encoder.encode(texts)
    assert np.array_equal(vectors[:4], real.encode(texts[:4]))
    assert encoder.embedded == 4
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
    assert np.all((vectors[4:] @ vectors[:4].T).max(axis=1) > 0.5)
    assert np.array_equal(encoder.encode(texts[4:]), vectors[4:])
    assert encoder.encode([]).shape == (0, real.dimension)


def test_figures_are_medians_with_their_spread() -> None:
    found = figures_of([{"a": 3.0}, {"a": 1.0}, {"a": 2.0}, {"a": 10.0}])
    assert (found["a"].median, found["a"].low, found["a"].high, found["a"].runs) == (2.5, 1, 10, 4)
    assert [percentile([5.0, 1.0, 3.0], share) for share in (0, 0.34, 0.95, 1)] == [1, 3, 5, 5]


@pytest.mark.parametrize("sizes", ["", "0", "ten", "3,-1", "k"])
def test_what_is_no_size_is_refused(sizes: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_sizes(sizes)


def test_a_process_that_fails_is_an_error() -> None:
    with pytest.raises(MeasurementError, match="no_such_module ended with status 1"):
        run_module("no_such_module")


def test_one_command_measures_everything(data: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    app = typer.Typer()
    app.command()(command.main)
    options = ["--data", str(data), "--sizes", "14", "--repeats", "2", "--questions", "3"]
    options += ["--askers", "2", "--embedded", "8", "--work", str(tmp_path / "work")]
    done = runner.invoke(app, [*options, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    content = json.loads((tmp_path / "out" / "benchmark.json").read_text())
    (size,) = content["sizes"]
    figures = {name: each["median"] for name, each in size["figures"].items()}
    assert 0 <= figures.pop("answered_share") <= 1
    rare = {"answered_share", "answered_p50_ms", "refused_p50_ms"}
    assert figures.keys() | rare == ROWS.keys()
    assert figures["passages"] >= 14
    assert figures["embedded"] == 8
    assert figures["recall_at_10"] == 1
    assert min(figures.values()) > 0
    assert figures["answer_p50_ms"] <= figures["answer_p95_ms"]
    assert figures["memory_mb"] <= figures["memory_peak_mb"]
    parts = figures["import_ms"] + figures["open_ms"] + figures["first_answer_ms"]
    assert parts < figures["cold_start_ms"]
    assert size["figures"]["answer_p50_ms"]["runs"] == 2
    assert content["machine"]["processor"]
    table = (tmp_path / "out" / "benchmark.md").read_text()
    assert table in done.output
    assert all(ROWS[name] in table for name in figures)
    assert (tmp_path / "out" / "benchmark.svg").stat().st_size > 1000


def test_a_wrong_size_and_a_wrong_folder_are_said(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(command.main)
    done = CliRunner().invoke(app, ["--data", str(tmp_path), "--sizes", "ten"])
    assert done.exit_code == 2
    done = CliRunner().invoke(app, ["--data", str(tmp_path), "--sizes", "14"])
    assert done.exit_code == 2
    assert "--data" in done.output
