"""Interleaved timing: A B A B ..., medians of ratios.

Shared machines are noisy by a factor of two from minute to minute; two things timed in
turn see the same noise, so only their ratio is reported as a result.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any


class Seconds(float):
    """What a case answers that has measured a part of itself."""


def interleave(
    cases: Mapping[str, Callable[[], Any]], rounds: int = 7, warmup: int = 1
) -> dict[str, list[float]]:
    """Seconds of each case in each round; warm-up rounds are not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for i in range(warmup + rounds):
        for name, run in cases.items():
            began = time.perf_counter()
            result = run()
            taken = time.perf_counter() - began
            if isinstance(result, Seconds):
                taken = float(result)
            if i >= warmup:
                seconds[name].append(taken)
    return seconds


def median_time(run: Callable[[], Any], times: int) -> dict[str, float]:
    """Median seconds of a call, after a few to warm up."""
    for _ in range(min(times, 5)):
        run()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return {"seconds": statistics.median(taken)}


def report(seconds: Mapping[str, list[float]], base: str, title: str) -> str:
    """A table of medians and of ratios to `base`, pair by pair."""
    lines = [f"## {title}", "", machine(), ""]
    lines += [
        "| case | median | ratio to " + base + " (min - max) |",
        "| --- | --- | --- |",
    ]
    for name, values in seconds.items():
        ratios = [a / b for a, b in zip(values, seconds[base], strict=True)]
        lines.append(
            f"| {name} | {_time(statistics.median(values))} | "
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f} - {max(ratios):.2f}) |"
        )
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Processor, system and versions, for the record."""
    import jax

    import addax

    cores = len(jax.devices())
    return (
        f"{platform.machine()}, {_cpus()} cores, {cores} JAX device(s) "
        f"({jax.devices()[0].platform}), Python {platform.python_version()}, "
        f"JAX {jax.__version__}, addax {addax.__version__}"
    )


def _cpus() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


def _time(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} us"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
