"""``python -m qa.benchmark.peers``: speed beside sentence-transformers, txtai and haystack-ai."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from qa.benchmark.figures import figure_of, percentile
from qa.benchmark.machine import describe
from qa.benchmark.peers.environments import PEERS, Peer, last_line, python_for
from qa.benchmark.run import parse_sizes
from qa.benchmark.texts import read_material, some_questions, splitter
from qa.errors import QAError
from qa.models.encoder import bundled_folder, open_encoder
from qa.settings import read_settings

_SECONDS = 3600


def main(
    data: Annotated[Path, typer.Option(help="A folder of SQuAD files: its text and questions.")],
    passages: Annotated[
        str, typer.Option(help="How many passages; k stands for thousands.")
    ] = "1k",
    questions: Annotated[int, typer.Option(min=1, help="How many are asked.")] = 100,
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each, in turn.")] = 3,
    work: Annotated[
        Path | None, typer.Option(help="Keep the environments here (default: temporary).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Also write the figures here, as JSON.")] = None,
) -> None:
    """Index the same passages with the same weights, and ask the same questions, unread.

    Each peer gets an environment of its own. What does not install or run is left out of the
    table, and why is said below it.
    """
    try:
        settings = read_settings()
        split = splitter(open_encoder(settings), settings)
        machine = describe(settings)
        material = read_material(data)
        pieces = (piece for _, text in material.paragraphs for piece in split(text))
        texts = list(islice(pieces, parse_sizes(passages)[0]))
    except (QAError, ValueError) as error:
        sys.stderr.write(f"Error: {error}\n")
        raise typer.Exit(2) from error
    job = {
        "model": str(bundled_folder()),
        "texts": texts,
        "questions": some_questions(material, questions),
    }
    with tempfile.TemporaryDirectory(prefix="qa-peers-") as temporary:
        folder = work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        runs, troubles = _run_all(folder, path, repeats)
    if "qa" not in runs:
        sys.stderr.write(f"Error: this program itself: {troubles['qa']}. Try: qa doctor\n")
        raise typer.Exit(2)
    table = to_markdown(runs, troubles)
    print(
        f"{len(texts):,} passages, {len(job['questions'])} questions, {machine['processor']}, "
        f"{machine['cores']} of {machine['cores_of_machine']} cores\n\n{table}",
        end="",
    )
    if out is not None:
        content = {"machine": machine, "runs": runs, "left_out": troubles}
        out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _run_all(
    folder: Path, job: Path, repeats: int
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Run each peer in turn, as often as wanted; return its figures, or why it has none."""
    runs: dict[str, list[dict[str, Any]]] = {}
    troubles: dict[str, str] = {}
    pythons = {}
    for peer in PEERS:
        pythons[peer.name], trouble = python_for(peer, folder)
        if trouble:
            troubles[peer.name] = trouble
    for number in range(repeats):
        for peer in PEERS:
            if peer.name in troubles:
                continue
            sys.stderr.write(f"{peer.name}: run {number + 1} of {repeats}\n")
            figures, trouble = run_peer(peer, pythons[peer.name], job)
            if trouble:
                troubles[peer.name] = trouble
                runs.pop(peer.name, None)
            else:
                runs.setdefault(peer.name, []).append(figures)
    return runs, troubles


def run_peer(peer: Peer, python: str, job: Path) -> tuple[dict[str, Any], str]:
    """Return the figures of one run, and why there are none where they are empty."""
    script = Path(__file__).with_name(peer.script)
    # Nothing is to be downloaded: the weights are given by their folder.
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}
    try:
        done = subprocess.run(
            [python, str(script), str(job), *peer.arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return {}, f"its script took longer than {_SECONDS} seconds"
    if done.returncode:
        return {}, f"its script failed: {last_line(done.stderr)}"
    figures: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return figures, ""


def to_markdown(runs: dict[str, list[dict[str, Any]]], troubles: dict[str, str]) -> str:
    """Return the table: each figure, and in how far it is this program's (above 1: slower)."""
    indexing = {
        name: figure_of([run["indexing_per_s"] for run in each]) for name, each in runs.items()
    }
    asking = {
        name: figure_of([percentile(run["question_ms"], 0.5) for run in each])
        for name, each in runs.items()
    }
    lines = [
        "| | indexing, passages/s | times slower | a question's 10 best, p50, ms | times slower |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in runs:
        slower = indexing["qa"].median / indexing[name].median
        longer = asking[name].median / asking["qa"].median
        lines.append(
            f"| {name} | {indexing[name]} | {slower:.2f} | {asking[name]} | {longer:.2f} |"
        )
    lines += ["", *(f"{name} is left out: {why}" for name, why in troubles.items())]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    typer.run(main)
