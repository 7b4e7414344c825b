"""All benchmarks: measures, keeps the figures, writes the tables and the plots.

    python -m benchmarks                                   everything, about 25 minutes
    python -m benchmarks --parts training --cases mlp,cnn  a part of it
    python -m benchmarks --report                          only the tables and plots

Each case replaces what `results.json` holds of it as soon as it is measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import growth, inputs, latency, start, training
from benchmarks._machine import accelerator, describe, load, versions
from benchmarks._options import Options
from benchmarks._results import FOLDER, Results
from benchmarks._write import write

PARTS: dict[str, Callable[[Options], Iterator[tuple[str, dict[str, Any]]]]] = {
    "training": training.run,
    "latency": latency.run,
    "start": start.run,
    "inputs": inputs.run,
    "growth": growth.run,
}
NO_GPU = """\
JAX sees no GPU here, so there is nothing to measure.
On a machine with an NVIDIA GPU: install JAX for it beside addax, then try again:

    .venv/bin/python -m pip install "jax[cuda13]"
"""


def main() -> int:
    """Runs what was asked for."""
    parser = Options.add(argparse.ArgumentParser(prog="python -m benchmarks"))
    parser.add_argument("--parts", default=",".join(PARTS), help="a,b,...")
    parser.add_argument("--out", type=Path, help="a folder for all that is written")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    arguments = parser.parse_args()
    options = Options.of(arguments)
    suffix = "-gpu" if options.gpu else ""
    results = Results((arguments.out or FOLDER) / f"results{suffix}.json")
    if not arguments.report:
        gpu = accelerator() if options.gpu else ""
        if options.gpu and not gpu:
            print(NO_GPU)
            return 0
        results.about = {
            "machine": describe() | ({"gpu": gpu} if gpu else {}),
            "versions": versions(list(options.peers), options.gpu),
        }
        for part in filter(None, arguments.parts.split(",")):
            _measure(part, options, results)
    for path in write(results, arguments.out, suffix):
        print(f"wrote {os.path.relpath(path)}")
    return 0


def _measure(part: str, options: Options, results: Results) -> None:
    print(f"### {part}\n", flush=True)
    began = last = time.perf_counter()
    for case, entry in PARTS[part](options):
        now = time.perf_counter()
        results.put(part, case, {"load": load(), **entry})
        print(f"[{part}/{case}: {now - last:.0f} s, load {load():.1f}]\n", flush=True)
        last = now
    print(f"[{part}: {time.perf_counter() - began:.0f} s]\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
