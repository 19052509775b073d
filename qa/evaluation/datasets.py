"""A path -> a question set: JSON lines, SQuAD or CANARD JSON, or a BEIR folder; ``.gz`` of each."""

from __future__ import annotations

from pathlib import Path

from qa.errors import QuestionSetError
from qa.evaluation.beir import read_beir
from qa.evaluation.canard import is_canard, read_canard
from qa.evaluation.json_lines import read_json_lines
from qa.evaluation.questions import QuestionSet
from qa.evaluation.squad import read_squad


def load_questions(path: Path) -> QuestionSet:
    """Read a question set; what kind it is follows from the path.

    A folder is a BEIR set, ``.jsonl`` is JSON lines, ``.json`` is SQuAD JSON, or CANARD's
    where it is a list; compressed files are recognised by their content.

    Raises:
        QuestionSetError: the path does not exist, is of no known kind, is malformed (the line
            is named), holds no question, or gives two questions the same id.
    """
    if not path.exists():
        raise QuestionSetError(path, "there is no such file or folder")
    suffix = Path(path.name.removesuffix(".gz")).suffix
    if path.is_dir():
        found = read_beir(path)
    elif suffix == ".jsonl":
        found = read_json_lines(path)
    elif suffix == ".json":
        found = read_canard(path) if is_canard(path) else read_squad(path)
    else:
        raise QuestionSetError(path, "the name ends neither in .jsonl nor in .json")
    if not found.questions:
        raise QuestionSetError(path, "there is no question in it")
    return found
