from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from qa.evaluation.evaluation import evaluate, nested
from qa.evaluation.records import Record
from qa.evaluation.run import ask_all

PATHS = {
    "retrieval": ["recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@10"],
    "answers": ["exact_match", "f1", "contained", "contained_any"],
    "squad2": ["exact", "f1"],
    "abstention": ["auroc", "precision", "recall", "risk_coverage_area", "answered_share"],
    "citations": ["verbatim", "supported"],
    "calibration": ["ece"],
}


def test_the_json_has_every_promised_path(
    tmp_path: Path, index_dir: Path, question_file: Path
) -> None:
    out = tmp_path / "out.json"
    evaluate(question_file, index_dir=index_dir).save(out)
    found = json.loads(out.read_text(encoding="utf-8"))
    for group, names in PATHS.items():
        for name in names:
            low, high = found["intervals"][group][name]
            assert 0 <= low <= found[group][name] <= high <= 1
    assert found["citations"]["verbatim"] == 1
    assert found["latency"].keys() == {"p50_ms", "p95_ms", "cold_start_ms"}
    assert found["latency"]["cold_start_ms"] is None
    assert found["counts"]["questions"] == len(found["records"]) == 4
    assert found["run"]["complete"]
    assert found["run"]["questions"] == str(question_file)
    assert found["run"].keys() >= {
        "commit", "date", "encoder", "k", "limit", "questions_sha256", "setting", "settings",
        "versions",
    }  # fmt: skip
    assert not list(tmp_path.glob("*.draft"))


def test_two_runs_agree_but_for_time(index_dir: Path, question_file: Path) -> None:
    first, second = (evaluate(question_file, index_dir=index_dir) for _ in range(2))
    assert first.scores.values == second.scores.values
    assert first.scores.intervals == second.scores.intervals


def test_limit_and_progress(index_dir: Path, question_file: Path) -> None:
    told: list[tuple[str, int, int]] = []
    found = evaluate(
        question_file, index_dir=index_dir, limit=2, progress=lambda *step: told.append(step)
    )
    assert [record.question.id for record in found.records] == ["kestrel", "length"]
    assert told == [("Asking", 0, 2), ("Asking", 1, 2), ("Asking", 2, 2)]
    assert found.complete


def interrupted_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask_some(*args: object, **options: object) -> Iterator[Record]:
        for number, record in enumerate(ask_all(*args, **options)):  # type: ignore[arg-type]
            if number == count:
                raise KeyboardInterrupt
            yield record

    monkeypatch.setattr("qa.evaluation.evaluation.ask_all", ask_some)


def test_what_was_asked_before_an_interruption_is_scored(
    index_dir: Path, question_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_after(2, monkeypatch)
    found = evaluate(question_file, index_dir=index_dir)
    assert not found.complete
    assert found.scores.counts["questions"] == len(found.records) == 2
    assert found.to_dict()["run"]["complete"] is False  # type: ignore[index]


def test_interrupted_at_once_there_is_nothing_to_score(
    index_dir: Path, question_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_after(0, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        evaluate(question_file, index_dir=index_dir)


@pytest.mark.usefixtures("small_assistant")
@pytest.mark.parametrize("setting", ["corpus", "passage"])
def test_squad_end_to_end(tmp_path: Path, setting: str) -> None:
    path = tmp_path / "set.json"
    answer = {"text": "coal", "answer_start": 14}
    qas = [{"id": "1", "question": "What do barges carry?", "answers": [answer]}]
    paragraphs = [{"context": "Barges carry  coal.", "qas": qas}, {"context": "Other.", "qas": []}]
    path.write_text(json.dumps({"data": [{"title": "Rhine", "paragraphs": paragraphs}]}))
    found = evaluate(path, setting=setting)  # type: ignore[arg-type]
    assert found.scores.values["answers.contained"] == 1
    assert found.scores.values["retrieval.recall@1"] == 1
    assert found.scores.counts["documents"] == 2


@pytest.mark.usefixtures("small_assistant")
def test_beir_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "a", "text": "Alps."}\n{"_id": "b", "text": "Coal."}'
    )
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "coal"}')
    (tmp_path / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tb\t1\n")
    found = evaluate(tmp_path)
    assert found.scores.values["retrieval.ndcg@10"] == 1
    assert found.scores.values["answers.f1"] is None
    assert "NaN" not in json.dumps(found.to_dict())


def test_cold_start_is_measured_on_request(
    index_dir: Path, question_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "qa.evaluation.evaluation.cold_start_ms", lambda question, folder: float(len(question))
    )
    found = evaluate(question_file, index_dir=index_dir, cold_start=True)
    assert found.scores.latency["cold_start_ms"] == len("The kestrel hovers above what?")


def test_too_few_passages_are_refused(question_file: Path, small_assistant: ModuleType) -> None:
    with pytest.raises(ValueError, match="k=9"):
        evaluate(question_file, k=9)


def test_nested_keeps_points_after_the_first() -> None:
    assert nested([("a.x.y", 1), ("a.z", None)]) == {"a": {"x.y": 1, "z": None}}
