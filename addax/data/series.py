"""Windows over a series: views of it, taken out of it a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from addax.data import nest
from addax.data.columns import Columns
from addax.data.specs import spec_of, unbatched
from addax.data.stage import Run, Stage


class Windows(Stage):
    """Windows that start at given times, each with a target if there are any.

    Args:
        series: An array whose first axis is time.
        targets: What goes with the window that starts at a time; may be `None`.
        starts: Where the windows start.
        length: How many times a window holds.
        rate: From one time to the next within a window.
    """

    name = "timeseries_dataset_from_array"

    def __init__(
        self,
        series: np.ndarray[Any, Any],
        targets: np.ndarray[Any, Any] | None,
        starts: np.ndarray[Any, Any],
        length: int,
        rate: int,
    ) -> None:
        span = (length - 1) * rate + 1
        self._starts = starts
        if len(series) < span:  # no window at all
            empty = np.zeros((0, length, *series.shape[1:]), series.dtype)
            views: Any = empty
        else:
            # A view: no element of the series is copied before a batch is made.
            views = np.lib.stride_tricks.sliding_window_view(series, span, axis=0)
            views = np.moveaxis(views, -1, 1)[:, ::rate]
        count = len(views) if targets is None else min(len(views), len(targets))
        self._arrays: Any = views[:count]
        if targets is not None:
            self._arrays = (self._arrays, targets[:count])

    def iterate(self, run: Run) -> Iterator[Any]:
        for i in self._starts:
            yield nest.map_leaves(lambda a, i=i: a[i], self._arrays)

    def columns(self) -> Any:
        return Columns(self._arrays)

    def order(self, run: Run) -> Iterator[int]:
        return iter(self._starts.tolist())

    def spec(self) -> Any:
        return unbatched(spec_of(self._arrays))

    def count(self) -> int:
        return len(self._starts)
