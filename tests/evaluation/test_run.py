from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa.datatypes import Turn
from qa.errors import QuestionSetError
from qa.evaluation.datasets import load_questions
from qa.evaluation.questions import GoldAnswer, Question, QuestionSet, Setting
from qa.evaluation.records import Record
from qa.evaluation.run import ask_all, check_documents

if TYPE_CHECKING:
    from .conftest import SmallEngine


def asked(engine: SmallEngine, path: Path, setting: Setting = "corpus") -> dict[str, Record]:
    found = load_questions(path)
    records = ask_all(engine, found, found.questions, setting=setting)
    return {record.question.id: record for record in records}


def test_each_question_is_asked_once_forced_with_its_history(
    engine: SmallEngine, question_file: Path
) -> None:
    asked(engine, question_file)
    assert [(text, forced) for text, _, forced in engine.asked] == [
        ("The kestrel hovers above what?", 0.0),
        ("What do barges carry on the Rhine?", 0.0),
        ("How long are barges on rivers?", 0.0),
        ("Who owns the moon?", 0.0),
    ]
    assert engine.asked[1][1] == (Turn("Where does the Rhine rise?", "In the Alps."),)


def test_records_of_the_corpus_setting(engine: SmallEngine, question_file: Path) -> None:
    records = asked(engine, question_file)
    kestrel, length, moon = (records[id] for id in ("kestrel", "length", "moon"))
    assert kestrel.rank == 1
    assert kestrel.reply is not None
    assert kestrel.reply.prediction == "The kestrel hovers above the field."
    assert kestrel.reply.contained
    assert kestrel.reply.supported == kestrel.reply.verbatim == 1
    assert kestrel.retrieval["passage_recall@1"] == 1
    assert kestrel.latency_ms > 0
    assert length.rank == 1  # the right document,
    assert length.retrieval["passage_recall@1"] == 0  # though not by the right passage
    assert moon.rank is None
    assert moon.retrieval == {}
    assert moon.reply is not None
    assert not moon.reply.answered


def test_the_passage_setting_reads_the_own_document_only(
    engine: SmallEngine, question_file: Path
) -> None:
    found = load_questions(question_file)
    own = replace(found, questions=found.questions[:3])
    records = list(ask_all(engine, own, own.questions, setting="passage"))
    cited = [record.reply.citation for record in records if record.reply]
    assert [c.document_id for c in cited if c] == ["birds.txt", "rivers.txt", "rivers.txt"]
    assert "passage_recall@1" not in records[0].retrieval


def retrieval_set() -> QuestionSet:
    questions = (Question("q", "barges coal", documents=("rivers.txt",), grades=(1,)),)
    return QuestionSet(Path("beir"), "beir", "0" * 64, questions)


def test_a_retrieval_set_is_searched_not_asked(engine: SmallEngine) -> None:
    found = retrieval_set()
    (record,) = ask_all(engine, found, found.questions)
    assert record.reply is None
    assert record.rank == 1
    assert record.retrieval["ndcg@10"] == 1
    assert engine.asked == []


def test_a_document_that_is_not_indexed_is_refused(engine: SmallEngine) -> None:
    question = Question("q", "Why?", (GoldAnswer("so"),), ("absent.txt",))
    found = QuestionSet(Path("set.jsonl"), "jsonl", "0" * 64, (question,))
    with pytest.raises(QuestionSetError, match=r"question q names 'absent\.txt'"):
        check_documents(engine, found, "corpus")


def test_the_passage_setting_needs_documents(engine: SmallEngine, question_file: Path) -> None:
    with pytest.raises(QuestionSetError, match="question moon names no document"):
        check_documents(engine, load_questions(question_file), "passage")
    with pytest.raises(QuestionSetError, match="retrieval set"):
        check_documents(engine, retrieval_set(), "passage")


def test_good_questions_pass_the_check(engine: SmallEngine, question_file: Path) -> None:
    check_documents(engine, load_questions(question_file), "corpus")
    check_documents(engine, retrieval_set(), "corpus")
