"""Networks of `keras.applications`: building, predicting, fine-tuning.

Claims: MobileNetV2 and ResNet50 predict, and MobileNetV2 trains, at least as fast as in
Keras on any back end. Peers are asked in turn, each in a process of its own; what a
first call takes (compiling it) is reported beside the steady time.

Run: python -m benchmarks.applications [--peers keras-jax keras-tensorflow] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._harness import machine
from benchmarks._peers import PEERS, ROOT, python

SIZE, BATCH, STEPS = 128, 16, 4


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


# What to time, made from `keras`; the time of one call is divided by the number.
CASES: dict[str, tuple[Callable[[Any], Callable[[], Any]], int]] = {
    "MobileNetV2, predict 1": (lambda k: _predict(k, "MobileNetV2", 1), 1),
    "MobileNetV2, predict 16": (lambda k: _predict(k, "MobileNetV2", 16), 1),
    "ResNet50, predict 1": (lambda k: _predict(k, "ResNet50", 1), 1),
    "ResNet50, predict 16": (lambda k: _predict(k, "ResNet50", 16), 1),
    "MobileNetV2, a step, frozen": (lambda k: _tune(k, True), STEPS),
    "MobileNetV2, a step, unfrozen": (lambda k: _tune(k, False), STEPS),
}


def work(peer: str) -> None:
    """Answers, line by line: makes a case, or runs the case that was made."""
    if peer == "addax":
        from addax import keras
    else:
        import keras
    run: Any = None
    for line in sys.stdin:
        name = line.strip()
        began = time.perf_counter()
        if name:
            keras.utils.clear_session()
            make, _ = CASES[name]
            run = make(keras)
        else:
            run()
        print(json.dumps(time.perf_counter() - began), flush=True)


class Worker:
    """A peer's process."""

    def __init__(self, peer: str) -> None:
        self._process = subprocess.Popen(
            [python(peer), "-m", "benchmarks.applications", "--worker", peer],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **PEERS[peer].variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, name: str = "") -> float:
        """Seconds of making a case; without a name, of running it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            try:
                return float(json.loads(line))
            except ValueError:  # something that the library printed
                continue
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
    print("| case | peer | build, s | first call, s | then, ms | addax / peer |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for name, (_, calls) in CASES.items():
        if arguments.cases not in name:
            continue
        built = {peer: w.ask(name) for peer, w in workers.items()}
        first = {peer: w.ask() for peer, w in workers.items()}
        taken: dict[str, list[float]] = {peer: [] for peer in workers}
        for _ in range(arguments.rounds):
            for peer, worker in workers.items():
                taken[peer].append(worker.ask() / calls * 1e3)
        for peer, values in taken.items():
            pairs = zip(taken["addax"], values, strict=True)
            ratio = statistics.median(a / b for a, b in pairs)
            print(
                f"| {name} | {peer} | {built[peer]:.1f} | {first[peer]:.1f} | "
                f"{statistics.median(values):.1f} | {ratio:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
