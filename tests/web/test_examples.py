"""Example questions: shared between documents, never a reason to fail."""

from __future__ import annotations

from pathlib import Path

from qa.web.examples import example_questions, read_examples

from .conftest import ARTICLES
from .fake_engine import FakeEngine, make_document


def test_documents_share_the_room(tmp_path: Path) -> None:
    (tmp_path / "a.examples.txt").write_text("A1?\nA2?\n\n  A3?  \n", encoding="utf-8")
    (tmp_path / "b.examples.txt").write_text("B1?\nA1?\n" + "x" * 500, encoding="utf-8")
    documents = [make_document("x", name) for name in ("a.txt", "sub/b.md", "c.txt")]
    assert read_examples(tmp_path, documents) == ["A1?", "B1?", "A2?", "A3?"]
    assert read_examples(tmp_path, documents, most=2) == ["A1?", "B1?"]


def test_no_file_no_examples(tmp_path: Path) -> None:
    assert read_examples(tmp_path / "missing", [make_document("x")]) == []


def test_the_shipped_article_has_six() -> None:
    soyuz = make_document("x", "soyuz-ms22-leak.txt")
    examples = read_examples(ARTICLES.parent / "questions", [soyuz])
    assert len(examples) == 6
    assert "How wide is the hole in the Soyuz?" in examples


def test_where_no_file_is_the_engine_suggests(tmp_path: Path) -> None:
    engine = FakeEngine([make_document("Lions sleep long."), make_document("Geese fly.", "b.txt")])
    assert example_questions(tmp_path, engine) == ["What of Lions sleep?", "What of Geese fly.?"]
    (tmp_path / "b.examples.txt").write_text("Who flies?\n", encoding="utf-8")
    assert example_questions(tmp_path, engine) == ["Who flies?"]
