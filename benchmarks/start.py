"""The whole script of the MNIST example, from `python` to its end.

Claims: the first run takes at most a third of the time that it takes on Keras with
TensorFlow; the second starts faster, since compiled programs are kept; the median test
accuracy is above 97 %. Each round has another seed. A first run finds an empty folder
of compiled programs, a second one what the first left there. Peers other than addax
keep none unless told to, and are not told to.

Run: python -m benchmarks.start [--peers addax,keras-tensorflow] [--rounds 3]
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import _data
from benchmarks._options import Options
from benchmarks._peers import ROOT, python, surroundings
from benchmarks._report import start_table

EPOCHS, ROUNDS = 5, 3
MNIST = ROOT.parent / "shared" / "data" / "mnist.npz"
# Takes minutes, and says nothing about starting that a training case does not.
SLOW = ("keras-torch", "torch-compiled", "jax-plain")
# Who keeps programs, so that a second run is another thing.
KEEPING = {"addax": ("first", "second")}
LIMIT = 180.0  # seconds, for one script


def data() -> dict[str, Any]:
    """MNIST where it is at hand, made-up data of its size elsewhere."""
    if MNIST.exists():
        with np.load(MNIST) as file:
            x, tx = (
                file[k].reshape(-1, 784).astype("float32") / 255
                for k in ("x_train", "x_test")
            )
            y, ty = (file[k].astype("int32") for k in ("y_train", "y_test"))
    else:
        x, y = _data.pictures(60_000, 784)
        tx, ty = x[:10_000], y[:10_000]
    return {"x": x, "y": y, "tx": tx, "ty": ty}


def once(
    peer: str, path: Path, cache: Path, seed: int, options: Options
) -> dict[str, float]:
    """Wall time of one run, and the marks that the script set."""
    env = surroundings(peer, options.gpu)
    env |= {"ADDAX_COMPILE_CACHE": "1", "ADDAX_COMPILE_CACHE_DIR": str(cache)}
    # As for users, whose Python keeps the modules that it compiled.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    code = ["-m", "benchmarks._script", peer, str(path), str(EPOCHS), str(seed)]
    began = time.perf_counter()
    answer = subprocess.run(
        [python(peer, options.gpu), *code],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    wall = time.perf_counter() - began
    if answer.returncode:
        raise RuntimeError(answer.stderr.strip().rpartition("\n")[2])
    return {**json.loads(answer.stdout.strip().splitlines()[-1]), "wall": wall}


def measure(options: Options) -> dict[str, dict[str, list[dict[str, float]]]]:
    """The first and the second run of each peer, in each round."""
    names = [p for p in options.peers if p not in SLOW]
    runs: dict[str, Any] = {name: {"first": [], "second": []} for name in names}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        np.savez(path, **data())
        for turn in range(min(options.rounds, ROUNDS)):
            for name in list(names):
                cache = Path(folder) / f"{name}-{turn}"
                try:
                    for which in KEEPING.get(name, ("first",)):
                        found = once(name, path, cache, turn, options)
                        runs[name][which].append(found)
                except (RuntimeError, subprocess.TimeoutExpired) as error:
                    print(f"{name}: {error}"[:300])
                    names.remove(name)  # others go on
    return {name: run for name, run in runs.items() if run["first"]}


def run(options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Times the scripts."""
    found = measure(options)
    print(start_table(found), flush=True)
    yield "mnist", {"runs": found, "epochs": EPOCHS}


if __name__ == "__main__":
    Options.command(run, __doc__)
