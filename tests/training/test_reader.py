"""A real, short training: one file of one's own, from a small model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import typer
from safetensors.torch import load_file

from qa.models.span_models import NamedSpanModel
from qa.training import sources
from qa.training.paragraphs import Paragraph
from qa.training.reader import main
from qa.training.run import Run

CITIES = ("Bern", "Lima", "Oslo", "Riga", "Cairo", "Delhi", "Quito", "Seoul")


@pytest.fixture(scope="module")
def squad_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    paragraphs = []
    for number, city in enumerate(CITIES):
        text = f"The meeting of {1960 + number} was held in {city}. Nobody wrote down who came."
        answer = [{"text": city, "answer_start": text.index(city)}]
        question = f"Where was the meeting of {1960 + number} held?"
        asked = [
            {"id": f"{number}", "question": question, "answers": answer},
            {"id": f"{number}n", "question": f"Who came in {1960 + number}?", "answers": []},
        ]
        paragraphs.append({"context": text, "qas": asked})
    path = tmp_path_factory.mktemp("data") / "meetings.json"
    path.write_text(json.dumps({"data": [{"title": "Meetings", "paragraphs": paragraphs}]}))
    return path


def train(data: Path, out: Path, small_model: Path, epochs: int = 2) -> dict[str, torch.Tensor]:
    main([data], out, start=small_model, epochs=epochs, batch_tokens=256)
    return load_file(out / "model.safetensors")


def test_it_learns_and_what_it_leaves_can_be_asked(
    squad_file: Path, small_model: Path, tmp_path: Path
) -> None:
    train(squad_file, tmp_path, small_model, epochs=30)
    facts = json.loads((tmp_path / "run.json").read_text())
    assert facts["loss"] < 1.5  # of some 30 places to choose from: a guess costs 3.4
    assert list(facts["sources"]) == ["meetings.json"]
    (window,) = NamedSpanModel(tmp_path, threads=1).windows(
        "Where was the meeting of 1999 held?",
        "",
        "The meeting of 1999 was held in Paris.",
    )
    assert window.starts.shape == window.ends.shape == (len(window.offsets),)


def test_what_was_interrupted_goes_on_to_the_same_end(
    squad_file: Path, small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(squad_file, tmp_path / "whole", small_model)
    step = Run.step

    def interrupted(run: Run, batch: dict[str, torch.Tensor], progress: float) -> None:
        if run.steps == 3:
            raise KeyboardInterrupt
        step(run, batch, progress)

    monkeypatch.setattr(Run, "step", interrupted)
    with pytest.raises(typer.Exit) as stopped:
        train(squad_file, tmp_path / "parts", small_model)
    assert stopped.value.exit_code == 130
    monkeypatch.undo()
    parts = train(squad_file, tmp_path / "parts", small_model)
    assert all(torch.equal(parts[name], whole[name]) for name in whole)


def test_a_run_does_not_go_on_with_other_settings(
    squad_file: Path, small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(run: Run, batch: dict[str, torch.Tensor], progress: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "step", interrupted)
    with pytest.raises(typer.Exit):
        train(squad_file, tmp_path, small_model)
    monkeypatch.undo()
    with pytest.raises(typer.BadParameter, match="of a run with seed 1, not 2: give another"):
        main([squad_file], tmp_path, start=small_model, batch_tokens=256, seed=2)


def test_a_set_is_taken_from_the_first_folder_that_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "SOURCES", {"one": 1.0, "two": 1.0})
    shared, own = tmp_path / "shared", tmp_path / "own"
    for place in (shared / "one.json.gz", own / "one.json.gz", own / "two.json.gz"):
        place.parent.mkdir(exist_ok=True)
        place.touch()
    assert sources.find_sources([shared, own]) == {
        "one": shared / "one.json.gz",
        "two": own / "two.json.gz",
    }
    with pytest.raises(typer.BadParameter, match=r"no two\.json\.gz in .*shared: qa/models"):
        sources.find_sources([shared])


@pytest.mark.parametrize("content", [b'{"data": [', b"\xff\xfe\xff"])
def test_what_is_no_json_is_named(content: bytes, small_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.json"
    path.write_bytes(content)
    with pytest.raises(typer.BadParameter, match=r"damaged\.json: Invalid JSON"):
        main([path], tmp_path / "out", start=small_model)


def test_an_epoch_sees_each_source_as_often_as_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "SOURCES", {"often": 3.0, "seldom": 0.5})
    often, seldom = Paragraph("often", "A text.", ()), Paragraph("seldom", "A text.", ())
    epoch = sources.one_epoch({"often": [often], "seldom": [seldom] * 100}, seed=1)
    assert epoch.count(often) == 3
    assert 30 < epoch.count(seldom) < 70


def test_half_of_the_truth_is_what_the_teacher_says(small_model: Path, tmp_path: Path) -> None:
    run = Run(
        tmp_path,
        small_model,
        back=0,
        back_to=small_model,
        learning_rate=1e-4,
        seed=1,
        teacher=small_model,
    )
    batch = {
        "ids": torch.tensor([[101, 2073, 102, 1999, 9326, 102]]),
        "mask": torch.ones(1, 6, dtype=torch.long),
        "types": torch.tensor([[0, 0, 0, 1, 1, 1]]),
        "starts": torch.tensor([4]),
        "ends": torch.tensor([4]),
    }
    for name in ("starts", "ends"):
        (shares,) = run.taught(batch)[name]
        assert shares.sum().item() == pytest.approx(1, abs=1e-4)
        assert shares[4] > 0.5  # the truth's half, and what the teacher gives it
        assert shares[1] == shares[2] == 0  # the question is no answer
        assert 0 < shares[0] < 0.5
    run.step(batch, progress=0.0)
    assert run.loss > 0
