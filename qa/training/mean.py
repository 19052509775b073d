"""The mean of readers' weights: ``python -m qa.training.mean OUT FOLDER FOLDER ...``.

Readers that were trained on from the same weights lie so near each other that their mean reads as
well as any of them or better (model soups: Wortsman et al. 2022).
"""

from __future__ import annotations

from pathlib import Path

import torch
import typer

from qa.training.weights import copy_tokenizer, load_model, same_shape


def main(out: Path, folders: list[Path]) -> None:
    """Write the mean of the models in FOLDERS into OUT, as transformers can load it.

    Raises:
        typer.BadParameter: the models are not all of one shape.
    """
    models = [load_model(folder) for folder in folders]
    for model, folder in zip(models, folders, strict=True):
        if not same_shape(model, models[0]):
            raise typer.BadParameter(
                f"{folder} is of another shape than {folders[0]}: only readers with as many layers"
                " of the same width have a mean."
            )
    states = [model.state_dict() for model in models]
    mean = {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}
    models[0].load_state_dict(mean)
    models[0].save_pretrained(out)
    copy_tokenizer(out)


if __name__ == "__main__":
    typer.run(main)
