"""An environment for each peer: its package, over what is installed here already."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Peer:
    """A program to compare with: its name, what pip installs for it, and the script that runs it.

    Without ``packages`` it runs in this environment; ``arguments`` follow the job.
    """

    name: str
    script: str
    packages: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


_HAYSTACK = ("haystack-ai>=3.4", "sentence-transformers-haystack>=2.0")
PEERS = (
    Peer("qa", "own.py"),
    Peer("sentence-transformers", "sentence_transformers_peer.py"),
    Peer("txtai", "txtai_peer.py", ("txtai>=9.0", "bm25s>=0.2")),
    Peer("haystack-ai", "haystack_peer.py", _HAYSTACK, ("memory",)),
    Peer("haystack-ai-faiss", "haystack_peer.py", (*_HAYSTACK, "faiss-haystack>=3.0"), ("faiss",)),
)


def python_for(peer: Peer, folder: Path) -> tuple[str, str]:
    """Return the interpreter that runs a peer, and why there is none where it is empty.

    The environment sees the packages installed here, so that torch and the models' libraries are
    the same for all; what the peer needs beside them comes from the package registry.
    """
    if not peer.packages:
        return sys.executable, ""
    home = folder / f"environment-{peer.name}"
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        scheme = sysconfig.get_preferred_scheme("prefix")
        inside = Path(sysconfig.get_path("purelib", scheme, {"base": str(home)}))
        (inside / "parent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    done = subprocess.run(
        [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *peer.packages],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return "", f"pip could not install it: {last_line(done.stderr)}"
    return str(python), ""


def last_line(text: str) -> str:
    """Return the last line of what a program complained of."""
    return (text.strip().splitlines() or ["it said nothing"])[-1]
