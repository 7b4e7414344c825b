"""From what `fit` was given to a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from addax import data as pipelines  # imported when a data set comes
from addax._base.errors import explain
from addax.core import tree
from addax.keras import config
from addax.keras.trainers import data as data_module
from addax.keras.trainers.feeds import RESIDENT_BYTES, Chunk
from addax.keras.trainers.resident import ResidentFeed
from addax.keras.trainers.streams import StreamFeed
from addax.keras.trainers.workers import IndexedSource

Feed = ResidentFeed | StreamFeed

# Arrays that compiled code takes rows from are compiled for: the lengths that a model
# meets first. Any more come in stacks of one size (a server's requests, say).
_LENGTHS = 4


def make_feed(
    x: Any,
    y: Any,
    sample_weight: Any,
    *,
    batch_size: int | None,
    steps: int | None = None,
    shuffle: bool = False,
    class_weight: dict[int, float] | None = None,
    check: Callable[[Any], None] | None = None,
    goes_on: bool = False,
    workers: dict[str, Any] | None = None,
    lengths: set[int] | None = None,
) -> Feed:
    """The feed for arrays or for something that yields batches.

    Args:
        x: Inputs, or what yields `(x, y)` batches.
        y: Targets.
        sample_weight: Weights of the samples.
        batch_size: Samples a step; 32 for arrays if not given.
        steps: Steps an epoch, for endless data.
        shuffle: Whether arrays are shuffled each epoch.
        class_weight: A weight for each class index.
        check: Called with the arrays, to refuse bad ones.
        goes_on: Whether an epoch of so many steps begins where the last one ended.
        workers: `workers`, `use_multiprocessing` and `max_queue_size`, instead of
            those of a `PyDataset`.
        lengths: Those of the arrays that came before, to which this one's is added.

    Raises:
        ValueError: If the arguments contradict each other.
    """
    if x is None:
        raise ValueError(explain("There is no data.", received={"x": None}))
    most = config.max_steps_per_epoch()
    if most is not None:
        steps = most if steps is None else min(steps, most)
    if data_module.is_array_data(x):
        return _from_arrays(
            x,
            y,
            sample_weight,
            batch_size,
            steps,
            shuffle,
            class_weight,
            check,
            goes_on,
            set() if lengths is None else lengths,
        )
    for name, value in (("y", y), ("sample_weight", sample_weight)):
        if value is not None:
            raise ValueError(
                explain(
                    f"{name} goes with arrays only.",
                    received={"x": type(x).__name__, name: value},
                    why="A data set or generator yields the targets with the inputs.",
                    fix="yield (x, y) or (x, y, sample_weight)",
                )
            )
    source = _weighted(class_weight)
    if isinstance(x, pipelines.Dataset):
        return _from_dataset(x, steps, source, class_weight, check, goes_on)
    # Keras 2's image iterators are endless iterators, and batches by index as well.
    by_index = hasattr(x, "__getitem__") and hasattr(x, "__len__")
    if isinstance(x, Iterator) and not by_index:
        return StreamFeed(lambda: source(x), steps, once=True)
    if by_index:
        indexed = IndexedSource(x, shuffle, **(workers or {}))
        return StreamFeed(
            lambda: source(indexed()),
            steps,
            indexed.batches,
            goes_on=goes_on,
            on_epoch_end=indexed.end,
        )
    return StreamFeed(lambda: source(iter(x)), steps, _length(x), goes_on=goes_on)


def single_batch(x: Any, y: Any, sample_weight: Any) -> Chunk:
    """All of the data as one batch."""
    parts = (data_module.arrays(part) for part in (x, y, sample_weight))
    packed = data_module.pack(*parts)
    return ResidentFeed(packed, data_module.count(packed)).whole()


def _from_arrays(
    x: Any,
    y: Any,
    sample_weight: Any,
    batch_size: int | None,
    steps: int | None,
    shuffle: bool,
    class_weight: Any,
    check: Any,
    goes_on: bool,
    lengths: set[int],
) -> Feed:
    x, y = data_module.arrays(x), data_module.arrays(y)
    sample_weight = data_module.arrays(sample_weight)
    if class_weight is not None:
        weights = data_module.class_weights(y, class_weight)
        sample_weight = weights if sample_weight is None else weights * sample_weight
    packed = data_module.pack(x, y, sample_weight)
    n = data_module.count(packed)
    if batch_size is not None and batch_size < 1:
        raise ValueError(
            explain("batch_size is at least 1.", received={"batch_size": batch_size})
        )
    if check is not None:
        check(packed)
    size = 32 if batch_size is None else int(batch_size)
    if steps is not None and batch_size is None:
        size = max(1, -(-n // steps))
    if len(lengths) < _LENGTHS:
        lengths.add(n)
    if ResidentFeed.fits(packed) and (n <= size or n in lengths):
        return ResidentFeed(packed, size, shuffle, steps, goes_on)

    def rows(at: Any) -> Any:
        return tree.map_structure(
            lambda a: None if a is None else np.asarray(a[at]), packed
        )

    def batches() -> Iterator[Any]:
        order = np.random.permutation(n) if shuffle else None
        spans = (slice(start, start + size) for start in range(0, n, size))
        return (rows(at if order is None else order[at]) for at in spans)

    return StreamFeed(batches, steps, -(-n // size), goes_on=goes_on)


def _from_dataset(
    dataset: Any,
    steps: int | None,
    weighted: Callable[[Any], Iterator[Any]],
    class_weight: Any,
    check: Any,
    goes_on: bool,
) -> Feed:
    source = pipelines.Batches(dataset)
    table = source.table if class_weight is None else None
    if table is not None and table.nbytes <= RESIDENT_BYTES.get():
        packed = data_module.arrays(table.arrays())
        if check is not None:
            check(packed)
        # Rows one after the other need no order to be sent.
        drawn = None if table.in_order else table
        return ResidentFeed(
            packed, table.batch_size, drawn is not None, steps, goes_on, drawn, source
        )
    opened = lambda: weighted(source)
    return StreamFeed(opened, steps, _length(dataset), goes_on, source=source)


def _weighted(class_weight: dict[int, float] | None) -> Callable[[Any], Iterator[Any]]:
    """What adds the weights of classes to batches."""
    if class_weight is None:
        return iter

    def weighted(batch: Any) -> Any:
        bx, by, bw = data_module.unpack(batch)
        weights = data_module.class_weights(by, class_weight)
        return bx, by, weights if bw is None else weights * np.asarray(bw)

    return lambda batches: map(weighted, batches)


def _length(x: Any) -> int | None:
    try:
        length = len(x)
    except TypeError:
        return None
    return length if length >= 0 else None
