"""An epoch of training: addax against Keras on each back end, PyTorch and raw JAX.

Each peer runs in a process of its own; an epoch of one, then an epoch of the next, and
so on, round after round, so that all see the same noise. The loss before training must
agree before anything is timed: same model, same data, same weights.

Run: python -m benchmarks.training [--cases mlp,lstm] [--peers addax,torch] [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from benchmarks._cases import CASES
from benchmarks._harness import machine
from benchmarks._peers import PEERS, Peer

BASE = "addax"


def measure(case: str, names: list[str], rounds: int) -> dict[str, dict[str, Any]]:
    """Losses, seconds an epoch, seconds to the first epoch's end and peak memory."""
    peers = {name: Peer(name) for name in names}
    rows: dict[str, dict[str, Any]] = {}
    try:
        for name, peer in peers.items():
            started = peer.ask(do="start", case=case)
            first = peer.ask(do="epoch") if "error" not in started else started
            rows[name] = {
                "before": started.get("loss"),
                "error": first.get("error"),
                "first": first["seconds"] + started["seconds"],
                "seconds": [],
            }
        for _ in range(rounds):
            for name, peer in peers.items():
                if rows[name]["error"]:
                    continue
                answer = peer.ask(do="epoch")
                rows[name]["seconds"].append(answer["seconds"])
                rows[name].update(after=answer["loss"], peak=answer["peak_mb"])
    finally:
        for peer in peers.values():
            peer.close()
    return rows


def table(case: str, rows: dict[str, dict[str, Any]]) -> str:
    """Markdown: a line a peer, ratios to addax within the round."""
    lines = [
        f"### {case}: {CASES[case].about}",
        "",
        "| peer | s an epoch | times addax (min - max) | first epoch, s "
        "| loss before, after | peak MB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    base = rows[BASE]["seconds"]
    for name, row in rows.items():
        if row["error"]:
            lines.append(f"| {name} | {row['error'][:60]} | | | | |")
            continue
        ratios = [a / b for a, b in zip(row["seconds"], base, strict=True)]
        before = "" if row["before"] is None else f"{row['before']:.4f}"
        lines.append(
            f"| {name} | {statistics.median(row['seconds']):.2f} "
            f"| {statistics.median(ratios):.2f} ({min(ratios):.2f} - {max(ratios):.2f})"
            f" | {row['first']:.1f} | {before}, {row['after']:.4f} "
            f"| {row['peak']:.0f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Times the cases and prints the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"## Training\n\n{machine()}\n")
    for case in options.cases.split(","):
        rows = measure(case, options.peers.split(","), options.rounds)
        print(table(case, rows), flush=True)


if __name__ == "__main__":
    main()
