"""The state of a training run, and one step of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy, one_hot
from transformers import BertForQuestionAnswering

from qa.training.noise import add_dropout, hide_words
from qa.training.weights import copy_tokenizer, go_back, load_model

_WARM_UP_STEPS = 200
_WARM_UP_SHARE = 0.05  # where the whole run is short
_AVERAGE_FROM = 0.6


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
        teacher: Path | None = None,
        dropout: float = 0.0,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        """Begin at the weights in ``start``; ``settings`` are what makes it another run.

        Raises:
            ValueError: ``back`` is above 0 and ``back_to`` of another shape than ``start``.
        """
        torch.manual_seed(seed)
        self.out = out
        self.settings = dict(settings or {})
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.learning_rate = learning_rate
        self.model = load_model(start)
        if back:
            go_back(self.model, back, back_to)
        if dropout:
            add_dropout(self.model, dropout)
        torch.nn.Module.to(self.model, self.device)
        self.teacher = load_model(teacher) if teacher else None
        if self.teacher:
            torch.nn.Module.to(self.teacher, self.device)
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
        """Go on from the checkpoint, where there is one.

        Raises:
            ValueError: the checkpoint is of a run with other settings.
        """
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        before = state.get("settings", {})
        for name, value in self.settings.items():
            if before.get(name) != value:
                raise ValueError(
                    f"{path} is of a run with {name} {before.get(name)}, not {value}: give another"
                    " --out, or delete it to begin anew."
                )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.mean, self.in_mean = state["mean"], state["in_mean"]
        self.steps, self.epoch, self.batch = state["steps"], state["epoch"], state["batch"]
        self.spent, self.loss = state["spent"], state["loss"]
        torch.set_rng_state(state["random"].cpu())

    def checkpoint(self) -> None:
        """Write all that ``resume`` needs."""
        state = {
            "settings": self.settings,
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
        noisy = {"ids": hide_words(batch["ids"])}
        loss = self._loss_of(batch | noisy | self.taught(batch))
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

    def taught(self, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Return what the teacher makes of the places: half of the truth for whom it teaches.

        Its view of a text without noise, as probabilities (batch, tokens) in place of the places
        of ``batch`` (Hinton et al. 2015). Empty without a teacher.
        """
        if self.teacher is None:
            return {}
        with torch.no_grad(), torch.autocast(self.device, dtype=torch.bfloat16):
            logits = span_logits(self.teacher, batch)
        places = (batch["starts"], batch["ends"])
        return {
            name: (one_hot(place, said.shape[1]) + said.softmax(1)) / 2
            for name, place, said in zip(("starts", "ends"), places, logits, strict=True)
        }

    def save(self) -> None:
        """Write the mean of the weights (the present ones, before there is a mean)."""
        state = {k: self.mean.get(k, v).clone() for k, v in self.model.state_dict().items()}
        self.model.save_pretrained(self.out, state_dict=state)
        copy_tokenizer(self.out)


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
