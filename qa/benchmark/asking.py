"""Questions asked of an index by a new process: ``python -m qa.benchmark.asking``.

It prints a line as soon as it has answered the first question, and its figures at the end.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def ask_all(index: Path, questions: Sequence[str], askers: int) -> dict[str, float]:
    """Ask one question after the other, then all at once, then ``askers`` at a time."""
    began = time.perf_counter()
    # In here, because what is imported is part of what a first answer costs.
    from qa.assistant import Assistant

    imported = time.perf_counter()
    assistant = Assistant.open(index)
    opened = time.perf_counter()
    assistant.ask(questions[0])
    answered = time.perf_counter()
    print(json.dumps("answered"), flush=True)

    from qa.benchmark.figures import percentile
    from qa.benchmark.machine import memory_mb

    after_first, _ = memory_mb()
    wholes, processor, timings = [], [], []
    by_outcome: dict[str, list[float]] = {"answered": [], "refused": []}
    for question in questions:
        start, worked = time.perf_counter(), time.process_time()
        answer = assistant.ask(question)
        processor.append((time.process_time() - worked) * 1000)
        wholes.append((time.perf_counter() - start) * 1000)
        timings.append(answer.timings)
        # After a refusal other questions are tried, to suggest some that are answered.
        by_outcome["answered" if answer.answered else "refused"].append(wholes[-1])
    found = {
        "import_ms": (imported - began) * 1000,
        "open_ms": (opened - imported) * 1000,
        "first_answer_ms": (answered - opened) * 1000,
        "answer_p50_ms": percentile(wholes, 0.5),
        "answer_p95_ms": percentile(wholes, 0.95),
        "answer_processor_ms": percentile(processor, 0.5),
    }
    found["answered_share"] = len(by_outcome["answered"]) / len(questions)
    for outcome, spent in by_outcome.items():
        if spent:
            found[f"{outcome}_p50_ms"] = percentile(spent, 0.5)
    for stage in ("encoding", "retrieval", "reading"):
        spent = [each[stage] for each in timings if stage in each]
        found |= {
            f"{stage}_p50_ms": percentile(spent, 0.5),
            f"{stage}_p95_ms": percentile(spent, 0.95),
        }
    one_by_one = len(questions) / (sum(wholes) / 1000)
    with ThreadPoolExecutor(askers) as pool:
        at_once = _per_second(lambda: list(pool.map(assistant.ask, questions)), len(questions))
    many = _per_second(lambda: assistant.ask_many(questions), len(questions))
    now, peak = memory_mb()
    return found | {
        "one_by_one_per_s": one_by_one,
        "askers_per_s": at_once,
        "ask_many_per_s": many,
        "askers_gain": at_once / one_by_one,
        "ask_many_gain": many / one_by_one,
        "memory_after_first_mb": after_first,
        "memory_mb": now,
        "memory_peak_mb": peak,
    }


def _per_second(work: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(
        json.dumps(
            ask_all(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), int(sys.argv[3]))
        )
    )
