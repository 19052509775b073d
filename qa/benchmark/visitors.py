"""``python -m qa.benchmark.visitors``: many visitors ask the page at once, as browsers do.

Each has a session of his own and asks through the page's queue; the server is a process of its
own on the same machine, whose memory is read at the start, after a quarter of the time (warm),
and at the end. Its processor time an answer tells how many one core can serve.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import psutil
import typer

from qa.benchmark.ending import ending_well
from qa.benchmark.page_server import chat_page

if TYPE_CHECKING:
    import httpx

_QUESTIONS = (
    "How wide is the hole in the Soyuz?",
    "Who is Sergei Krikalev?",
    "And when was that?",
    "What is this about?",
    "Who painted the Mona Lisa?",
    "When did the leak begin?",
)
_WARM = 0.25


@dataclass(slots=True)
class Tally:
    """What came of all questions: seconds of each answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def visit(
    client: httpx.AsyncClient, asking: int, turn: int, every: float, until: float, tally: Tally
) -> None:
    """Ask again and again, one question each ``every`` seconds, waiting for each answer."""
    import httpx

    session = uuid.uuid4().hex[:11]
    for question in itertools.islice(itertools.cycle(_QUESTIONS), turn, None):
        began = time.monotonic()
        if began >= until:
            return
        try:
            await _ask(client, asking, session, question)
            tally.seconds.append(time.monotonic() - began)
        except (httpx.HTTPError, ValueError) as error:
            tally.errors.append(repr(error))
        await asyncio.sleep(max(0.0, began + every - time.monotonic()))


async def _ask(client: httpx.AsyncClient, asking: int, session: str, question: str) -> None:
    """Ask as the page's script does. Raises ``ValueError`` where no answer came."""
    body = {"data": [question, None], "fn_index": asking, "session_hash": session}
    joined = await client.post("/gradio_api/queue/join", json=body)
    joined.raise_for_status()
    event = joined.json()["event_id"]
    stream = client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session})
    async with stream as response:
        async for line in response.aiter_lines():
            message = json.loads(line.removeprefix("data: ")) if line else {}
            if message.get("event_id") == event and message["msg"] == "process_completed":
                if not message["success"]:
                    raise ValueError(line)
                return
    raise ValueError("the stream ended without an answer")


async def _crowd(
    address: str, process: psutil.Process, visitors: int, every: float, seconds: float
) -> tuple[Tally, list[int]]:
    import httpx

    tally = Tally()
    memory = [process.memory_info().rss]
    limits = httpx.Limits(max_connections=4 * visitors)
    options = {"base_url": address, "timeout": 60.0, "trust_env": False}
    async with httpx.AsyncClient(limits=limits, **options) as client:  # type: ignore[arg-type]
        asking = _asking((await client.get("/config")).json())
        until = time.monotonic() + seconds
        crowd = []
        for turn in range(visitors):
            crowd.append(visit(client, asking, turn, every, until, tally))

        async def weigh() -> None:
            await asyncio.sleep(_WARM * seconds)
            memory.append(process.memory_info().rss)

        await asyncio.gather(weigh(), *crowd)
    memory.append(process.memory_info().rss)
    return tally, memory


def _asking(config: dict[str, list[dict[str, object]]]) -> int:
    """Return the number of the event that the question box fires."""
    for number, event in enumerate(config["dependencies"]):
        if any(target[1] == "submit" for target in event["targets"]):  # type: ignore[attr-defined]
            return int(str(event.get("id", number)))
    raise RuntimeError("the page has no question box")


def main(
    visitors: Annotated[int, typer.Option(min=1, help="How many ask at once.")] = 20,
    every: Annotated[float, typer.Option(help="Seconds between one's questions.")] = 2.0,
    seconds: Annotated[float, typer.Option(help="How long.")] = 120.0,
    corpus: Annotated[Path, typer.Option(help="The articles.")] = Path("corpus/articles"),
) -> None:
    """Serve the page, let visitors ask it, and print errors, times and memory."""
    with (
        ending_well(),
        tempfile.TemporaryDirectory() as work,
        chat_page(corpus, Path(work)) as (address, pid),
    ):
        process = psutil.Process(pid)
        before = sum(process.cpu_times()[:2])
        tally, memory = asyncio.run(_crowd(address, process, visitors, every, seconds))
        worked = sum(process.cpu_times()[:2]) - before
    times = sorted(tally.seconds)
    cuts = statistics.quantiles(times, n=20) if len(times) > 1 else [*times] * 19
    start, warm, end = (f"{each / 2**20:.0f} MB" for each in memory)
    print(f"{len(times)} answers to {visitors} visitors in {seconds:.0f} s")
    print(f"errors: {len(tally.errors)}", *dict.fromkeys(tally.errors), sep="\n  ")
    if times:
        print(f"p50 {cuts[9]:.3f} s, p95 {cuts[18]:.3f} s, longest {times[-1]:.3f} s")
        # What a busy machine does not change.
        print(f"processor time of the server: {1000 * worked / len(times):.0f} ms an answer")
    print(f"memory of the server: {start} at the start, {warm} warm, {end} at the end")


if __name__ == "__main__":
    typer.run(main)
