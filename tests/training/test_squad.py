from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.training.paragraphs import load_paragraphs
from qa.training.squad import main

TESTED = "The bridge over the river was opened by the queen in the autumn of 1966 at last."
NEAR = TESTED.replace("1966", "the year 1966").replace("at last", "after five years")
OTHER = "The tunnel under the river was dug by hand in the winter of 1886 by two hundred men."


def squad(path: Path, *texts: str) -> Path:
    paragraphs = [{"context": text, "qas": []} for text in texts]
    path.write_text(json.dumps({"data": [{"title": "Rivers", "paragraphs": paragraphs}]}))
    return path


def test_what_shares_twelve_words_in_a_row_with_a_test_set_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "more" / "squad11_train.json.gz"
    main(
        squad(tmp_path / "train.json", NEAR, OTHER),
        out,
        without=[squad(tmp_path / "test.json", TESTED)],
    )
    assert [paragraph.text for paragraph in load_paragraphs(out)] == [OTHER]
    assert capsys.readouterr().out == "1 of 2 paragraphs kept\n"
