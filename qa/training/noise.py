"""Noise that keeps a reader from learning its examples by heart: dropout, and hidden words."""

from __future__ import annotations

import torch
from torch import nn
from transformers import BertForQuestionAnswering

# The ids of [PAD], [CLS], [SEP] and [MASK] in the vocabulary of BERT.
_SPECIAL, _MASK = (0, 101, 102), 103
_POOL = 1 << 24
# Half of the examples are read whole, as they are when questions are asked.
_CLEAN = 0.5
_MOST_HIDDEN = 0.2


class PooledDropout(nn.Module):
    """Dropout (Srivastava et al. 2014) whose masks are stretches of one pool, drawn once.

    Drawing a mask for every use takes a third of a step on a processor; a stretch takes nothing.
    """

    pool: torch.Tensor

    def __init__(self, pool: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("pool", pool, persistent=False)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return ``hidden``, of any shape, with some values 0 and the rest scaled up."""
        if not self.training:
            return hidden
        size, pool = hidden.numel(), self.pool
        if size >= len(pool):
            pool = pool.repeat(size // len(pool) + 1)
        begin = int(torch.randint(len(pool) - size, ()))
        return hidden * pool[begin : begin + size].view(hidden.shape)


def add_dropout(model: BertForQuestionAnswering, share: float) -> None:
    """Put dropout behind the embeddings, and behind the attention and the output of each layer."""
    pool = (torch.rand(_POOL) >= share).to(torch.bfloat16) / (1 - share)
    places = [name for name, part in model.named_modules() if isinstance(part, nn.Dropout)]
    for place in places:
        # The attention's own weights are left whole: they are too many.
        if not place.endswith("attention.self.dropout"):
            parent, _, name = place.rpartition(".")
            setattr(model.get_submodule(parent), name, PooledDropout(pool))


def hide_words(ids: torch.Tensor) -> torch.Tensor:
    """Return ``ids`` (rows, tokens); in half of the rows, up to a fifth is masked."""
    share = torch.rand(len(ids), 1) * _MOST_HIDDEN * (torch.rand(len(ids), 1) >= _CLEAN)
    hidden = (torch.rand(ids.shape) < share).to(ids.device)
    for special in _SPECIAL:
        hidden &= ids != special
    return ids.masked_fill(hidden, _MASK)
