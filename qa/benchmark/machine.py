"""The machine that figures were measured on, and how busy it was with other things."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil

from qa.evaluation.provenance import git_commit, package_versions
from qa.reading.choice import reader_in_use
from qa.settings import Settings


def describe(settings: Settings) -> dict[str, object]:
    """Return machine, versions and settings as JSON values."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": git_commit(Path(__file__)),
        "processor": processor_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "cores_of_machine": os.cpu_count(),
        "load": round(psutil.getloadavg()[0], 2),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "platform": platform.platform(),
        "versions": {"python": platform.python_version()} | package_versions(),
        "encoder": settings.encoder,
        "reader": reader_in_use(settings),
        "threads": settings.threads,
    }


def processor_name() -> str:
    """Return what the processor calls itself, as far as it says."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def memory_mb() -> tuple[float, float]:
    """Return the resident memory of this process now, and at its highest where that is known."""
    info = psutil.Process().memory_info()
    # Windows tells the peak here, the others through getrusage.
    peak = getattr(info, "peak_wset", 0)
    if not peak:
        import resource
        import sys

        unit = 1 if sys.platform == "darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    # The kernel counts the peak a little behind.
    return info.rss / 1e6, max(peak, info.rss) / 1e6


def folder_mb(folder: Path) -> float:
    """Return the size of all files in a folder and below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
