from __future__ import annotations

import pytest
import torch
from tokenizers import Tokenizer

from qa.models.encoder import bundled_folder
from qa.training.batches import Row, to_batches, to_rows, to_tensors
from qa.training.examples import Example

TEXT = "The hole is roughly 0.8 millimeters wide, officials said."


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    made.enable_truncation(32, strategy="only_second")
    made.no_padding()
    return made


def test_the_span_in_tokens_is_the_answer(tokenizer: Tokenizer) -> None:
    start = TEXT.index("0.8")
    example = Example("How wide?", TEXT, start, start + len("0.8 millimeters"))
    (row,) = to_rows(tokenizer, [example])
    assert tokenizer.decode(row.ids[row.start : row.end + 1]) == "0. 8 millimeters"
    assert tokenizer.decode(row.ids[row.text_begins :]).startswith("the hole")


def test_a_lead_stands_before_the_text_and_holds_no_span(tokenizer: Tokenizer) -> None:
    start = TEXT.index("0.8")
    example = Example("How wide?", TEXT, start, start + 3, "Of 0.8 holes.")
    (row,) = to_rows(tokenizer, [example])
    before = tokenizer.decode(row.ids[: row.text_begins], skip_special_tokens=False)
    assert before == "[CLS] how wide? [SEP] of 0. 8 holes. [SEP]"
    assert tokenizer.decode(row.ids[row.text_begins :]).startswith("the hole")
    assert tokenizer.decode(row.ids[row.start : row.end + 1]) == "0. 8"


def test_nothing_is_the_null_answer_and_an_answer_cut_off_is_left_out(
    tokenizer: Tokenizer,
) -> None:
    far = "word " * 60 + "end"
    rows = to_rows(
        tokenizer, [Example("How wide?", TEXT), Example("How?", far, len(far) - 3, len(far))]
    )
    assert [(row.start, row.end) for row in rows] == [(0, 0)]


def test_batches_hold_every_row_once_and_keep_to_the_limit() -> None:
    rows = [Row([1] * length, 3, 0, 0) for length in range(5, 200, 3)]
    batches = to_batches(rows, 512, seed=1)
    assert sorted(len(row.ids) for batch in batches for row in batch) == list(range(5, 200, 3))
    for batch in batches:
        assert len({row.width for row in batch}) == 1
        assert len(batch) == 1 or len(batch) * batch[0].width <= 512


def test_tensors_mask_what_is_padding() -> None:
    (batch,) = to_tensors([[Row([101, 7, 102, 8, 102], 3, 3, 3)]], "cpu")
    assert batch["ids"].shape == (1, 32)
    assert batch["mask"].sum() == 5
    assert torch.equal(batch["types"][0, :6], torch.tensor([0, 0, 0, 1, 1, 0]))
    assert batch["starts"].tolist() == batch["ends"].tolist() == [3]
