"""The mean of readers' weights: ``python -m qa.training.mean OUT FOLDER FOLDER ...``.

Readers that were trained on from the same weights lie so near each other that their mean reads as
well as any of them or better (model soups: Wortsman et al. 2022).
"""

from __future__ import annotations

from pathlib import Path

import torch
import typer

from qa.training.weights import load_model


def main(out: Path, folders: list[Path]) -> None:
    """Write the mean of the models in FOLDERS into OUT, as transformers can load it."""
    models = [load_model(folder) for folder in folders]
    states = [model.state_dict() for model in models]
    mean = {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}
    models[0].load_state_dict(mean)
    models[0].save_pretrained(out)


if __name__ == "__main__":
    typer.run(main)
