"""Training fed in different ways: arrays, a `Dataset`, a generator, a folder of images.

The same MLP and the same rows, so that the difference is what the feeding takes.

Run: python -m benchmarks.inputs [--cases input-arrays] [--peers addax,torch]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks._cases import INPUTS, find
from benchmarks._options import Options
from benchmarks._report import training_table
from benchmarks.training import measure


def run(options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Times the cases, one after the other."""
    for case in [c for c in options.cases if c in INPUTS] or INPUTS:
        rows = measure(case, options)
        print(training_table(case, rows), flush=True)
        yield case, {"about": find(case).about, "rows": rows}


if __name__ == "__main__":
    Options.command(run, __doc__)
