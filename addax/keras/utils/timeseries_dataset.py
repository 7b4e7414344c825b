"""`timeseries_dataset_from_array`: windows over a series."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import floatx
from addax.data import Dataset
from addax.data.batching import Batch
from addax.data.elements import to_array
from addax.data.order import Shuffle
from addax.data.series import Windows
from addax.data.stage import AUTOTUNE
from addax.data.storage import Prefetch
from addax.keras.utils.image_dataset import check_format


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Dataset:
    """A dataset of windows over a series, each with a target.

    Args:
        data: The series, an array whose first axis is time.
        targets: What goes with the window that starts at a time, an array as long;
            `None` for windows alone.
        sequence_length: How many times a window holds.
        sequence_stride: From the start of one window to that of the next.
        sampling_rate: From one time to the next within a window.
        batch_size: How many windows go into one batch; single ones if `None`.
        shuffle: Whether each pass has another order.
        seed: A seed for the order.
        start_index: Times before this are left out.
        end_index: Times from this on are left out.
        format: `"tf"`, for a `tf.data.Dataset`.

    Returns:
        A `tf.data.Dataset` of windows, with their targets if there are any.

    Raises:
        ValueError: If arguments are wrong.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> series = np.arange(10)
    >>> windows = keras.utils.timeseries_dataset_from_array(
    ...     series[:-3], series[3:], sequence_length=3, batch_size=2)
    >>> x, y = next(iter(windows))
    >>> x.numpy().tolist(), y.numpy().tolist()
    ([[0, 1, 2], [1, 2, 3]], [3, 4])
    """
    check_format(format)
    steps = (("sequence_length", sequence_length), ("sequence_stride", sequence_stride))
    for name, value in (*steps, ("sampling_rate", sampling_rate)):
        if value <= 0 or (value >= len(data) and name != "sequence_length"):
            raise ValueError(
                explain(
                    f"`{name}` is at least 1, and less than the length of the data.",
                    received={name: value, "len(data)": len(data)},
                )
            )
    start, end = start_index or 0, len(data) if end_index is None else end_index
    if not 0 <= start < len(data) or not start < end <= len(data):
        raise ValueError(
            explain(
                "`start_index` and `end_index` are times of the data, one before the "
                "other.",
                received={
                    "start_index": start_index,
                    "end_index": end_index,
                    "len(data)": len(data),
                },
            )
        )
    series = _numbers(data)[start:end]
    goals = None if targets is None else _numbers(targets)[start:end]
    count = len(series) - (sequence_length - 1) * sampling_rate
    if goals is not None:
        count = min(count, len(goals))
    starts = np.arange(0, max(count, 0), sequence_stride)
    stage: Any = Windows(series, goals, starts, sequence_length, sampling_rate)
    if shuffle:
        stage = Shuffle(stage, max(1, len(starts)), seed, True)
    if batch_size is not None:
        stage = Batch(stage, batch_size, False)
    return Dataset(Prefetch(stage, AUTOTUNE))


def _numbers(values: Any) -> np.ndarray[Any, Any]:
    array = np.asarray(to_array(values))
    return array.astype(floatx().name) if array.dtype == np.float64 else array
