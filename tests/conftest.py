"""What tests share: the real encoder, loaded once, and an index of a few real articles."""

from __future__ import annotations

import shutil
from pathlib import Path

import hypothesis
import pytest

from qa.assistant import Assistant
from qa.indexing import index_files
from qa.models.encoder import Encoder, bundled_folder, open_encoder
from qa.settings import Settings

# The first example may load a model, and the machine may be busy: time says nothing here.
hypothesis.settings.register_profile("qa", deadline=None, database=None)
hypothesis.settings.load_profile("qa")

SOYUZ = Path(__file__).parents[1] / "corpus" / "articles" / "soyuz-ms22-leak.txt"
SMALL_ARTICLES = {
    "nature/kestrel.txt": "The kestrel hovers above the field.\nIt weighs 184 grams, Dr. Lee says, "
    "and hunts voles.\n\nThe female lays four to six eggs in a hollow tree.",
    "rhine.md": "# The Rhine\r\n\r\nThe Rhine rises in the Alps. It is 1,230 kilometres long.\r\n"
    "\r\n## Traffic\r\n\r\nBarges carry coal on the Rhine.\r\n",
    "tea.txt": "\ufeffGreen tea steeps for three minutes at 80 degrees.\n\n"
    "Black tea is oxidised before it is dried. お茶は体に良い。Nobody knows why 🍵 is green.",
}


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def encoder(settings: Settings) -> Encoder:
    """The bundled encoder with its real weights."""
    return open_encoder(settings)


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Soyuz article and three small ones."""
    folder = tmp_path_factory.mktemp("articles")
    shutil.copy(SOYUZ, folder)
    for name, text in SMALL_ARTICLES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return folder


@pytest.fixture(scope="session")
def articles_index(
    articles: Path,
    encoder: Encoder,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The index of ``articles``; not to be changed."""
    folder = tmp_path_factory.mktemp("indexes") / "index"
    index_files([articles], folder, encoder, settings)
    return folder


@pytest.fixture(scope="session")
def assistant(articles_index: Path, settings: Settings) -> Assistant:
    return Assistant.open(articles_index, settings=settings)


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a question-answering model of two layers, its head untrained, as transformers does."""
    # In here: what only a few tests need would slow down the start of all.
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("model")
    config = BertConfig.from_pretrained(bundled_folder(), num_labels=2, num_hidden_layers=2)
    BertForQuestionAnswering.from_pretrained(bundled_folder(), config=config).save_pretrained(
        folder
    )
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(bundled_folder() / name, folder)
    return folder
