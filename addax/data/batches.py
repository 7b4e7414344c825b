"""What training asks of a dataset: its batches on the host, or its arrays as a table.

A dataset that only chooses among rows of arrays (`from_tensor_slices`, then `shuffle`,
`take`, `repeat`, `cache` and the like, then `batch`) is a table and, for each pass, the
order of its rows. Training then puts the table on the device once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from addax.data import nest
from addax.data.batching import Batch
from addax.data.columns import Columns
from addax.data.dataset import Dataset
from addax.data.order import Shuffle
from addax.data.stage import Run, Stage
from addax.data.storage import Prefetch


class Batches:
    """The batches of a dataset, for training.

    Args:
        dataset: The dataset.
    """

    def __init__(self, dataset: Dataset) -> None:
        stage = dataset._stage
        if isinstance(stage, Prefetch):  # whoever trains works ahead anyway
            stage = stage.sources[0]
        self._stage = stage
        self._run = Run(dataset.options())

    def __iter__(self) -> Iterator[Any]:
        """The batches of one pass, as arrays on the host."""
        return self._stage.iterate(self._run)

    def state(self) -> list[Any]:
        """Where the random numbers of the pipeline are, as values for JSON."""
        return [random.state() for random in self._stage.random_states()]

    def restore(self, state: list[Any]) -> None:
        """Goes back to such a state."""
        for random, each in zip(self._stage.random_states(), state, strict=True):
            random.restore(each)

    @property
    def table(self) -> Table | None:
        """The table of the dataset, if it is one."""
        stage = self._stage
        if not isinstance(stage, Batch):
            return None
        columns, count = stage.sources[0].columns(), stage.sources[0].count()
        if columns is None or not columns.fixed or count <= 0:
            return None
        return Table(stage, columns, count, self._run)


class Table:
    """Arrays, and for each pass the order of their rows.

    Attributes:
        count: How many rows a pass has; leftover ones that it drops do not count.
        batch_size: How many go into one batch.
        nbytes: How much memory the arrays take.
        in_order: Whether all rows come, one after the other.
    """

    def __init__(self, stage: Batch, columns: Columns, count: int, run: Run) -> None:
        self.batch_size = min(stage.size, count)
        self.count = count - count % stage.size if stage.drop else count
        self._columns = columns
        self._rows = stage.sources[0]
        self._run = run
        self.in_order = self._rows.in_order and self.count == columns.count
        leaves = nest.flatten(columns.spec())
        sizes = [int(np.prod(a.shape, dtype=np.int64)) * a.dtype.size for a in leaves]
        self.nbytes = columns.count * sum(sizes)

    def arrays(self) -> Any:
        """The arrays."""
        return self._columns.arrays()

    def draw(self) -> np.ndarray[Any, Any]:
        """The order of one pass."""
        order = shuffled_all(self._rows)
        rows = self._rows.order(self._run) if order is None else iter(order)
        return np.fromiter(rows, np.int32, self.count)


def shuffled_all(stage: Stage) -> Any:
    """An order drawn at once, where a buffer holds all rows; `None` otherwise."""
    if not isinstance(stage, Shuffle):
        return None
    source = stage.sources[0]
    count = source.count()
    if not source.in_order or stage.size < count:
        return None
    return stage.random.start().permutation(count)
