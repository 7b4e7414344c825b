"""`TimeseriesGenerator`: batches of windows over a series."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras.utils.py_dataset import PyDataset


class TimeseriesGenerator(PyDataset):
    """Windows over a series, each with the target at the time after it.

    Args:
        data: The series, an array (or list) whose first axis is time.
        targets: The targets, as long as `data`.
        length: How many times a window spans.
        sampling_rate: From one time to the next within a window.
        stride: From the start of one window to that of the next.
        start_index: Times before this are left out.
        end_index: Times after this are left out.
        shuffle: Whether windows come in random order.
        reverse: Whether a window's times come in reverse.
        batch_size: How many windows go into one batch.
        **kwargs: Options of `PyDataset`.

    Raises:
        ValueError: If data and targets differ in length, or no window fits.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> series = np.arange(6)
    >>> windows = keras.preprocessing.sequence.TimeseriesGenerator(
    ...     series, series, length=3, batch_size=2)
    >>> windows[0]
    (array([[0, 1, 2],
           [1, 2, 3]]), array([3, 4]))
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if len(data) != len(targets):
            raise ValueError(
                explain(
                    "There must be a target for each time.",
                    received={"len(data)": len(data), "len(targets)": len(targets)},
                )
            )
        self.data, self.targets = data, targets
        self.length, self.sampling_rate, self.stride = length, sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise ValueError(
                explain(
                    "No window fits.",
                    received={
                        "length": length,
                        "start_index": start_index,
                        "end_index": self.end_index,
                    },
                    why="A window starts at start_index or later, and its target is "
                    "`length` times after its start, at end_index at the latest.",
                )
            )

    def __len__(self) -> int:
        times = self.end_index - self.start_index + 1
        return -(-times // (self.batch_size * self.stride))

    def __getitem__(self, index: int) -> Any:
        if self.shuffle:
            rows = np.random.randint(
                self.start_index, self.end_index + 1, size=self.batch_size
            )
        else:
            first = self.start_index + self.batch_size * self.stride * index
            last = min(first + self.batch_size * self.stride, self.end_index + 1)
            rows = np.arange(first, last, self.stride)
        step = slice(None, None, -1) if self.reverse else slice(None)
        samples = np.array(
            [self.data[row - self.length : row : self.sampling_rate] for row in rows]
        )
        targets = np.array([self.targets[row] for row in rows])
        return samples[:, step], targets

    def get_config(self) -> dict[str, Any]:
        """The arguments as values for JSON.

        Raises:
            TypeError: If the data cannot be written as JSON.
        """
        lists = {}
        for name in ("data", "targets"):
            value = getattr(self, name)
            value = value.tolist() if isinstance(value, np.ndarray) else value
            try:
                lists[name] = json.dumps(value)
            except TypeError as error:
                raise TypeError(
                    explain(f"`{name}` cannot be written as JSON.", why=str(error))
                ) from error
        kept = ("batch_size", "end_index", "length", "reverse", "sampling_rate")
        more = ("shuffle", "start_index", "stride")
        return lists | {name: getattr(self, name) for name in (*kept, *more)}

    def to_json(self, **kwargs: Any) -> str:
        """The generator as text.

        Args:
            **kwargs: Options for `json.dumps`.
        """
        config = {"class_name": type(self).__name__, "config": self.get_config()}
        return json.dumps(config, **kwargs)
