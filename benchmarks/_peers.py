"""The libraries that addax is compared with, each in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HOME = Path(os.environ.get("ADDAX_BENCH_HOME", "~/.cache/addax/bench")).expanduser()


@dataclass(frozen=True)
class Environment:
    """What a peer needs.

    Attributes:
        packages: What pip installs; nothing if this interpreter's packages do.
        variables: Environment variables of its process.
    """

    packages: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)


_CPU_TORCH = "torch"
PEERS: dict[str, Environment] = {
    "addax": Environment(),
    "jax": Environment(),
    "keras-jax": Environment(variables={"KERAS_BACKEND": "jax"}),
    "keras-tensorflow": Environment(
        ("tensorflow-cpu>=2.20", "keras>=3.12"),
        {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"},
    ),
    "keras-torch": Environment((_CPU_TORCH, "keras>=3.12"), {"KERAS_BACKEND": "torch"}),
    "torch": Environment((_CPU_TORCH,)),
}


def python(peer: str) -> str:
    """The interpreter that has the peer; makes its environment the first time."""
    packages = PEERS[peer].packages
    if not packages:
        return sys.executable
    # Peers that need the same packages, but for one that has more, share a folder.
    name = "tensorflow" if "tensorflow" in peer else "torch"
    folder = HOME / name
    interpreter, stamp = folder / "bin" / "python", folder / ".installed"
    if not stamp.exists():
        print(f"Installing {', '.join(packages)} into {folder}", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        more = ("keras>=3.12",) if name == "torch" else ()
        install = [str(interpreter), "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, *packages, *more], check=True)
        stamp.touch()
    return str(interpreter)


class Peer:
    """A peer's process, which works when it is asked and waits otherwise."""

    def __init__(self, name: str, threads: int | None = None) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [python(name), "-m", "benchmarks._worker", name],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **PEERS[name].variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, **request: Any) -> dict[str, Any]:
        """Sends a request and waits for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
