"""How long a user waits: one row predicted, and the import.

Claims: `model.predict(x[:1])` takes at most 0.5 ms; `import addax` takes at most JAX's
own import and 0.15 s, and so does importing what a script then uses.

Run: python -m benchmarks.latency
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from addax import keras
from benchmarks._harness import machine


def median_us(run: Callable[[], Any], times: int = 500) -> float:
    """Median microseconds of a call, after ten to warm up."""
    for _ in range(10):
        run()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


def import_seconds(code: str) -> float:
    """Wall time of a fresh interpreter that runs some imports."""
    # As for a user, whose Python keeps the compiled modules.
    keeps = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=keeps)
    return time.perf_counter() - began


def main() -> None:
    """Prints the figures."""
    model = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    x = np.random.default_rng(0).random((10_000, 784), dtype="float32")
    print("## Latency\n\n" + machine() + "\n")
    print("| call | median |\n| --- | --- |")
    for name, run in {
        "predict(x[:1], verbose=0)": lambda: model.predict(x[:1], verbose=0),
        "predict_on_batch(x[:1])": lambda: model.predict_on_batch(x[:1]),
        "model(x[:1])": lambda: model(x[:1]).numpy(),
    }.items():
        print(f"| {name} | {median_us(run):.0f} us |")
    big = median_us(lambda: model.predict(x, verbose=0), times=20)
    print(f"| predict(x), 10,000 rows | {big / 1e3:.1f} ms |")

    print("\n| import | on top of `import jax` (median of 6) |\n| --- | --- |")
    for code in (
        "import addax",
        "from addax import keras; keras.Sequential, keras.layers.Dense",
        "from addax import tf; tf.constant, tf.keras.layers",
    ):
        rounds = [
            (import_seconds("import jax"), import_seconds(code)) for _ in range(7)
        ]
        extra = statistics.median(b - a for a, b in rounds[1:])
        print(f"| `{code}` | {extra * 1e3:+.0f} ms |")


if __name__ == "__main__":
    main()
