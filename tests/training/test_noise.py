from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from qa.training.noise import PooledDropout, add_dropout, hide_words  # noqa: E402
from qa.training.weights import load_model  # noqa: E402


def test_dropout_leaves_out_its_share_and_keeps_the_mean() -> None:
    torch.manual_seed(1)
    pool = (torch.rand(1 << 18) >= 0.1) / 0.9
    noisy = PooledDropout(pool)(torch.ones(4, 100, 384))
    assert (noisy == 0).float().mean().item() == pytest.approx(0.1, abs=0.01)
    assert noisy.mean().item() == pytest.approx(1, abs=0.01)


def test_a_batch_may_be_larger_than_the_pool() -> None:
    pool = (torch.rand(1000) >= 0.1) / 0.9
    noisy = PooledDropout(pool)(torch.ones(10, 500))
    assert (noisy == 0).float().mean().item() == pytest.approx(0.1, abs=0.05)


def test_nothing_is_dropped_when_questions_are_asked(small_model: Path) -> None:
    model = load_model(small_model)
    add_dropout(model, 0.1)
    ids = torch.arange(5, 15)[None]
    torch.nn.Module.eval(model)
    assert torch.equal(model(input_ids=ids).start_logits, model(input_ids=ids).start_logits)
    model.train()
    assert not torch.equal(model(input_ids=ids).start_logits, model(input_ids=ids).start_logits)


def test_every_layer_gets_dropout_and_none_of_it_is_saved(small_model: Path) -> None:
    model = load_model(small_model)
    names = list(model.state_dict())
    add_dropout(model, 0.1)
    noisy = [name for name, part in model.named_modules() if isinstance(part, PooledDropout)]
    layers = model.config.num_hidden_layers
    assert len(noisy) == 1 + 2 * layers
    assert list(model.state_dict()) == names
    left = [part for part in model.modules() if isinstance(part, nn.Dropout)]
    assert all(part.p == 0 for part in left)


def test_words_are_hidden_in_half_of_the_rows_and_never_a_special_token() -> None:
    torch.manual_seed(1)
    ids = torch.full((400, 100), 2000)
    ids[:, 0], ids[:, 20], ids[:, 90], ids[:, 91:] = 101, 102, 102, 0
    hidden = hide_words(ids) == 103
    assert 0.4 < hidden.any(dim=1).float().mean() < 0.6
    assert 0.03 < hidden.float().mean() < 0.06
    assert not hidden[ids != 2000].any()
