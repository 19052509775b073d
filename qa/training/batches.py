"""Examples -> padded batches of tokens."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding, Tokenizer

from qa.training.examples import Example

# A width a multiple of this: oneDNN compiles and keeps a kernel for every new shape.
_STEP = 32
# Examples tokenised together, on all cores.
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One example in tokens: where the text begins, and the span (0, 0 for the null answer).

    Before the text stand the question and the lead, each with [SEP] behind it.
    """

    ids: list[int]
    text_begins: int
    start: int
    end: int

    @property
    def width(self) -> int:
        """The length, padded."""
        return -(-len(self.ids) // _STEP) * _STEP


def to_rows(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[Row]:
    """Tokenise; an example whose answer falls beyond the tokenizer's limit is left out."""
    rows = []
    for example, pair, lead in _encoded(tokenizer, examples):
        ids, offsets, sides = pair.ids, pair.offsets, pair.sequence_ids  # each call copies all
        begins = sides.index(1) if 1 in sides else len(ids) - 1
        told = [*lead, ids[-1]] if lead else []
        inside = [
            i
            for i in range(begins, len(ids) - 1)
            if offsets[i][1] > example.start and offsets[i][0] < example.end
        ]
        ids = [*ids[:begins], *told, *ids[begins:]]
        on = len(told)
        if example.end == 0:
            rows.append(Row(ids, begins + on, 0, 0))
        elif inside:
            rows.append(Row(ids, begins + on, inside[0] + on, inside[-1] + on))
    return rows


def _encoded(
    tokenizer: Tokenizer, examples: Sequence[Example]
) -> Iterator[tuple[Example, Encoding, list[int]]]:
    for first in range(0, len(examples), _AT_ONCE):
        some = examples[first : first + _AT_ONCE]
        pairs = tokenizer.encode_batch([(one.question, one.text) for one in some])
        leads = tokenizer.encode_batch([one.lead for one in some], add_special_tokens=False)
        for example, pair, lead in zip(some, pairs, leads, strict=True):
            yield example, pair, lead.ids


def to_batches(rows: Sequence[Row], most_tokens: int, seed: int) -> list[list[Row]]:
    """Group rows of one width, at most ``most_tokens`` a batch with padding; shuffled."""
    chance = random.Random(seed)
    groups: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: (row.width, chance.random())):
        last = groups[-1] if groups else []
        if last and last[0].width == row.width and (len(last) + 1) * row.width <= most_tokens:
            last.append(row)
        else:
            groups.append([row])
    chance.shuffle(groups)
    return groups


def to_tensors(batches: Iterable[list[Row]], device: str) -> Iterator[dict[str, torch.Tensor]]:
    """Yield each batch as tensors: ids, mask, types (batch, width); starts, ends (batch,)."""
    for batch in batches:
        ids = torch.zeros(len(batch), batch[0].width, dtype=torch.long)
        mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
        for at, row in enumerate(batch):
            length = len(row.ids)
            ids[at, :length] = torch.tensor(row.ids)
            mask[at, :length] = 1
            types[at, row.text_begins : length] = 1
        starts = torch.tensor([row.start for row in batch])
        ends = torch.tensor([row.end for row in batch])
        made = {"ids": ids, "mask": mask, "types": types, "starts": starts, "ends": ends}
        yield {name: value.to(device) for name, value in made.items()}
