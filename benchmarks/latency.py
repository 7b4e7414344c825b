"""How long a user waits for a prediction: one row, and 10,000.

Claim: `predict` of one row takes at most 0.15 ms. Peers take turns, some calls each; a
turn's figure is the median of its calls.

Run: python -m benchmarks.latency [--peers addax,torch] [--rounds 5]
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks._options import Options
from benchmarks._peers import processes
from benchmarks._report import latency_table

# The call and how often it is made in a turn.
CALLS = {
    "predict 1": 100,
    "predict_on_batch 1": 100,
    "model(x) 1": 100,
    "predict 10,000": 5,
}


def measure(options: Options) -> dict[str, dict[str, list[float]]]:
    """Seconds a call: for each kind of call and each peer, a figure a round."""
    names = ["addax", *(p for p in options.peers if p != "addax")]
    found: dict[str, dict[str, list[float]]] = {call: {} for call in CALLS}
    with processes(names, options.gpu) as peers, tempfile.TemporaryDirectory() as at:
        for peer in peers.values():
            # The MLP of the training cases; only as many rows as are predicted.
            weights = str(Path(at) / "weights.npz")
            peer.ask("start", case="mlp@rows=10000", weights=weights)
        for _ in range(options.rounds):
            for call, times in CALLS.items():
                for name, peer in peers.items():
                    answer = peer.ask("calls", what=call, times=times)
                    if "error" not in answer:
                        found[call].setdefault(name, []).append(answer["seconds"])
    return found


def run(options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Times the calls."""
    found = measure(options)
    print(latency_table(found), flush=True)
    for call, seconds in found.items():
        yield call, {"seconds": seconds}


if __name__ == "__main__":
    Options.command(run, __doc__)
