"""`tf.data.experimental`: older names, and readers of CSV files."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from addax.data import AUTOTUNE, INFINITE, UNKNOWN, Dataset
from addax.data.elements import to_element
from addax.data.options import AutotuneOptions as AutotuneOptions
from addax.data.options import DistributeOptions as DistributeOptions
from addax.data.options import OptimizationOptions as OptimizationOptions
from addax.data.options import ThreadingOptions as ThreadingOptions
from addax.data.order import Counted as _Counted
from addax.data.records import RecordWriter
from addax.data.specs import spec_of
from addax.data.tables import CsvDataset as CsvDataset
from addax.data.tables import make_csv_dataset as make_csv_dataset
from addax.data.windows import Fixed as _Fixed

INFINITE_CARDINALITY = INFINITE
UNKNOWN_CARDINALITY = UNKNOWN
choose_from_datasets = Dataset.choose_from_datasets
sample_from_datasets = Dataset.sample_from_datasets
load = Dataset.load
save = Dataset.save


class AutoShardPolicy(enum.IntEnum):
    """How a dataset is split among workers."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(enum.IntEnum):
    """What happens to state outside the pipeline when it is written."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


def Counter(start: Any = 0, step: Any = 1, dtype: Any = "int64") -> Dataset:
    """Whole numbers from `start` on, without an end.

    Example:

    >>> from addax import tf
    >>> list(tf.data.experimental.Counter(5, 2).take(3).as_numpy_iterator())
    [np.int64(5), np.int64(7), np.int64(9)]
    """
    return Dataset.counter(start, step, dtype)


def RandomDataset(seed: int | None = None) -> Dataset:
    """Random whole numbers without an end."""
    return Dataset.random(seed)


def from_list(elements: Any, name: str | None = None) -> Dataset:
    """The entries of a list, one element each; they may be structures.

    Raises:
        ValueError: If there are none.
    """
    entries = [to_element(each) for each in elements]
    if not entries:
        raise ValueError("An empty list has no element to take the types from.")
    return Dataset(_Fixed(entries, lambda: spec_of(entries[0])))


def get_structure(dataset_or_iterator: Any) -> Any:
    """What the elements of a dataset or iterator look like."""
    return dataset_or_iterator.element_spec


class TFRecordWriter:
    """Writes a dataset of strings into a TFRecord file.

    Args:
        filename: The file.
        compression_type: `""`, `"GZIP"` or `"ZLIB"`.
    """

    def __init__(self, filename: Any, compression_type: str | None = None) -> None:
        self._filename, self._compression = filename, compression_type

    def write(self, dataset: Dataset) -> None:
        """Writes the elements of a dataset."""
        with RecordWriter(self._filename, self._compression) as writer:
            for record in dataset.as_numpy_iterator():
                writer.write(record)


def cardinality(dataset: Dataset) -> Any:
    """How many elements there are, or `INFINITE_CARDINALITY`, `UNKNOWN_CARDINALITY`."""
    return dataset.cardinality()


def assert_cardinality(expected_cardinality: Any) -> Callable[[Dataset], Dataset]:
    """For `apply`: says how many elements there are, where the dataset cannot know."""
    return lambda dataset: dataset._with(_Counted(dataset._stage, expected_cardinality))


def get_single_element(dataset: Dataset) -> Any:
    """The only element of a dataset."""
    return dataset.get_single_element()


def dense_to_ragged_batch(
    batch_size: Any, drop_remainder: bool = False, row_splits_dtype: Any = "int64"
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.ragged_batch`."""
    return lambda dataset: dataset.ragged_batch(
        batch_size, drop_remainder, row_splits_dtype
    )


def unbatch() -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.unbatch`."""
    return lambda dataset: dataset.unbatch()


def unique() -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.unique`."""
    return lambda dataset: dataset.unique()


def ignore_errors(log_warning: bool = False) -> Callable[[Dataset], Dataset]:
    """For `apply`: leaves out the elements whose computation fails."""
    return lambda dataset: dataset.ignore_errors(log_warning)


def enumerate_dataset(start: Any = 0) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.enumerate`."""
    return lambda dataset: dataset.enumerate(start)


def take_while(predicate: Callable[..., Any]) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.take_while`."""
    return lambda dataset: dataset.take_while(predicate)


def scan(
    initial_state: Any, scan_func: Callable[..., Any]
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.scan`."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


def snapshot(path: Any, **kwargs: Any) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.snapshot`."""
    return lambda dataset: dataset.snapshot(path, **kwargs)


def bucket_by_sequence_length(
    element_length_func: Callable[..., Any],
    bucket_boundaries: Any,
    bucket_batch_sizes: Any,
    **kwargs: Any,
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.bucket_by_sequence_length`."""
    return lambda dataset: dataset.bucket_by_sequence_length(
        element_length_func, bucket_boundaries, bucket_batch_sizes, **kwargs
    )


def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: int | None = None,
    window_size_func: Callable[..., Any] | None = None,
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.group_by_window`."""
    return lambda dataset: dataset.group_by_window(
        key_func, reduce_func, window_size, window_size_func
    )


def rejection_resample(
    class_func: Callable[..., Any],
    target_dist: Any,
    initial_dist: Any = None,
    seed: int | None = None,
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.rejection_resample`."""
    return lambda dataset: dataset.rejection_resample(
        class_func, target_dist, initial_dist, seed
    )


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: int | None = None,
    drop_remainder: bool = False,
    num_parallel_calls: int | None = None,
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.map`, then `Dataset.batch`."""
    return lambda dataset: dataset.map(map_func, num_parallel_calls).batch(
        batch_size, drop_remainder
    )


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: int,
    block_length: int = 1,
    **kwargs: Any,
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.interleave` in threads."""
    return lambda dataset: dataset.interleave(
        map_func, cycle_length, block_length, AUTOTUNE
    )


def prefetch_to_device(
    device: Any, buffer_size: int | None = None
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.prefetch`; iteration puts elements on the device."""
    return lambda dataset: dataset.prefetch(buffer_size or AUTOTUNE)


def shuffle_and_repeat(
    buffer_size: Any, count: Any = None, seed: int | None = None
) -> Callable[[Dataset], Dataset]:
    """For `apply`: `Dataset.shuffle`, then `Dataset.repeat`."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)
