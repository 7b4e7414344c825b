"""Feeds: how batches reach the compiled loop.

A feed cuts an epoch into chunks of equally shaped batches. A chunk is the data of one
compiled program; the loop takes step `i`'s batch out of it with the feed's `fetch`,
inside the compiled code. *Resident* feeds put the arrays on the device once and send
one permutation an epoch; *streaming* feeds stack batches from a data set, in a thread.
"""

from __future__ import annotations

import itertools
import queue
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from addax._base.errors import explain
from addax._base.settings import Setting
from addax.core import _jax, tree
from addax.core.strings import StringSpec
from addax.data.batches import Batches, Table
from addax.keras.trainers import data as data_module
from addax.keras.trainers.passes import Passes, ran_out

RESIDENT_BYTES = Setting(
    "resident_bytes",
    2**30,
    "Arrays up to this size are put on the device once instead of batch by batch.",
)
# A stream's dispatch holds at most this much; 32 small batches hide its overhead.
_CHUNK_BYTES, _CHUNK_BATCHES = 2**26, 32

Fetch = Callable[..., Sequence[Any]]


@dataclass
class Chunk:
    """Batches of one shape.

    Attributes:
        key: Chunks with equal keys run in the same compiled program.
        fetch: `fetch(i, *data)` is batch `i`, as flat arrays.
        data: What `fetch` cuts the batches from.
        steps: How many batches there are.
        example: Shape and type of a batch's arrays.
        treedef: The structure that a batch's arrays are put back into.
    """

    key: Any
    fetch: Fetch
    data: tuple[Any, ...]
    steps: int
    example: list[jax.ShapeDtypeStruct]
    treedef: Any = field(repr=False)

    @property
    def has_strings(self) -> bool:
        """Whether strings are in the batches, which no compiled program takes."""
        return any(isinstance(x, StringSpec) for x in self.example)


class ResidentFeed(Passes):
    """Arrays that stay on the device.

    Args:
        data: `(x, y, sample_weight)` of arrays, or just x.
        batch_size: Samples a step; the last step of a pass may have fewer.
        shuffle: Whether each pass visits the samples in another order.
        steps: Steps an epoch, if not the whole data.
        goes_on: Whether an epoch of so many steps begins where the last one ended.
        table: What draws the order of the rows, if they are those of a dataset.
        source: The dataset's batches, which know the state of its random numbers.
    """

    def __init__(
        self,
        data: Any,
        batch_size: int,
        shuffle: bool = False,
        steps: int | None = None,
        goes_on: bool = False,
        table: Table | None = None,
        source: Batches | None = None,
    ) -> None:
        super().__init__(source and source.state, source and source.restore)
        leaves, self._treedef = tree.flatten_with_treedef(data)
        self._kept = [i for i, a in enumerate(leaves) if a is not None]
        self._leaves = leaves
        self.samples = data_module.count(data) if table is None else table.count
        self.batch_size = min(batch_size, self.samples)
        self._shuffle = shuffle
        self._draw = self._permutation if table is None else table.draw
        with _jax.x64():
            # device_put copies once; jnp.asarray takes twice as long (265 ms, not
            # 125, for 188 MB on two cores).
            self.arrays = [_put(leaves[i]) for i in self._kept]
        self._full, self._rest = divmod(self.samples, self.batch_size)
        self._batches = self._full + bool(self._rest)
        self.steps: int | None = self._batches if steps is None else steps
        self._goes_on = goes_on and steps is not None
        self._order: tuple[Any, ...] = ()

    def chunks(self) -> Iterator[Chunk]:
        """The chunks of one epoch."""
        self._begin_epoch()
        steps = self.steps or 0
        stop = min(self._start + steps, self._batches)
        self._next = stop % self._batches if self._goes_on else 0
        seen = stop - self._start
        if seen < steps:
            warnings.warn(ran_out(seen, steps), stacklevel=4)
        return self._cut(self._order, self._start, stop)

    def _open_pass(self) -> None:
        if self._shuffle:
            self._order = (jnp.asarray(self._draw()),)

    def _permutation(self) -> np.ndarray[Any, Any]:
        return np.random.permutation(self.samples).astype(np.int32)

    def kinds(self) -> Iterator[Chunk]:
        """A chunk of each kind that a pass has, for compiling ahead."""
        order = jax.ShapeDtypeStruct((self.samples,), np.int32)
        alone = self.steps if not self._goes_on else None
        stop = min(alone or self._batches, self._batches)
        return self._cut((order,) if self._shuffle else (), 0, stop)

    def _cut(self, order: tuple[Any, ...], start: int, stop: int) -> Iterator[Chunk]:
        size, full = self.batch_size, self._full
        if start < min(stop, full):
            yield self._chunk(min(stop, full) - start, size, start * size, order)
        if stop > full:
            yield self._chunk(1, self._rest, full * size, order)

    def _chunk(self, steps: int, size: int, offset: int, order: Any) -> Chunk:
        shuffled = bool(order)

        def fetch(i: Any, offset: Any, *data: Any) -> list[Any]:
            start = offset + i * size
            if not shuffled:
                return [_slice(a, start, size) for a in data]
            rows = _slice(data[0], start, size)
            return [_take(a, rows) for a in data[1:]]

        example = [_aval((size, *a.shape[1:]), a.dtype) for a in self.arrays]
        return Chunk(
            key=("resident", shuffled, size, _signature(self.arrays), self._holes()),
            fetch=fetch,
            data=(np.int32(offset), *order, *self.arrays),
            steps=steps,
            example=example,
            treedef=self._holes(),
        )

    def _holes(self) -> Any:
        return (self._treedef, tuple(self._kept), len(self._leaves))


def _put(array: Any) -> Any:
    """An array on the device; strings stay on the host, where operations read them."""
    return array if array.dtype == object else jax.device_put(array)


def _slice(array: Any, start: Any, size: int) -> Any:
    if array.dtype == object:
        return array[int(start) : int(start) + size]
    return lax.dynamic_slice_in_dim(array, start, size)


def _take(array: Any, rows: Any) -> Any:
    if array.dtype == object:
        return array[np.asarray(rows)]
    return array.at[rows].get(mode="promise_in_bounds")


def _aval(shape: tuple[int, ...], dtype: Any) -> Any:
    return (
        StringSpec(shape) if dtype.kind == "O" else jax.ShapeDtypeStruct(shape, dtype)
    )


def _signature(values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple((a.shape, str(a.dtype)) for a in values)


def rebuild(treedef: Any, flat: Sequence[Any]) -> Any:
    """A batch's structure around its flat values, `None`s where the data had them."""
    inner, kept, n = treedef
    leaves: list[Any] = [None] * n
    for i, value in zip(kept, flat, strict=True):
        leaves[i] = value
    return tree.unflatten(inner, leaves)


class StreamFeed(Passes):
    """Batches from something that yields them, stacked and moved in a thread.

    Args:
        open_stream: Called for an iterator of batches, at the start of each pass.
        steps: Batches an epoch; until the stream ends if not given.
        known: How many batches it is said to have.
        goes_on: Whether a pass goes on over epochs instead of starting again.
        once: Whether there is one pass only, the stream being an iterator.
        together: Whether several batches may go to the device in one dispatch.
        on_epoch_end: Called after each epoch.
        source: The dataset's batches, which know the state of its random numbers.
    """

    def __init__(
        self,
        open_stream: Callable[[], Iterable[Any]],
        steps: int | None = None,
        known: int | None = None,
        goes_on: bool = False,
        once: bool = False,
        together: bool = True,
        on_epoch_end: Callable[[], Any] | None = None,
        source: Batches | None = None,
    ) -> None:
        super().__init__(source and source.state, source and source.restore)
        self._open = open_stream
        self.steps = known if steps is None else steps
        self._asked = steps
        self._goes_on = goes_on and steps is not None
        self._once = once
        self._together = together
        self._on_epoch_end = on_epoch_end
        self._iterator: Iterator[Any] = iter(())
        self._given = 0

    def _open_pass(self) -> None:
        # Now and not in the thread: an order that is drawn is drawn here.
        self._iterator = iter(self._open())

    def _skip(self, batches: int) -> None:
        for _ in itertools.islice(self._iterator, batches):
            pass

    def chunks(self) -> Iterator[Chunk]:
        """The chunks of one epoch.

        Raises:
            ValueError: If the stream gives nothing.
        """
        self._begin_epoch()
        return self._epoch()

    def _epoch(self) -> Iterator[Chunk]:
        seen = 0
        for chunk in _ahead(_stack(self._iterator, self._asked, self._together)):
            seen += chunk.steps
            yield chunk
        if not seen and self._start and not self._once:
            # The last epoch ended exactly where the data did.
            self._next = 0
            yield from self.chunks()
            return
        if self._on_epoch_end is not None:
            self._on_epoch_end()
        self._given += seen
        if not self._given:
            raise ValueError(
                explain(
                    "The data set gave no batches.",
                    received={"batches": 0},
                    why="A generator is used up after one pass; "
                    "an empty data set has nothing to give.",
                    fix=[
                        "give a fresh generator, or a function that makes one",
                        "check the filter, take or directory that made the data set",
                    ],
                )
            )
        short = seen < (self._asked or 1)
        if short:
            warnings.warn(ran_out(seen, self._asked), stacklevel=4)
        on = self._once or (self._goes_on and not short)
        self._next = self._start + seen if on else 0
        if self.steps is None and not self._goes_on:
            self.steps = seen


def _stack(
    iterator: Iterator[Any], steps: int | None, together: bool
) -> Iterator[Chunk]:
    """Groups batches of one shape into stacks."""
    pending: list[list[np.ndarray[Any, Any]]] = []
    before: Any = None
    taken = 0
    while steps is None or taken < steps:
        try:
            batch = next(iterator)
        except StopIteration:
            break
        taken += 1
        leaves, treedef = tree.flatten_with_treedef(data_module.arrays(batch))
        kept = tuple(i for i, a in enumerate(leaves) if a is not None)
        values = [np.asarray(leaves[i]) for i in kept]
        key = (treedef, kept, len(leaves), _signature(values))
        if pending and (
            key != before or len(pending) >= _capacity(pending[0], together)
        ):
            yield _stacked(pending, before, together)
            pending = []
        pending.append(values)
        before = key
        if len(pending) >= _capacity(values, together):
            yield _stacked(pending, before, together)
            pending = []
    if pending:
        yield _stacked(pending, before, together)


def _capacity(values: list[Any], together: bool) -> int:
    if not together:
        return 1
    size = sum(a.nbytes for a in values) or 1
    return max(1, min(_CHUNK_BATCHES, _CHUNK_BYTES // size))


def _stacked(pending: list[list[Any]], key: Any, together: bool) -> Chunk:
    treedef, kept, n_leaves, _ = key
    capacity = _capacity(pending[0], together)
    stacks = []
    for parts in zip(*pending, strict=True):
        # One buffer shape, however few batches are in it, means one compiled program.
        stack = np.empty((capacity, *parts[0].shape), parts[0].dtype)
        for i, part in enumerate(parts):
            stack[i] = part
        stacks.append(stack)
    with _jax.x64():
        on_device = tuple(_put(s) for s in stacks)

    def fetch(i: Any, *data: Any) -> list[Any]:
        return [
            a[int(i)]
            if a.dtype == object
            else lax.dynamic_index_in_dim(a, i, keepdims=False)
            for a in data
        ]

    first = pending[0]
    return Chunk(
        key=("stream", capacity, key),
        fetch=fetch,
        data=on_device,
        steps=len(pending),
        example=[_aval(a.shape, a.dtype) for a in first],
        treedef=(treedef, kept, n_leaves),
    )


def _ahead(source: Iterator[Chunk], depth: int = 2) -> Iterator[Chunk]:
    """Runs `source` in a thread, `depth` chunks ahead; its errors arrive here."""
    ready: queue.Queue[Any] = queue.Queue(maxsize=depth)
    stop = threading.Event()

    def put(item: Any) -> bool:
        while not stop.is_set():
            try:
                ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for chunk in source:
                if not put(("chunk", chunk)):
                    return
            put(("end", None))
        except BaseException as error:  # handed to the consumer
            put(("error", error))

    thread = threading.Thread(target=work, daemon=True, name="addax-feed")
    thread.start()
    try:
        while True:
            kind, item = ready.get()
            if kind == "end":
                return
            if kind == "error":
                raise item
            yield item
    finally:
        stop.set()
        thread.join(timeout=5.0)
