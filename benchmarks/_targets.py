"""What the project set itself, beside what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from benchmarks._report import ratios, table

Parts = Mapping[str, Mapping[str, Any]]
CEILING = "jax"


class Finding(NamedTuple):
    """One target.

    Attributes:
        what: What is claimed.
        measured: The figure.
        bound: What it may be at most.
        unit: What the figure is in.
    """

    what: str
    measured: float
    bound: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the figure keeps to the bound."""
        return self.measured <= self.bound


def _over(entry: Any, peer: str) -> float | None:
    """addax's time over a peer's, the median of the rounds."""
    rows = entry["rows"]
    row = rows.get(peer)
    if not row or row["error"] or not row["seconds"] or not rows["addax"]["seconds"]:
        return None
    return 1 / statistics.median(ratios(row, rows["addax"]))


def training(parts: Parts) -> Iterator[Finding]:
    """Every case against the fastest peer, and against hand-written JAX."""
    for case, entry in parts.get("training", {}).items():
        peers = [p for p in entry["rows"] if p not in ("addax", CEILING, "jax-plain")]
        found = {p: r for p in peers if (r := _over(entry, p)) is not None}
        if found:
            best = max(found, key=lambda p: found[p])
            yield Finding(
                f"{case}: the time of the fastest peer, {best}", found[best], 1
            )
        ceiling = _over(entry, CEILING)
        if ceiling is not None:
            yield Finding(f"{case}: the time of hand-written JAX", ceiling, 1.15)
    mlp = parts.get("training", {}).get("mlp")
    for peer, times in (("torch", 3), ("keras-tensorflow", 5)):
        ratio = mlp and _over(mlp, peer)
        if ratio:
            yield Finding(f"mlp: the time of {peer}", ratio, 1 / times)


def memory(parts: Parts) -> Iterator[Finding]:
    """Peak memory against Keras on TensorFlow."""
    for case, entry in parts.get("training", {}).items():
        rows = entry["rows"]
        theirs = rows.get("keras-tensorflow", {}).get("peak")
        ours = rows["addax"].get("peak")
        if ours and theirs:
            yield Finding(
                f"{case}: the memory of Keras on TensorFlow", ours / theirs, 1
            )


def waiting(parts: Parts) -> Iterator[Finding]:
    """Predictions and whole scripts."""
    one = parts.get("latency", {}).get("predict 1")
    if one and one["seconds"].get("addax"):
        ms = statistics.median(one["seconds"]["addax"]) * 1e3
        yield Finding("predict of one row", ms, 0.15, "ms")
    script = parts.get("start", {}).get("mnist")
    if script and "addax" in script["runs"]:
        runs = script["runs"]
        wall = {
            (peer, kind): [r["wall"] for r in each]
            for peer, kinds in runs.items()
            for kind, each in kinds.items()
        }
        ours, theirs = wall[("addax", "first")], wall.get(("keras-tensorflow", "first"))
        if theirs:
            pairs = zip(ours, theirs, strict=False)
            ratio = statistics.median(a / b for a, b in pairs)
            yield Finding("script, first run: Keras on TensorFlow's time", ratio, 1 / 3)
        again = statistics.median(
            b / a for a, b in zip(ours, wall[("addax", "second")], strict=True)
        )
        yield Finding("script, second run: the first one's time", again, 1)


def growing(parts: Parts) -> Iterator[Finding]:
    """Compiling a deep model."""
    line = parts.get("growth", {}).get("compile")
    if line and CEILING in line["seconds"]:
        ours, theirs = (line["seconds"][p][-1] for p in ("addax", CEILING))
        depth = line["values"][-1]
        yield Finding(f"compiling {depth} layers: raw JAX's time", ours / theirs, 2)


def findings(parts: Parts) -> list[Finding]:
    """All targets for which there are figures."""
    kinds = (training, memory, waiting, growing)
    return [finding for kind in kinds for finding in kind(parts)]


def targets_table(parts: Parts) -> str:
    """What was met and what was missed, the misses first."""
    found = sorted(findings(parts), key=lambda f: f.met)
    met = sum(f.met for f in found)
    lines = [
        [
            f.what,
            f"{f.measured:.2f}{' ' + f.unit if f.unit else ''}",
            f"{f.bound:.2f}",
            "met" if f.met else "**missed**",
        ]
        for f in found
    ]
    head = ("addax takes ... times", "measured", "at most", "")
    return f"{met} of {len(found)} targets are met.\n\n" + table(head, lines)
