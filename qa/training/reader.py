"""Train the reader: ``python -m qa.training.reader --data DIR --out DIR``.

A span head over the encoder's own weights (Devlin et al. 2019), each window scored by itself
against a null score at [CLS], so that scores compare across the passages of a question. The
weights kept are the mean over the last part of the run (Izmailov et al. 2018). In bfloat16, on
the processor or a GPU. A checkpoint every five minutes; the same command goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import Progress, TimeRemainingColumn
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import BertForQuestionAnswering

from qa.models.encoder import bundled_folder
from qa.training.batches import to_batches, to_rows, to_tensors
from qa.training.examples import Paragraph, load_paragraphs, make_examples
from qa.training.noise import add_dropout, hide_words
from qa.training.weights import go_back, load_model

# The sets to learn from, and how often an epoch sees each one's paragraphs, 0.5 for half of them;
# the model card has their licences. Most weight is on the only one whose unanswerable questions are
# cunning. Left out: subjqa (review texts), policyqa (template questions, clauses).
SOURCES = {
    "squad2_dev_half_b": 4.0,
    "squad11_train": 0.6,
    "squad11_13_articles": 1.0,
    "squadshifts_wiki": 1.0,
    "squadshifts_reddit": 0.7,
    "qed_nq": 1.0,
    "unansq": 2.0,
    "fairytaleqa": 1.0,
    "friendsqa": 1.0,
    "doqa_cooking": 1.0,
    "quac": 1.0,
    "qamr_sample": 0.5,
}
# Articles of this set, the last by title, are left for choosing.
HELD_OUT_OF = "squad2_dev_half_b"

_MAX_TOKENS = 320
_WARM_UP_STEPS = 200
_WARM_UP_SHARE = 0.05  # where the whole run is short
_AVERAGE_FROM = 0.6
_SAVE_SECONDS = 300
_DROPOUT = 0.1


class Run:
    """The state of a training run: model, optimizer, the mean of the weights, where it is."""

    def __init__(
        self,
        out: Path,
        start: Path,
        *,
        back: float,
        back_to: Path,
        learning_rate: float,
        seed: int,
    ) -> None:
        torch.manual_seed(seed)
        self.out = out
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.learning_rate = learning_rate
        self.model = load_model(start)
        if back:
            go_back(self.model, back, back_to)
        add_dropout(self.model, _DROPOUT)
        torch.nn.Module.to(self.model, self.device)
        # Words keep the meaning that the encoder learnt of far more text than there is here.
        self.model.bert.embeddings.word_embeddings.requires_grad_(False)
        learnt = [p for p in self.model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in learnt if p.ndim > 1], "weight_decay": 0.01},
            {"params": [p for p in learnt if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=learning_rate, fused=True)
        self.mean: dict[str, torch.Tensor] = {}
        self.in_mean = self.steps = self.epoch = self.batch = 0
        self.spent = 0.0
        self.loss = 0.0

    def resume(self) -> None:
        """Go on from the checkpoint, where there is one."""
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.mean, self.in_mean = state["mean"], state["in_mean"]
        self.steps, self.epoch, self.batch = state["steps"], state["epoch"], state["batch"]
        self.spent, self.loss = state["spent"], state["loss"]
        torch.set_rng_state(state["random"].cpu())

    def checkpoint(self) -> None:
        """Write all that ``resume`` needs."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "mean": self.mean,
            "in_mean": self.in_mean,
            "steps": self.steps,
            "epoch": self.epoch,
            "batch": self.batch,
            "loss": self.loss,
            "spent": self.spent,
            "random": torch.get_rng_state(),
        }
        draft = self.out / "checkpoint.draft"
        torch.save(state, draft)
        draft.replace(self.out / "checkpoint.pt")

    def step(self, batch: dict[str, torch.Tensor], progress: float) -> None:
        """Learn from one batch; ``progress`` in [0, 1] sets the learning rate."""
        warm = max((self.steps + 1) / _WARM_UP_STEPS, progress / _WARM_UP_SHARE)
        rate = self.learning_rate * min(1, warm) * (1 - progress)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.model.train()
        loss = self._loss_of(batch | {"ids": hide_words(batch["ids"])})
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.steps += 1
        self.loss += (loss.item() - self.loss) / min(self.steps, 50)
        if progress > _AVERAGE_FROM and self.steps % 20 == 0:
            self.in_mean += 1
            for name, value in self.model.state_dict().items():
                if value.is_floating_point():
                    old = self.mean.get(name, torch.zeros_like(value))
                    self.mean[name] = old + (value - old) / self.in_mean

    def loss_over(self, batches: list[dict[str, torch.Tensor]]) -> float:
        """Return the mean loss over batches that are not learnt from, without noise."""
        torch.nn.Module.eval(self.model)
        with torch.no_grad():
            losses = [(self._loss_of(batch).item(), len(batch["ids"])) for batch in batches]
        return sum(loss * size for loss, size in losses) / sum(size for _, size in losses)

    def _loss_of(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        with torch.autocast(self.device, dtype=torch.bfloat16):
            starts, ends = span_logits(self.model, batch)
        return (cross_entropy(starts, batch["starts"]) + cross_entropy(ends, batch["ends"])) / 2

    def save(self) -> None:
        """Write the mean of the weights (the present ones, before there is a mean)."""
        state = {k: self.mean.get(k, v).clone() for k, v in self.model.state_dict().items()}
        self.model.save_pretrained(self.out, state_dict=state)
        for name in ("tokenizer.json", "tokenizer_config.json"):  # so that transformers can load it
            shutil.copyfile(bundled_folder() / name, self.out / name)


def span_logits(
    model: BertForQuestionAnswering, batch: dict[str, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return start and end logits (batch, tokens); the question and the padding are masked."""
    out = model(input_ids=batch["ids"], attention_mask=batch["mask"], token_type_ids=batch["types"])
    allowed = batch["types"].bool()
    allowed[:, 0] = True
    least = torch.finfo(torch.float32).min
    return (
        out.start_logits.float().masked_fill(~allowed, least),
        out.end_logits.float().masked_fill(~allowed, least),
    )


def find_sources(data: Sequence[Path]) -> dict[str, Path]:
    """Return the file of each set of SOURCES, from the first folder that has it.

    ``data`` may be a single SQuAD file instead. Raises ``typer.BadParameter`` where a set is in
    none of the folders.
    """
    if len(data) == 1 and data[0].is_file():
        return {data[0].name: data[0]}
    files = {}
    for source in SOURCES:
        places = [folder / f"{source}.json.gz" for folder in data]
        found = next((place for place in places if place.is_file()), None)
        if found is None:
            folders = ", ".join(str(folder) for folder in data)
            raise typer.BadParameter(
                f"no {source}.json.gz in {folders}: docs/training.md says where each set is from."
            )
        files[source] = found
    return files


def read_sources(
    files: dict[str, Path], held_out: int
) -> tuple[dict[str, list[Paragraph]], list[Paragraph]]:
    """Return the paragraphs to train on, by source, and those left out to see what was learnt.

    Nothing is left out of a single SQuAD file of one's own.
    """
    sources = {source: load_paragraphs(path) for source, path in files.items()}
    if HELD_OUT_OF not in sources:
        return sources, []
    whole = sources[HELD_OUT_OF]
    left = sorted({p.article for p in whole})[-held_out:] if held_out else []
    sources[HELD_OUT_OF] = [p for p in whole if p.article not in left]
    return sources, [p for p in whole if p.article in left]


def one_epoch(sources: dict[str, list[Paragraph]], seed: int) -> list[Paragraph]:
    """Return the paragraphs that one epoch sees, each source as often as SOURCES says."""
    chance = random.Random(seed)
    return [
        paragraph
        for source, paragraphs in sources.items()
        for paragraph in paragraphs
        for _ in range(math.floor(SOURCES.get(source, 1) + chance.random()))
    ]


def train(
    run: Run,
    tokenizer: Tokenizer,
    sources: dict[str, list[Paragraph]],
    left_out: list[Paragraph],
    epochs: int,
    minutes: float,
    batch_tokens: int,
    seed: int,
) -> None:
    """Take the steps that are left until the epochs or the minutes are over."""
    began = saved = time.monotonic() - run.spent
    rows = to_rows(tokenizer, make_examples(left_out, seed=0)) if left_out else []
    unseen = list(to_tensors(to_batches(rows, batch_tokens, 0), run.device))
    with _Report() as report:
        while run.epoch < epochs:
            turn = seed * 1000 + run.epoch
            rows = to_rows(tokenizer, make_examples(one_epoch(sources, turn), seed=turn))
            batches = to_batches(rows, batch_tokens, turn)
            typer.echo(f"epoch {run.epoch}: {len(rows)} examples in {len(batches)} batches")
            for batch in to_tensors(batches[run.batch :], run.device):
                now = time.monotonic()
                done = (run.epoch + run.batch / len(batches)) / epochs
                progress = max(done, (now - began) / 60 / minutes)
                if progress >= 1:
                    return
                run.step(batch, progress)
                run.batch, run.spent = run.batch + 1, now - began
                report.tell(run, progress)
                if now - saved > _SAVE_SECONDS:
                    saved = now
                    run.checkpoint()
                    if unseen:
                        typer.echo(f"step {run.steps:,}, unseen loss {run.loss_over(unseen):.3f}")
            run.epoch, run.batch = run.epoch + 1, 0


def main(
    data: Annotated[
        list[Path],
        typer.Option(help="Folders of SQuAD files named as in SOURCES, or one such file."),
    ],
    out: Annotated[Path, typer.Option(help="Where weights and checkpoints go.")],
    start: Annotated[
        Path | None, typer.Option(help="Folder of weights to begin from; the encoder's by default.")
    ] = None,
    back: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Go this share of the way back to the weights of --back-to first."
        ),
    ] = 0.0,
    back_to: Annotated[
        Path | None, typer.Option(help="Folder of weights; the encoder's by default.")
    ] = None,
    epochs: int = 4,
    minutes: Annotated[float, typer.Option(help="End by then, whatever is left.")] = math.inf,
    learning_rate: float = 1e-4,
    batch_tokens: int = 4096,
    held_out: int = 2,
    seed: int = 1,
) -> None:
    """Train, and leave in OUT a model that transformers can load, and run.json.

    DATA is a folder of data sets (--data may be given several times: a set is taken from the first
    folder that has it), or one SQuAD file of your own: with --start it teaches a
    trained reader (the bundled one is qa/models/weights) what your documents are like. Ctrl-C
    keeps what is done; the same command goes on from there.
    """
    files = find_sources(data)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(_MAX_TOKENS, strategy="only_second")
    tokenizer.no_padding()
    sources, left_out = read_sources(files, held_out)
    run = Run(
        out,
        start or bundled_folder(),
        back=back,
        back_to=back_to or bundled_folder(),
        learning_rate=learning_rate,
        seed=seed,
    )
    run.resume()
    try:
        train(run, tokenizer, sources, left_out, epochs, minutes, batch_tokens, seed)
    except KeyboardInterrupt:
        run.checkpoint()
        typer.echo(f"stopped after {run.steps} steps; the same command goes on.")
        raise typer.Exit(130) from None
    run.save()
    facts = {
        "start": str(start or "encoder"),
        "back": back,
        "back_to": str(back_to or "encoder"),
        "sources": {source: _sha256(path) for source, path in files.items()},
        "steps": run.steps,
        "minutes": round(run.spent / 60, 1),
        "epochs": epochs,
        "seed": seed,
        "learning_rate": learning_rate,
        "batch_tokens": batch_tokens,
        "held_out": held_out,
        "loss": round(run.loss, 4),
    }
    (out / "run.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


class _Report:
    """A bar with the time left in a terminal; elsewhere a line every 50 steps."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (*Progress.get_default_columns()[:3], TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("training", total=1.0)

    def __enter__(self) -> _Report:
        self._bar.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._bar.stop()

    def tell(self, run: Run, progress: float) -> None:
        described = f"step {run.steps:,}, loss {run.loss:.3f}"
        self._bar.update(self._task, completed=progress, description=described)
        if self._bar.disable and run.steps % 50 == 0:
            left = run.spent / 60 * (1 - progress) / max(progress, 1e-9)
            typer.echo(f"{described}, {progress:.1%}, {left:.0f} min left")


if __name__ == "__main__":
    typer.run(main)
