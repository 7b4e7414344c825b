"""How cost grows: time a step against the sizes of model and data, and compiling.

Each line is a family of cases with one parameter that doubles or so; beside addax, the
same in hand-written JAX. The exponent of a power law is fitted to the upper half of the
points, where fixed costs no longer count: 1 means that time grows in proportion.

Claim: a model of 100 layers compiles in at most twice the time of raw JAX's.

Run: python -m benchmarks.growth [--cases width,depth] [--peers jax]
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from benchmarks._cases import find
from benchmarks._options import Options
from benchmarks._peers import Peer, processes
from benchmarks._report import growth_table
from benchmarks.training import BASE, Row, compare

ROUNDS = 3  # of each point: a line has several


class Line(NamedTuple):
    """One parameter that grows.

    Attributes:
        case: The case, the parameter's value to be put into it.
        values: What it grows through.
        about: What is on the axis.
        compiling: Whether the time of compiling is meant, not that of a step.
    """

    case: str
    values: Sequence[int]
    about: str
    compiling: bool = False


LINES: dict[str, Line] = {
    "batch": Line(
        "deep@width=256,rows=8192,batch={}",
        (16, 64, 256, 1024, 4096),
        "batch size (2 Dense(256))",
    ),
    "width": Line(
        "deep@rows=1600,width={}", (16, 64, 256, 1024), "width (2 layers, batch 32)"
    ),
    "depth": Line(
        "deep@width=128,rows=1600,depth={}",
        (1, 4, 16, 64),
        "depth (Dense(128), batch 32)",
    ),
    "length": Line(
        "long@rows=256,length={}",
        (25, 50, 100, 200, 400),
        "words (Embedding, LSTM(64), batch 64)",
    ),
    "rows": Line(
        "deep@rows={}", (1024, 8192, 65_536, 524_288), "rows (2 Dense(64), batch 32)"
    ),
    "compile": Line(
        "deep@width=32,rows=32,depth={}",
        (1, 10, 25, 50, 100),
        "depth (Dense(32)), seconds to compile",
        compiling=True,
    ),
}


def exponent(values: Sequence[float], seconds: Sequence[float]) -> float:
    """The power with which time grows, in the upper half of the points."""
    upper = slice(len(values) // 2 - (len(values) < 5), None)
    x, y = np.log(values[upper]), np.log(seconds[upper])
    return float(np.polyfit(x, y, 1)[0])


def measure(line: Line, options: Options) -> dict[str, list[float]]:
    """Seconds a step, or of compiling, of each peer at each value."""
    names = [BASE, *(p for p in options.peers if p == "jax")]
    found: dict[str, list[float]] = {name: [] for name in names}
    with processes(names, options.gpu) as peers:
        for value in line.values:
            name = line.case.format(value)
            point = _compiling if line.compiling else _stepping
            for peer, seconds in point(name, peers, options).items():
                found[peer].append(seconds)
    return found


def _stepping(
    name: str, peers: Mapping[str, Peer], options: Options
) -> dict[str, float]:
    case = find(name)
    steps = -(-case.rows // case.batch)
    rows = _rows(name, peers, replace(options, rounds=ROUNDS))
    return {p: statistics.median(r["seconds"]) / steps for p, r in rows.items()}


def _compiling(
    name: str, peers: Mapping[str, Peer], options: Options
) -> dict[str, float]:
    """The first epoch less a steady one, in turn; nothing is kept between turns."""
    turns = [_rows(name, peers, replace(options, rounds=1)) for _ in range(ROUNDS)]
    return {
        p: statistics.median(rows[p]["epoch"] - rows[p]["seconds"][0] for rows in turns)
        for p in peers
    }


def _rows(name: str, peers: Mapping[str, Peer], options: Options) -> dict[str, Row]:
    rows = compare(name, peers, options)
    for peer, row in rows.items():
        if row["error"]:
            raise RuntimeError(f"{peer}, {name}: {row['error']}")
    return rows


def run(options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Measures the lines."""
    for name in [c for c in options.cases if c in LINES] or LINES:
        line = LINES[name]
        try:
            found = measure(line, options)
        except RuntimeError as error:  # other lines go on
            print(f"{name}: {error}\n", flush=True)
            continue
        powers = {peer: exponent(line.values, found[peer]) for peer in found}
        entry = {
            "about": line.about,
            "values": list(line.values),
            "seconds": found,
            "exponents": powers,
            "compiling": line.compiling,
        }
        print(growth_table(name, entry), flush=True)
        yield name, entry


if __name__ == "__main__":
    Options.command(run, __doc__)
