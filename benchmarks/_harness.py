"""Timing a call."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

_PATIENCE = 1.0  # seconds; what takes longer is timed fewer times, but once


def median_time(run: Callable[[], Any], times: int) -> dict[str, float]:
    """Median seconds of a call, after a few to warm up."""
    _times(run, min(times, 5))
    return {"seconds": statistics.median(_times(run, times))}


def _times(run: Callable[[], Any], times: int) -> list[float]:
    taken: list[float] = []
    while len(taken) < times and sum(taken) < _PATIENCE:
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return taken
