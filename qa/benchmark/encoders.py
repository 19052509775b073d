"""``python -m qa.benchmark.encoders``: ways to embed passages, in turn, on the same real text."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from qa.benchmark.ending import ending_well
from qa.benchmark.texts import Material, read_material
from qa.models import half_precision
from qa.models.encoder import BundledEncoder, bundled_folder
from qa.models.graph import EncoderGraph, graph_path
from qa.models.offline import prepare_transformers
from qa.settings import Settings, read_settings

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
_PEER = "sentence-transformers, as it comes"


def main(
    data: Annotated[Path, typer.Option(help="A folder of SQuAD files: their sentences.")],
    passages: Annotated[int, typer.Option(min=1, help="How many are embedded each time.")] = 512,
    rounds: Annotated[int, typer.Option(min=1, help="How often each way takes its turn.")] = 3,
) -> None:
    """Print passages a second of each way, in how far it is faster, and its lowest cosine."""
    with ending_well():
        material, settings = read_material(data), read_settings()
        print(to_markdown(measure(some_passages(material, passages), settings, rounds)), end="")


def some_passages(material: Material, most: int) -> list[str]:
    """Return the beginnings of paragraphs, at most 400 characters each: some 80 tokens."""
    return [text[:400] for _, text in material.paragraphs[:most]]


def measure(
    texts: Sequence[str], settings: Settings, rounds: int
) -> dict[str, tuple[float, float]]:
    """Return passages a second (median) and lowest cosine to sentence-transformers, a way each."""
    ways = ways_to_embed(settings)
    wanted = ways[_PEER](texts)
    cosines = {name: float((way(texts) * wanted).sum(axis=1).min()) for name, way in ways.items()}
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way(texts)
            speeds[name].append(len(texts) / (time.perf_counter() - began))
    return {name: (statistics.median(speeds[name]), cosines[name]) for name in ways}


def ways_to_embed(settings: Settings) -> dict[str, Encode]:
    """Return each way that can be had here, by its name."""
    prepare_transformers()
    import torch
    from sentence_transformers import SentenceTransformer

    folder = bundled_folder()
    plain = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    half = SentenceTransformer(
        str(folder),
        device="cpu",
        local_files_only=True,
        model_kwargs={"dtype": torch.bfloat16},
    )
    # Makes the graph where there is none yet.
    encoder = BundledEncoder(settings.cache_dir, threads=settings.threads)
    path = graph_path(settings.cache_dir, encoder.fingerprint)
    tokenizer = folder / "tokenizer.json"
    most, threads = encoder.max_tokens, settings.threads
    ways: dict[str, Encode] = {
        _PEER: lambda texts: plain.encode(list(texts), normalize_embeddings=True),
        "the same in bfloat16": lambda texts: half.encode(list(texts), normalize_embeddings=True),
        "this program": EncoderGraph(path, tokenizer, max_tokens=most, threads=threads).encode,
    }
    if half_precision.is_at_hand():
        ways["this program in bfloat16 (extra `fast`)"] = half_precision.HalfPrecisionGraph(
            path, tokenizer, max_tokens=most, threads=threads
        ).encode
    return ways


def to_markdown(found: dict[str, tuple[float, float]]) -> str:
    """Return a table, a row a way."""
    lines = ["| way | passages/s | times as fast | lowest cosine |", "|---|---|---|---|"]
    for name, (speed, cosine) in found.items():
        lines.append(f"| {name} | {speed:.0f} | {speed / found[_PEER][0]:.2f} | {cosine:.5f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    typer.run(main)
