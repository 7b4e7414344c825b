"""Networks of `keras.applications`: building, predicting, fine-tuning.

Claims: MobileNetV2 and ResNet50 predict, and MobileNetV2 trains, at least as fast as in
Keras on any back end and as PyTorch's own (`torch`; `torch-last`: its memory format
with the channels last). Peers are asked in turn, each in a process of its own; what a
first call takes (compiling it) is reported beside the steady time. On a machine that
others use, the ratio of processor seconds says more than that of the clock's.

Run: python -m benchmarks.applications [--peers keras-tensorflow torch] [--rounds 5]
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._machine import machine
from benchmarks._peers import PEERS, ROOT, python

SIZE, BATCH, STEPS = 128, 16, 4
# With the moving means and variances; checked of PyTorch's networks before they run,
# of addax's by tests/benchmarks
PARAMETERS = {"MobileNetV2": 3_538_984, "ResNet50": 25_636_712}
LAST = "torch-last"


def _predict(keras: Any, network: str, count: int) -> Callable[[], Any]:
    model = getattr(keras.applications, network)(weights=None)
    images = np.random.default_rng(0).random((count, 224, 224, 3), np.float32)
    return lambda: model.predict(images, batch_size=count, verbose=0)


def _tune(keras: Any, frozen: bool) -> Callable[[], Any]:
    base = keras.applications.MobileNetV2(
        weights=None, include_top=False, input_shape=(SIZE, SIZE, 3), pooling="avg"
    )
    base.trainable = not frozen
    model = keras.Sequential([base, keras.layers.Dense(5, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    random = np.random.default_rng(0)
    x = random.random((BATCH * STEPS, SIZE, SIZE, 3), np.float32)
    y = random.integers(0, 5, BATCH * STEPS)
    return lambda: model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0)


# What to time, and by how much the time of one call is divided
CASES: dict[str, tuple[tuple[Any, ...], int]] = {
    "MobileNetV2, predict 1": (("predict", "MobileNetV2", 1), 1),
    "MobileNetV2, predict 16": (("predict", "MobileNetV2", 16), 1),
    "ResNet50, predict 1": (("predict", "ResNet50", 1), 1),
    "ResNet50, predict 16": (("predict", "ResNet50", 16), 1),
    "MobileNetV2, a step, frozen": (("tune", True), STEPS),
    "MobileNetV2, a step, unfrozen": (("tune", False), STEPS),
}


def _maker(peer: str) -> Callable[[str], Callable[[], Any]]:
    """What makes a peer's cases by name."""
    if peer.startswith("torch"):
        torch = importlib.import_module("benchmarks._torch_networks")
        assert {name: torch.parameters(name) for name in PARAMETERS} == PARAMETERS
        return lambda name: torch.case(
            CASES[name][0], last=peer == LAST, size=SIZE, batch=BATCH, steps=STEPS
        )
    keras: Any = importlib.import_module("addax.keras" if peer == "addax" else "keras")

    def make(name: str) -> Callable[[], Any]:
        keras.utils.clear_session()
        kind, *options = CASES[name][0]
        return {"predict": _predict, "tune": _tune}[kind](keras, *options)

    return make


def work(peer: str) -> None:
    """Answers, line by line: makes a case, or runs the case that was made."""
    make, run = _maker(peer), None
    for line in sys.stdin:
        name = line.strip()
        began = time.perf_counter(), time.process_time()
        if name:
            run = make(name)
        elif run is not None:
            run()
        taken = time.perf_counter() - began[0], time.process_time() - began[1]
        print(json.dumps(taken), flush=True)


class Worker:
    """A peer's process."""

    def __init__(self, peer: str) -> None:
        home = "torch" if peer == LAST else peer
        self._process = subprocess.Popen(
            [python(home), "-m", "benchmarks.applications", "--worker", peer],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **PEERS[home].variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, name: str = "") -> tuple[float, float]:
        """Seconds of making a case; without a name, of running it.

        Returns:
            Those of the clock and those of the processors.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            try:
                clock, processors = json.loads(line)
            except (TypeError, ValueError):  # something that the library printed
                continue
            return clock, processors
        raise RuntimeError(f"the process ended at {name!r}")


def main() -> None:
    """Prints a table for each peer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", nargs="*", default=["keras-jax"])
    parser.add_argument(
        "--cases", default="", help="only those with this in their name"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.worker)
        return
    workers = {peer: Worker(peer) for peer in ["addax", *arguments.peers]}
    print(f"## Networks of keras.applications\n\n{machine()}\n")
    print(
        "| case | peer | build, s | first call, s | then, ms | addax / peer "
        "| the same of processor seconds |"
    )
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for name, (_, calls) in CASES.items():
        if arguments.cases in name:
            _report(name, calls, workers, arguments.rounds)


def _report(name: str, calls: int, workers: dict[str, Worker], rounds: int) -> None:
    """Times a case and prints a row for each peer."""
    built = {peer: w.ask(name)[0] for peer, w in workers.items()}
    first = {peer: w.ask()[0] for peer, w in workers.items()}
    taken: dict[str, list[tuple[float, float]]] = {peer: [] for peer in workers}
    for _ in range(rounds):
        for peer, worker in workers.items():
            taken[peer].append(worker.ask())
    for peer, values in taken.items():
        pairs = list(zip(taken["addax"], values, strict=True))
        clock, processors = (
            statistics.median(a[i] / b[i] for a, b in pairs) for i in range(2)
        )
        print(
            f"| {name} | {peer} | {built[peer]:.1f} | {first[peer]:.1f} | "
            f"{statistics.median(v[0] for v in values) / calls * 1e3:.1f} | "
            f"{clock:.2f} | {processors:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
