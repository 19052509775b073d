"""From files to a cited answer, with the real encoder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.assistant import Assistant, ask, open_assistant
from qa.datatypes import Answer, Document, Hit, Turn
from qa.errors import (
    IndexMismatchError,
    IndexNotFoundError,
    QAError,
    QuestionError,
    UnknownDocumentError,
)
from qa.indexing import index_files
from qa.models.encoder import Encoder
from qa.reading.spans import Reading
from qa.settings import Settings

SOYUZ = "soyuz-ms22-leak.txt"
# Question, what its quote holds, the document that says it.
ANSWERS = [
    ("How wide is the hole in the Soyuz?", "0.8 millimeters", SOYUZ),
    ("Who is Sergei Krikalev?", "executive director", SOYUZ),
    ("When did the Soyuz spray its coolant into space?", "Dec. 14", SOYUZ),
    ("How much does the kestrel weigh?", "184 grams", "nature/kestrel.txt"),
    ("How many eggs does the female kestrel lay?", "four to six", "nature/kestrel.txt"),
    ("How long is the Rhine?", "1,230 kilometres", "rhine.md"),
    ("What do barges carry on the Rhine?", "coal", "rhine.md"),
    ("How long does green tea steep?", "three minutes", "tea.txt"),
]
QUESTIONS = [
    *(question for question, _, _ in ANSWERS),
    "What is the capital of Australia?",
    "soyuz hole size",
    "Why?",
    "お茶は体に良いですか",
    "wer?? \x07\n\t" + "x" * 150,
]


def check_exact(answer: Answer, assistant: Assistant) -> None:
    """See that both sides of every citation and all hits are what the documents say."""
    assert answer.answered == bool(answer.citations)
    for marker, citation in enumerate(answer.citations, start=1):
        document = assistant.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.marker == marker
        assert (citation.title, citation.source) == (document.title, document.source)
        assert 0 <= citation.answer_start < citation.answer_end <= len(answer.text)
    for hit in answer.hits:
        document = assistant.document(hit.passage.document_id)
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("question", "held", "document_id"), ANSWERS)
def test_the_quote_holds_the_answer(
    question: str, held: str, document_id: str, assistant: Assistant
) -> None:
    answer = assistant.ask(question, answer_at=0)
    assert held in answer.citations[0].quote
    assert answer.citations[0].document_id == document_id
    check_exact(answer, assistant)
    assert (answer.question, answer.standalone_question) == (question, question)
    assert set(answer.timings) >= {"encoding", "retrieval", "reading", "total"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_is_exact_and_goes_to_json_and_back(
    question: str, assistant: Assistant
) -> None:
    for answer_at in (0, None, 1):
        answer = assistant.ask(question, answer_at=answer_at)
        check_exact(answer, assistant)
        assert Answer.from_json(answer.to_json()) == answer
        if answer_at == 0:
            assert answer.answered
        assert len(answer.hits) == 5


def test_what_the_articles_do_not_say(assistant: Assistant) -> None:
    answer = assistant.ask("What is the capital of Australia?")
    assert not answer.answered
    assert answer.text == "The text does not say."
    assert answer.citations == ()
    assert answer.hits
    assert answer.confidence < assistant.settings.answer_at


def test_what_is_suggested_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask("How much did the Soyuz cost to build?")
    assert not answer.answered
    assert len(answer.suggestions) == len(set(answer.suggestions)) > 0
    for question in (*answer.suggestions, *assistant.suggest(SOYUZ)):
        assert assistant.ask(question).answered
    assert assistant.suggest(SOYUZ, most=1) == assistant.suggest(SOYUZ)[:1]
    assert assistant.suggest("no such document") == ()
    assert assistant.ask(ANSWERS[0][0]).suggestions == ()


def test_a_suggestion_is_proved_once(assistant: Assistant) -> None:
    asked: list[str] = []

    class Counting:
        stage, passages_read = assistant.reader.stage, assistant.reader.passages_read

        def read(
            self, question: str, hits: Sequence[Hit], documents: Mapping[str, Document]
        ) -> Reading:
            asked.append(question)
            return assistant.reader.read(question, hits, documents)

    counting = replace(assistant, reader=Counting())
    first = counting.ask("Who won the football match?")
    tried = len(asked)
    assert first.suggestions
    assert tried > len(first.suggestions)
    assert counting.ask("Who won the football match?").suggestions == first.suggestions
    assert len(asked) == tried + 1


def test_the_threshold_of_the_settings_decides(assistant: Assistant) -> None:
    question = ANSWERS[0][0]
    confidence = assistant.ask(question).confidence
    for answer_at, answered in ((confidence, True), (min(1, confidence + 1e-6), False)):
        settings = assistant.settings.model_copy(update={"answer_at": answer_at})
        assert replace(assistant, settings=settings).ask(question).answered == answered
        assert assistant.ask(question, answer_at=answer_at).answered == answered


def test_the_same_question_gives_the_same_answer_whatever_was_asked_before(
    assistant: Assistant, articles_index: Path, settings: Settings
) -> None:
    questions = QUESTIONS[::2]
    first = [assistant.ask(question) for question in questions]
    reopened = Assistant.open(articles_index, settings=settings)
    assert [reopened.ask(question) for question in questions[::-1]] == first[::-1]
    assert assistant.ask_many(questions) == first


def test_threads_get_the_same_answers(
    assistant: Assistant, articles_index: Path, settings: Settings
) -> None:
    questions = QUESTIONS[::3]
    expected = [assistant.ask(question) for question in questions]
    shared = Assistant.open(articles_index, settings=settings)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(shared.ask, questions * 4)) == expected * 4


def test_a_follow_up_is_understood_by_the_turns_before(assistant: Assistant) -> None:
    turns = [Turn("Where is the hole?", "in the hull of the MS-22")]
    answer = assistant.ask("How wide is it?", history=turns)
    assert answer.standalone_question == "How wide is the hole?"
    assert answer.question == "How wide is it?"
    assert "0.8 millimeters" in answer.citations[0].quote
    assert answer == assistant.ask("How wide is it?", history=turns)


def test_a_new_topic_is_answered_as_without_the_old_one(assistant: Assistant) -> None:
    question = "How much does the kestrel weigh?"
    alone = assistant.ask(question)
    after = assistant.ask(question, history=[Turn("How wide is the hole in the Soyuz?", "0.8")])
    assert (after.text, after.citations) == (alone.text, alone.citations)
    assert after.standalone_question == question


def test_a_history_of_any_text_does_no_harm(assistant: Assistant) -> None:
    turns = [Turn("x" * 5000 + "\x00", "\ud800\n" * 400), Turn("", ""), Turn("<b>?", "{}")]
    assert assistant.ask("Why did it leak?", history=turns).hits


def test_a_summary_cites_each_of_its_sentences(assistant: Assistant) -> None:
    answer = assistant.ask("What is this about?", documents=["soyuz-ms22-leak.txt"])
    assert answer.answered
    assert [citation.marker for citation in answer.citations] == [1, 2, 3]
    document = assistant.document("soyuz-ms22-leak.txt")
    for citation in answer.citations:
        assert citation.quote == document.text[citation.start : citation.end]
        assert citation.quote == answer.text[citation.answer_start : citation.answer_end]
    starts = [citation.start for citation in answer.citations]
    assert starts == sorted(starts)


def test_a_summary_is_of_what_the_conversation_is_about(assistant: Assistant) -> None:
    turns = [Turn("How much does a kestrel weigh?", "184 grams")]
    answer = assistant.ask("What is it about?", history=turns)
    assert {citation.document_id for citation in answer.citations} == {"nature/kestrel.txt"}


@pytest.mark.parametrize("question", ["What is rhine.md about?", "Summarise rhine.md"])
def test_a_summary_is_of_the_document_that_is_named(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert {citation.document_id for citation in answer.citations} == {"rhine.md"}
    assert not assistant.ask(question, documents=["tea.txt"]).answered
    assert assistant.ask(question, documents="rhine.md").citations == answer.citations


def test_a_folder_stands_for_its_documents_in_a_summary_too(assistant: Assistant) -> None:
    answer = assistant.ask("What is this about?", documents="nature")
    assert {citation.document_id for citation in answer.citations} == {"nature/kestrel.txt"}
    assert assistant.ask("Tell me about nature").text != answer.text


def test_which_article_is_asked_back_where_there_are_several(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise the article")
    assert (answer.answered, answer.hits) == (False, ())
    assert "several articles" in answer.text
    among = assistant.ask("Summarise the article", documents=["rhine.md", "tea.txt"])
    assert among.text.count("“") == 2


def test_a_question_without_a_word_is_no_question(assistant: Assistant) -> None:
    answer = assistant.ask("...?!")
    assert (answer.answered, answer.citations, answer.hits) == (False, (), ())
    assert answer.text.startswith("There is no word in that.")


def test_a_greeting_is_returned(assistant: Assistant) -> None:
    answer = assistant.ask("Hello!")
    assert (answer.answered, answer.citations, answer.hits) == (False, (), ())
    assert answer.text.startswith("Hello")
    assert Answer.from_json(answer.to_json()) == answer


def test_only_some_documents(assistant: Assistant) -> None:
    question = "How long is it?"
    with pytest.raises(UnknownDocumentError, match=r"no document 'absent\.txt' here"):
        assistant.ask(question, documents=["tea.txt", "absent.txt"])
    with pytest.raises(UnknownDocumentError, match=r"no document 'absent\.txt' here"):
        assistant.search(question, documents="absent.txt")
    alone = assistant.ask(question, documents="tea.txt", answer_at=0)
    assert {hit.passage.document_id for hit in alone.hits} == {"tea.txt"}
    answer = assistant.ask(question, documents=["tea.txt", "nature/kestrel.txt"], answer_at=0)
    assert {hit.passage.document_id for hit in answer.hits} == {"tea.txt", "nature/kestrel.txt"}
    assert answer.citations[0].document_id in {"tea.txt", "nature/kestrel.txt"}
    empty = assistant.ask(question, documents=[], answer_at=0)
    assert (empty.answered, empty.hits, empty.confidence) == (False, (), 0.0)
    assert assistant.search(question, documents=["rhine.md"], k=1)[0].passage.document_id == (
        "rhine.md"
    )


def test_k_is_the_number_of_hits_and_changes_nothing_else(assistant: Assistant) -> None:
    question = ANSWERS[0][0]
    most = assistant.ask(question, k=1000)
    assert len(most.hits) == sum(len(assistant.passages(d.id)) for d in assistant.documents())
    for k in (1, 2, 5):
        answer = assistant.ask(question, k=k)
        assert answer.hits == most.hits[:k]
        assert replace(answer, hits=most.hits) == most
        assert assistant.search(question, k=k) == answer.hits
    with pytest.raises(ValueError, match="at least 1, not 0"):
        assistant.ask(question, k=0)


def test_a_history_of_anything_but_turns_is_refused(assistant: Assistant) -> None:
    pairs: list[Any] = [("What leaked?", "The Soyuz.")]
    with pytest.raises(TypeError, match=r"qa\.Turn\(question, answer\) objects, not \('What"):
        assistant.ask("How wide is it?", history=pairs)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "is empty"),
        (" \t\n\u3000", "is empty"),
        ("\x00\x07\u200b\ufeff", "is empty"),
        ("x" * 2001, "has 2,001 characters, 2,000 at most"),
        ("x" * 100_000, "has 100,000 characters"),
        ("Who is \udce9ric?", "not valid text"),
    ],
)
def test_questions_that_cannot_be_asked(question: str, reason: str, assistant: Assistant) -> None:
    for act in (assistant.ask, assistant.search):
        with pytest.raises(QuestionError, match=reason):
            act(question)


def test_control_characters_count_as_white_space(assistant: Assistant) -> None:
    asked = "  How\x00wide is\r\nthe hole\u200b in the Soyuz? "
    answer = assistant.ask(asked)
    plain = assistant.ask("How wide is the hole in the Soyuz?")
    assert answer.question == asked
    same = replace(answer, question=plain.question, standalone_question=plain.question)
    assert same == plain


def test_documents_and_passages(assistant: Assistant, articles: Path) -> None:
    documents = assistant.documents()
    assert [document.id for document in documents] == sorted(
        ["nature/kestrel.txt", "rhine.md", SOYUZ, "tea.txt"]
    )
    for document in documents:
        assert document.text.encode() == (articles / document.id).read_bytes()
        assert assistant.document(document.id) == document
        for passage in assistant.passages(document.id):
            assert document.text[passage.start : passage.end] == passage.text
    assert assistant.passages("nothing") == ()
    with pytest.raises(LookupError, match="no document 'nothing'"):
        assistant.document("nothing")


def test_the_index_is_made_on_first_use(
    articles: Path, settings: Settings, tmp_path: Path, assistant: Assistant
) -> None:
    wanted = settings.model_copy(update={"corpus_dir": articles})
    made = Assistant.open(tmp_path / "index", settings=wanted)
    question = ANSWERS[0][0]
    assert made.ask(question).citations == assistant.ask(question).citations


def test_no_index_and_nothing_to_make_it_from(settings: Settings, tmp_path: Path) -> None:
    wanted = settings.model_copy(update={"corpus_dir": tmp_path / "nowhere"})
    with pytest.raises(IndexNotFoundError, match="qa index"):
        Assistant.open(tmp_path / "index", settings=wanted)


def test_an_index_of_other_settings_is_refused(articles_index: Path, settings: Settings) -> None:
    wanted = settings.model_copy(update={"passage_tokens": settings.passage_tokens + 1})
    with pytest.raises(IndexMismatchError, match="passage_tokens"):
        Assistant.open(articles_index, settings=wanted)


def test_an_open_assistant_sees_new_documents(
    articles: Path, settings: Settings, tmp_path: Path, encoder: Encoder
) -> None:
    index_files([articles / "tea.txt"], tmp_path, encoder, settings)
    opened = Assistant.open(tmp_path, settings=settings)
    question = "What do barges carry on the Rhine?"
    before = opened.ask(question, answer_at=0)
    index_files([articles / "rhine.md"], tmp_path, encoder, settings)
    after = opened.ask(question, answer_at=0)
    assert before.citations[0].document_id == "tea.txt"
    assert "coal" in after.citations[0].quote


def test_ask_is_a_thin_shell(articles_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question, held, _ = ANSWERS[0]
    monkeypatch.setenv("QA_ANSWER_AT", "0")
    monkeypatch.chdir(articles_index.parent)
    answer = ask(question, history=[Turn("What leaked?", "The Soyuz.")], k=2)
    assert held in answer.citations[0].quote
    assert len(answer.hits) == 2
    assert qa.ask(question, k=2, index_dir=str(articles_index)) == ask(question, k=2)
    assert ask(question, documents=["tea.txt"]).hits[0].passage.document_id == "tea.txt"
    assert open_assistant(articles_index) is open_assistant(articles_index)


def test_build_index(settings: Settings, tmp_path: Path, assistant: Assistant) -> None:
    documents = [assistant.document("rhine.md")]
    report = qa.build_index(documents, tmp_path / "index", settings=settings)
    assert report.added == ["rhine.md"]
    assert Assistant.open(tmp_path / "index", settings=settings).documents() == tuple(documents)
    with pytest.raises(QAError, match="no documents were given"):
        qa.build_index([], tmp_path / "index", settings=settings)


def test_what_an_interviewer_asks_is_answered_by_the_reply(
    settings: Settings, tmp_path: Path
) -> None:
    text = (
        "A talk about bees.\n\nLEO: Why are the bumblebees vanishing?\n\n"
        "NOOR: Mostly because the hay is cut too early. Farmers cut in May.\n\nLEO: What next?"
    )
    talk = Document("talk.txt", "A talk", text, "talk.txt", "1")
    qa.build_index([talk], tmp_path / "index", settings=settings)
    assistant = Assistant.open(tmp_path / "index", settings=settings)
    answer = assistant.ask("Why are the bumblebees vanishing?")
    check_exact(answer, assistant)
    assert answer.text == "NOOR: Mostly because the hay is cut too early."
    # Nobody replies to the last question.
    assert assistant.ask("What next?", answer_at=0).citations[0].quote in text


def test_asking_loads_neither_torch_nor_gradio(articles_index: Path) -> None:
    code = (
        "import json, sys; from qa import ask;"
        f"answer = ask({ANSWERS[0][0]!r}, index_dir={str(articles_index)!r});"
        "print(json.dumps([answer.text, sorted({name.partition('.')[0] for name in sys.modules})]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    text, loaded = json.loads(done.stdout)
    assert text
    assert "onnxruntime" in loaded
    heavy = {"torch", "transformers", "sentence_transformers", "gradio", "sklearn", "scipy"}
    assert heavy.isdisjoint(loaded)


def test_documents_are_added_and_removed(
    encoder: Encoder, settings: Settings, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "kestrel.txt").write_text("The kestrel hovers above the field.")
    index_files([corpus], tmp_path / "index", encoder, settings)
    assistant = Assistant.open(tmp_path / "index", settings=settings)
    (tmp_path / "rhine.txt").write_text("The Rhine rises in the Alps.")
    (tmp_path / "x.png").write_bytes(b"\0")
    tea = Document("tea", "Tea", "Green tea steeps for three minutes.", "a talk", "1")
    report = assistant.add([tmp_path / "rhine.txt", str(tmp_path / "x.png"), tea])
    assert (report.added, len(report.refused)) == (["rhine.txt", "tea"], 1)
    answer = assistant.ask("How long does green tea steep?", answer_at=0)
    assert "three minutes" in answer.citations[0].quote
    (corpus / "kestrel.txt").unlink()
    assert assistant.add([corpus]).removed == []
    assert assistant.remove(["rhine.txt", "tea"]).removed == ["rhine.txt", "tea"]
    with pytest.raises(UnknownDocumentError, match="no document 'tea' here"):
        assistant.remove(["kestrel.txt", "tea"])
    assert [document.id for document in assistant.documents()] == ["kestrel.txt"]
    assert [assistant.first_document()] == list(assistant.documents())
    assistant.remove(["kestrel.txt"])
    assert assistant.documents() == ()
    assert assistant.first_document() is None
    assert not assistant.ask("What hovers above the field?").answered


def test_a_summary_of_a_topic_quotes_what_is_said_about_it(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise what is known about the hole in the Soyuz")
    assert answer.answered
    assert "roughly 0.8 millimeters wide" in answer.text
    starts = [citation.start for citation in answer.citations]
    assert 2 <= len(starts) <= 5
    assert starts == sorted(starts)
    for citation in answer.citations:
        document = assistant.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote


def test_no_summary_of_a_topic_that_is_not_there(assistant: Assistant) -> None:
    answer = assistant.ask("Give me an overview of the parliament's budget")
    assert not answer.answered
    assert answer.hits


def test_a_summary_of_the_ending_quotes_the_ending(assistant: Assistant) -> None:
    document = assistant.document("soyuz-ms22-leak.txt")
    answer = assistant.ask("Summarise the ending", documents=[document.id])
    assert answer.answered
    assert all(citation.start > len(document.text) * 0.6 for citation in answer.citations)
