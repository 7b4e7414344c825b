"""The libraries that addax is compared with, each in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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


_TORCH = ("torch",)
_KERAS = ("keras>=3.12",)
PEERS: dict[str, Environment] = {
    "addax": Environment(),
    "jax": Environment(),
    "torch": Environment(_TORCH),
    "keras-tensorflow": Environment(
        ("tensorflow-cpu>=2.20", *_KERAS),
        {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"},
    ),
    "keras-jax": Environment(variables={"KERAS_BACKEND": "jax"}),
    "keras-torch": Environment((*_TORCH, *_KERAS), {"KERAS_BACKEND": "torch"}),
    "torch-compiled": Environment(_TORCH),
    "jax-plain": Environment(),
}
# JAX without addax's kernels says what they bring: it is asked for by name.
USUAL = tuple(name for name in PEERS if name != "jax-plain")
_ON_GPU = {"tensorflow-cpu>=2.20": "tensorflow[and-cuda]>=2.20"}


def python(peer: str, gpu: bool = False) -> str:
    """The interpreter that has the peer; makes its environment the first time."""
    packages = PEERS[peer].packages
    if not packages:
        return sys.executable
    # Peers that need the same packages, but for one that has more, share a folder.
    name = "tensorflow" if "tensorflow" in peer else "torch"
    folder = HOME / (f"{name}-gpu" if gpu else name)
    interpreter, stamp = folder / "bin" / "python", folder / ".installed"
    if not stamp.exists():
        packages = tuple(_ON_GPU.get(p, p) if gpu else p for p in packages)
        print(f"Installing {', '.join(packages)} into {folder}", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        more = _KERAS if name == "torch" else ()
        install = [str(interpreter), "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, *packages, *more], check=True)
        stamp.touch()
    return str(interpreter)


# The peers' processes live side by side: none may take the whole GPU.
_SHARE = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}


def surroundings(peer: str, gpu: bool = False) -> dict[str, str]:
    """The environment variables of a peer's process.

    Programs are compiled anew each time: what is compared is what a first run takes.
    """
    device = _SHARE if gpu else {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ADDAX_COMPILE_CACHE": "0",
        **device,
        **PEERS[peer].variables,
    }


class Peer:
    """A peer's process, which works when it is asked and waits otherwise."""

    def __init__(self, name: str, gpu: bool = False) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [python(name, gpu), "-m", "benchmarks._worker", name],
            cwd=ROOT,
            env=surroundings(name, gpu),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """Calls a method of the peer and waits for what it answers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **request}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()


@contextmanager
def processes(names: Iterable[str], gpu: bool = False) -> Iterator[dict[str, Peer]]:
    """The peers of these names, ended when the block ends."""
    peers = {name: Peer(name, gpu) for name in names}
    try:
        yield peers
    finally:
        for peer in peers.values():
            peer.close()
