"""The figures as a table for people, as JSON for programs, and as plots."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from qa.benchmark.run import Size

# What each row is called; all rates are by the second.
ROWS: Mapping[str, str] = {
    "passages": "passages",
    "documents": "documents",
    "embedded": "of these embedded for real",
    "indexing_per_s": "indexing, passages/s",
    "embedding_per_s": "embedding alone, passages/s",
    "all_but_embedding_per_s": "all but embedding, passages/s",
    "embedding_processor_ms": "processor time of embedding a passage, ms",
    "rest_processor_ms": "processor time of all else for a passage, ms",
    "published_s": "from the last document to the index, s",
    "indexing_peak_mb": "memory of indexing, highest, MB",
    "index_mb": "index, MB",
    "index_bytes_a_passage": "index, bytes a passage",
    "cold_start_ms": "new process to its first answer, ms",
    "import_ms": "of that imports, ms",
    "open_ms": "of that opening models and index, ms",
    "first_answer_ms": "of that the first answer, ms",
    "answer_p50_ms": "an answer, p50, ms",
    "answer_p95_ms": "an answer, p95, ms",
    "answer_processor_ms": "processor time of an answer, p50, ms",
    "answered_share": "share of the questions that was answered",
    "answered_p50_ms": "one that the text gives, p50, ms",
    "refused_p50_ms": "a refusal with its suggestions, p50, ms",
    "encoding_p50_ms": "of that encoding, p50, ms",
    "encoding_p95_ms": "of that encoding, p95, ms",
    "retrieval_p50_ms": "of that retrieval, p50, ms",
    "retrieval_p95_ms": "of that retrieval, p95, ms",
    "vectors_p50_ms": "of that vectors alone, p50, ms",
    "vectors_p95_ms": "of that vectors alone, p95, ms",
    "vectors_processor_ms": "processor time of that, mean, ms",
    "recall_at_10": "recall@10 of vectors against brute force",
    "reading_p50_ms": "of that reading, p50, ms",
    "reading_p95_ms": "of that reading, p95, ms",
    "one_by_one_per_s": "answers/s, one after the other",
    "askers_per_s": "answers/s, several askers at once",
    "ask_many_per_s": "answers/s, ask_many",
    "askers_gain": "gain of several askers",
    "ask_many_gain": "gain of ask_many",
    "memory_after_first_mb": "memory after the first answer, MB",
    "memory_mb": "memory after all, MB",
    "memory_peak_mb": "memory, highest, MB",
}


def to_json(machine: Mapping[str, object], sizes: Sequence[Size]) -> str:
    """Return everything measured, with the machine, as a JSON object."""
    content = {"machine": machine, "sizes": [size.to_json() for size in sizes]}
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def to_markdown(machine: Mapping[str, object], sizes: Sequence[Size]) -> str:
    """Return one table: a column a size, the median of each figure with its lowest and highest."""
    facts = (
        f"{machine['processor']}, {machine['cores']} of {machine['cores_of_machine']} cores, load "
        f"{machine['load']} before, {machine['memory_gb']} GB; {machine['date']}; commit "
        f"{machine['commit']}."
    )
    head = ["", *(f"{size.wanted:,}" for size in sizes)]
    lines = [facts, "", _row(head), _row(["---"] * len(head))]
    for name, label in ROWS.items():
        cells = [str(size.figures[name]) if name in size.figures else "" for size in sizes]
        if any(cells):
            lines.append(_row([label, *cells]))
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def save_plot(sizes: Sequence[Size], path: Path) -> None:
    """Draw time of an answer, memory and bytes against the number of passages.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    from matplotlib.figure import Figure as Canvas

    shown = {
        "ms an answer (p50)": ("answer_p50_ms", "retrieval_p50_ms", "reading_p50_ms"),
        "MB": ("memory_mb", "index_mb"),
        "passages/s indexed": ("indexing_per_s", "all_but_embedding_per_s"),
    }
    canvas = Canvas(figsize=(12, 3.6), layout="constrained")
    for axes, (label, names) in zip(canvas.subplots(1, len(shown)), shown.items(), strict=True):
        for name in names:
            values = [size.figures[name].median for size in sizes]
            counts = [size.figures["passages"].median for size in sizes]
            axes.loglog(counts, values, "o-", label=ROWS[name])
        axes.set_xlabel("passages")
        axes.set_ylabel(label)
        axes.legend(fontsize=7)
    canvas.savefig(path)
