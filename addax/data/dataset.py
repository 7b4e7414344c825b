"""`Dataset`: a pipeline as users build and iterate it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Tensor, convert
from addax.core.scope import host_only
from addax.data.calls import Call
from addax.data.combine import Concatenate, Enumerate, Interleave
from addax.data.creation import Creation
from addax.data.elements import on_device, on_host, to_element
from addax.data.filesystem import path_text
from addax.data.grouping import Grouping
from addax.data.iterators import DatasetIterator
from addax.data.options import Options
from addax.data.order import Repeat, Shard, Shuffle, Skip, Take
from addax.data.pipeline import made, stage_of
from addax.data.stage import INFINITE, Run, Stage
from addax.data.storage import Cache, FileCache, Prefetch, Snapshot, nested, save
from addax.data.transform import (
    Filter,
    FlatMap,
    IgnoreErrors,
    Map,
    Scan,
    TakeWhile,
    Unique,
)

# What TensorFlow calls datasets whose methods have other names.
_NAMES = {"from_tensor_slices": "tensor_slice", "from_tensors": "tensor"}


class Dataset(Creation, Grouping):
    """A sequence of elements, each a tensor or a structure of tensors.

    A dataset is a description: methods return a new one, and each `iter(dataset)`
    starts again. It is made by the class's own functions (`from_tensor_slices`,
    `from_generator`, `range`, `list_files`, ...) and by readers of files.

    Args:
        stage: What the elements are and how they come about.

    Example:

    >>> from addax import tf
    >>> dataset = tf.data.Dataset.range(10).filter(lambda x: x % 2 == 0)
    >>> dataset = dataset.map(lambda x: x * x).batch(3)
    >>> [batch.tolist() for batch in dataset.as_numpy_iterator()]
    [[0, 4, 16], [36, 64]]
    """

    # Looked at

    def __iter__(self) -> Iterator[Any]:
        host_only(
            "A compiled function loops over a data set.",
            "Loop outside, and compile the function of one batch.",
        )
        return DatasetIterator(self._stage, self._options, on_device)

    def __len__(self) -> int:
        count = self._stage.count()
        if count < 0:
            kind = "infinite" if count == INFINITE else "unknown"
            raise TypeError(f"The dataset is of {kind} length.")
        return count

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        name = _NAMES.get(self._stage.name, self._stage.name)
        name = "".join(part.capitalize() for part in name.split("_"))
        return f"<_{name}Dataset element_spec={self.element_spec!r}>"

    @property
    def element_spec(self) -> Any:
        """What the elements look like: `tf.TensorSpec`s in the elements' structure."""
        return self._stage.spec()

    def cardinality(self, name: str | None = None) -> Tensor:
        """How many elements there are; `tf.data.INFINITE_CARDINALITY` (-1) or
        `tf.data.UNKNOWN_CARDINALITY` (-2)."""
        return convert(np.int64(self._stage.count()))

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The elements as NumPy arrays, numbers and `bytes`.

        The arrays cannot be written to, for they may be the dataset's own.
        """
        return DatasetIterator(self._stage, self._options, on_host)

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element.

        Raises:
            ValueError: If there is none, or more than one.
        """
        elements = list(self.take(2))
        if len(elements) != 1:
            raise ValueError(
                explain(
                    "get_single_element is for datasets of one element.",
                    received={"elements": len(elements) and "two or more"},
                    fix="next(iter(dataset))  # the first of several",
                )
            )
        return elements[0]

    def options(self) -> Options:
        """How the pipeline runs."""
        return self._options

    def with_options(self, options: Options, name: str | None = None) -> Dataset:
        """The dataset, run with these options.

        Args:
            options: What is set in them comes before what was set earlier.
            name: Kept for TensorFlow's signature.
        """
        following = made(self._stage)
        following._options = self._options.merge(options)
        return following

    # Transformed, element by element

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        synchronous: bool | None = None,
        use_unbounded_threadpool: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """A function of each element.

        Args:
            map_func: The function; the parts of a tuple are its arguments.
            num_parallel_calls: How many threads; `tf.data.AUTOTUNE` uses as many as
                there are processors, if the function takes long enough.
            deterministic: Whether results keep the order of elements, which they do
                unless told otherwise here or in the options.
            synchronous: Kept for TensorFlow's signature.
            use_unbounded_threadpool: Kept for TensorFlow's signature.
            name: Kept for TensorFlow's signature.

        Example:

        >>> from addax import tf
        >>> dataset = tf.data.Dataset.range(3).map(lambda x: (x, -x))
        >>> [(int(a), int(b)) for a, b in dataset]
        [(0, 0), (1, -1), (2, -2)]
        """
        return self._with(Map(self._stage, map_func, num_parallel_calls, deterministic))

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements for which `predicate` returns true."""
        return self._with(Filter(self._stage, predicate))

    def take_while(
        self, predicate: Callable[..., Any], name: str | None = None
    ) -> Dataset:
        """The elements before the first for which `predicate` returns false."""
        return self._with(TakeWhile(self._stage, predicate))

    def flat_map(
        self, map_func: Callable[..., Any], name: str | None = None
    ) -> Dataset:
        """The elements of the datasets that `map_func` makes of each element."""
        return self._with(FlatMap(self._stage, map_func))

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: int | None = None,
        block_length: int | None = None,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """The elements of the datasets that `map_func` makes, in turn.

        Args:
            map_func: Makes a dataset of an element, such as a file's name.
            cycle_length: How many datasets take turns; as many as there are
                processors if not given.
            block_length: How many elements each gives before the next's turn.
            num_parallel_calls: If given, the datasets are read in threads.
            deterministic: Kept for TensorFlow's signature; the order is kept.
            name: Kept for TensorFlow's signature.
        """
        return self._with(
            Interleave(
                self._stage, map_func, cycle_length, block_length, num_parallel_calls
            )
        )

    def enumerate(self, start: Any = 0, name: str | None = None) -> Dataset:
        """Pairs of a number, from `start` on, and an element."""
        return self._with(Enumerate(self._stage, start))

    def scan(
        self,
        initial_state: Any,
        scan_func: Callable[..., Any],
        use_default_device: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """A function of a state and each element.

        Args:
            initial_state: The first state.
            scan_func: `(state, element)` to `(new state, element to give)`.
            use_default_device: Kept for TensorFlow's signature.
            name: Kept for TensorFlow's signature.
        """
        return self._with(Scan(self._stage, initial_state, scan_func))

    def ignore_errors(
        self, log_warning: bool = False, name: str | None = None
    ) -> Dataset:
        """The elements whose computation does not fail."""
        return self._with(IgnoreErrors(self._stage, log_warning))

    def unique(self, name: str | None = None) -> Dataset:
        """Each element once."""
        return self._with(Unique(self._stage))

    def reduce(
        self,
        initial_state: Any,
        reduce_func: Callable[..., Any],
        name: str | None = None,
    ) -> Any:
        """One value from all elements.

        Args:
            initial_state: The first state.
            reduce_func: `(state, element)` to the new state.
            name: Kept for TensorFlow's signature.

        Returns:
            The last state.

        Example:

        >>> from addax import tf
        >>> start = tf.constant(0, tf.int64)
        >>> int(tf.data.Dataset.range(5).reduce(start, lambda a, x: a + x))
        10
        """
        call = Call(reduce_func, "reduce")
        state = to_element(initial_state)
        for number, item in enumerate(self._stage.iterate(Run(self._options))):
            state = call((state, item), number)
        return on_device(state)

    # Chosen and put in order

    def shuffle(
        self,
        buffer_size: Any,
        seed: int | None = None,
        reshuffle_each_iteration: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Random order: each element is drawn from a buffer of the next ones.

        Args:
            buffer_size: How many elements are mixed; all of them for `len(dataset)`.
            seed: A seed; drawn from the global generator (`tf.random.set_seed`) if
                not given.
            reshuffle_each_iteration: Whether each pass has another order, which it
                has unless told otherwise.
            name: Kept for TensorFlow's signature.

        Raises:
            ValueError: If `buffer_size` is less than 1.
        """
        return self._with(
            Shuffle(self._stage, buffer_size, seed, reshuffle_each_iteration)
        )

    def repeat(self, count: Any = None, name: str | None = None) -> Dataset:
        """The elements `count` times; without an end if not given."""
        return self._with(Repeat(self._stage, count))

    def take(self, count: Any, name: str | None = None) -> Dataset:
        """The first `count` elements; all for -1."""
        return self._with(Take(self._stage, count))

    def skip(self, count: Any, name: str | None = None) -> Dataset:
        """All but the first `count` elements."""
        return self._with(Skip(self._stage, count))

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Dataset:
        """Every `num_shards`-th element, from number `index` on."""
        return self._with(Shard(self._stage, num_shards, index))

    def concatenate(self, dataset: Dataset, name: str | None = None) -> Dataset:
        """This dataset's elements, then those of `dataset`."""
        return self._with(Concatenate(self._stage, stage_of(dataset)))

    # Kept

    def cache(self, filename: Any = "", name: str | None = None) -> Dataset:
        """Keeps the elements of the first whole pass, in memory or in a file.

        Args:
            filename: The file; memory if empty.
            name: Kept for TensorFlow's signature.
        """
        if filename is None or not len(str(filename)):
            return self._with(Cache(self._stage))
        return self._with(FileCache(self._stage, path_text(filename)))

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Dataset:
        """Makes elements ahead of time, in a thread.

        Args:
            buffer_size: How many; `tf.data.AUTOTUNE` for a few.
            name: Kept for TensorFlow's signature.
        """
        return self._with(Prefetch(self._stage, buffer_size))

    def snapshot(
        self,
        path: Any,
        compression: str | None = "AUTO",
        reader_func: Callable[[Any], Any] | None = None,
        shard_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Keeps the elements of the first whole pass in a folder.

        Args:
            path: The folder; a later run of the program finds it again.
            compression: `None`, `"GZIP"` or `"AUTO"`.
            reader_func: Makes one dataset of a dataset of the shards' datasets.
            shard_func: The number of the shard that an element goes to.
            name: Kept for TensorFlow's signature.
        """
        stage = Snapshot(self._stage, path_text(path), compression, shard_func)
        if reader_func is None:
            return self._with(stage)
        return reader_func(nested([stage]))

    def save(
        self,
        path: Any,
        compression: str | None = None,
        shard_func: Callable[..., Any] | None = None,
        checkpoint_args: Any = None,
    ) -> None:
        """Writes the elements into a folder, for `Dataset.load`.

        Args:
            path: The folder.
            compression: `None` or `"GZIP"`.
            shard_func: The number of the file that an element goes to.
            checkpoint_args: Kept for TensorFlow's signature.
        """
        save(self._stage, Run(self._options), path_text(path), compression, shard_func)

    def apply(self, transformation_func: Callable[[Dataset], Any]) -> Any:
        """What `transformation_func` makes of the dataset."""
        return transformation_func(self)


Stage._make_dataset = Dataset
