"""An epoch of training: addax against Keras on each back end, PyTorch and raw JAX.

Each peer runs in a process of its own; an epoch of one, then an epoch of the next, and
so on, round after round, so that all see the same noise. All get the weights that addax
drew, and nothing is timed before it is known to be the same work: the loss before
training and that of the first epoch must agree with addax's.

Run: python -m benchmarks.training [--cases mlp,lstm] [--peers addax,torch] [--rounds 5]
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks._cases import CASES, find
from benchmarks._options import Options
from benchmarks._peers import PEERS, Peer, processes
from benchmarks._report import training_table

BASE = "addax"
Row = dict[str, Any]

# The loss before training is one computation on one set of numbers. In the first epoch
# the order of the rows, dropout and augmentation are drawn differently (`Case.drift`).
BEFORE = 2e-3
# Half-precision losses differ by their rounding.
BEFORE_HALF = 2e-2


def disagreement(case: str, row: Row, base: Row, gpu: bool = False) -> str | None:
    """What says that a peer does other work than addax, if anything does."""
    exact = find(case).policy == "float32" and not gpu  # there it may be TF32
    before = BEFORE if exact else BEFORE_HALF
    for when, limit in (("before", before), ("during", find(case).drift)):
        a, b = row[when], base[when]
        if not abs(a - b) <= limit * max(abs(b), 0.02):  # NaN disagrees, too
            return f"not timed: loss {when} {a:.4f}, addax {b:.4f}"
    return None


def measure(case: str, options: Options) -> dict[str, Row]:
    """Losses, seconds an epoch, seconds to the first epoch's end and peak memory."""
    able = find(case).peers or tuple(PEERS)
    names = [BASE, *(n for n in options.peers if n != BASE and n in able)]
    with processes(names, options.gpu) as peers:
        return compare(case, peers, options)


def compare(case: str, peers: Mapping[str, Peer], options: Options) -> dict[str, Row]:
    """`measure` in processes that are there, addax's first."""
    rows: dict[str, Row] = {}
    with tempfile.TemporaryDirectory() as folder:
        weights = str(Path(folder) / "weights.npz")
        for name, peer in peers.items():
            rows[name] = row = _first(peer, case, weights)
            if not row["error"] and not rows[BASE]["error"]:
                row["error"] = disagreement(case, row, rows[BASE], options.gpu)
                if row["epoch"] < options.patience / 3:
                    peer.ask("epoch")  # the second still makes room and fills caches
        for _ in range(options.rounds):
            for name, peer in peers.items():
                _timed(peer, rows[name], options.patience)
    return rows


def _first(peer: Peer, case: str, weights: str) -> Row:
    started = peer.ask("start", case=case, weights=weights)
    first = started if "error" in started else peer.ask("epoch")
    return {
        "before": started.get("loss"),
        "during": first.get("loss"),
        "error": first.get("error"),
        "epoch": first.get("seconds", 0.0),
        "first": first.get("seconds", 0.0) + started.get("seconds", 0.0),
        "seconds": [],
        "cpu": [],
    }


def _timed(peer: Peer, row: Row, patience: float) -> None:
    spent = row["seconds"]
    if row["error"] or sum(spent) > patience:
        return
    answer = peer.ask("epoch")
    row["error"] = answer.get("error")
    if not row["error"]:
        spent.append(answer["seconds"])
        row["cpu"].append(answer["cpu"])
        row.update(after=answer["loss"], peak=answer["peak_mb"])


def chosen(options: Options) -> list[str]:
    """The cases to run: those asked for, or all that say something here."""
    if options.cases:
        return [c for c in options.cases if c.partition("@")[0] in CASES]
    return [c for c, case in CASES.items() if options.gpu or case.where != "gpu"]


def run(options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Times the cases, one after the other."""
    for case in chosen(options):
        rows = measure(case, options)
        print(training_table(case, rows), flush=True)
        yield case, {"about": find(case).about, "rows": rows}


if __name__ == "__main__":
    Options.command(run, __doc__)
