"""Timing a call."""

from __future__ import annotations

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
