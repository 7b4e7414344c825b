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
from addax.keras.trainers import data as data_module

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


class ResidentFeed:
    """Arrays that stay on the device.

    Args:
        data: `(x, y, sample_weight)` of arrays, or just x.
        batch_size: Samples a step; the last step of an epoch may have fewer.
        shuffle: Whether each epoch visits the samples in another order.
        steps: Steps an epoch, if not the whole data.
    """

    def __init__(
        self,
        data: Any,
        batch_size: int,
        shuffle: bool = False,
        steps: int | None = None,
    ) -> None:
        leaves, self._treedef = tree.flatten_with_treedef(data)
        self._kept = [i for i, a in enumerate(leaves) if a is not None]
        self._leaves = leaves
        self.samples = data_module.count(data)
        self.batch_size = min(batch_size, self.samples)
        self._shuffle = shuffle
        with _jax.x64():
            # device_put copies once; jnp.asarray takes twice as long (265 ms, not
            # 125, for 188 MB on two cores).
            self.arrays = [_put(leaves[i]) for i in self._kept]
        self._full, self._rest = divmod(self.samples, self.batch_size)
        self.steps: int | None = self._full + bool(self._rest)
        if steps is not None:
            self.steps = min(steps, self.steps)

    def chunks(self) -> Iterator[Chunk]:
        """The chunks of one epoch."""
        if not self._shuffle:
            return self._cut(())
        permutation = np.random.permutation(self.samples).astype(np.int32)
        return self._cut((jnp.asarray(permutation),))

    def skip_epochs(self, epochs: int) -> None:
        """Leaves epochs out: nothing, for none depends on the last."""

    def kinds(self) -> Iterator[Chunk]:
        """A chunk of each kind that an epoch has, for compiling ahead."""
        order = jax.ShapeDtypeStruct((self.samples,), np.int32)
        return self._cut((order,) if self._shuffle else ())

    def _cut(self, order: tuple[Any, ...]) -> Iterator[Chunk]:
        left = self.steps or 0
        for steps, size, offset in (
            (self._full, self.batch_size, 0),
            (1, self._rest, self._full * self.batch_size),
        ):
            steps = min(steps, left)
            left -= steps
            if steps and size:
                yield self._chunk(steps, size, offset, order)

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


class StreamFeed:
    """Batches from something that yields them, stacked and moved in a thread.

    Args:
        open_stream: Called for an iterator of batches, at the start of each epoch.
        steps: Batches an epoch; until the stream ends if not given.
        keep_open: Whether the iterator goes on over epochs instead of starting again.
        together: Whether several batches may go to the device in one dispatch.
    """

    def __init__(
        self,
        open_stream: Callable[[], Iterable[Any]],
        steps: int | None = None,
        keep_open: bool = False,
        together: bool = True,
    ) -> None:
        self._open = open_stream
        self.steps = steps
        self._keep_open = keep_open
        self._together = together
        self._iterator: Iterator[Any] | None = None

    def skip_epochs(self, epochs: int) -> None:
        """Leaves out the batches of epochs that an iterator gave before.

        Args:
            epochs: How many.
        """
        if self._keep_open and self.steps is not None:
            self._iterator = iter(self._open())
            for _ in itertools.islice(self._iterator, epochs * self.steps):
                pass

    def chunks(self) -> Iterator[Chunk]:
        """The chunks of one epoch.

        Raises:
            ValueError: If the stream gives nothing.
        """
        # Here and not in the generator: an order that is drawn is drawn now.
        if self._iterator is None or not self._keep_open:
            self._iterator = iter(self._open())
        return self._epoch(self._iterator)

    def _epoch(self, iterator: Iterator[Any]) -> Iterator[Chunk]:
        source = _stack(iterator, self.steps, self._together)
        seen = 0
        for chunk in _ahead(source):
            seen += chunk.steps
            yield chunk
        if not seen:
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
        if self.steps is None and not self._keep_open:
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
