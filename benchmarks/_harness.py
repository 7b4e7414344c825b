"""Timing a call, and a line about the machine."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from typing import Any


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
