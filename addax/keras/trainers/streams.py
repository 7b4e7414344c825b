"""`StreamFeed`: batches from whatever yields them, stacked ahead in a thread."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax import lax

from addax._base.errors import explain
from addax.core import _jax, tree
from addax.core.memory import aligned
from addax.data.workers import prefetch
from addax.keras.trainers import data as data_module
from addax.keras.trainers.feeds import Chunk, batch_spec
from addax.keras.trainers.passes import Passes, ran_out

if TYPE_CHECKING:
    from addax.data.batches import Batches

# A dispatch holds at most this much; 32 small batches hide its overhead.
_CHUNK_BYTES, _CHUNK_BATCHES = 2**24, 32
_CHUNKS_AHEAD = 2


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
        for chunk in prefetch(
            _stack(self._iterator, self._asked, self._together), _CHUNKS_AHEAD
        ):
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
    stack: _Stack | None = None
    for batch in itertools.islice(iterator, steps):
        leaves, treedef = tree.flatten_with_treedef(data_module.arrays(batch))
        kept = tuple(i for i, a in enumerate(leaves) if a is not None)
        values = [np.asarray(data_module.in_batch_dtype(leaves[i])) for i in kept]
        kinds = tuple((a.shape, str(a.dtype)) for a in values)
        key = (treedef, kept, len(leaves)), kinds
        if stack is not None and stack.key != key:
            yield stack.chunk()
            stack = None
        stack = stack or _Stack(key, values, together)
        stack.add(values)
        if stack.full:
            yield stack.chunk()
            stack = None
    if stack is not None:
        yield stack.chunk()


class _Stack:
    """Batches of one shape in one buffer for each of their arrays.

    One buffer shape, however few batches are in it, means one compiled program.
    """

    def __init__(self, key: Any, values: list[Any], together: bool) -> None:
        self.key = key
        size = sum(a.nbytes for a in values) or 1
        most = min(_CHUNK_BATCHES, _CHUNK_BYTES // size) if together else 1
        self._capacity = max(1, most)
        self._arrays = [_buffer((self._capacity, *a.shape), a.dtype) for a in values]
        self._count = 0

    @property
    def full(self) -> bool:
        return self._count == self._capacity

    def add(self, values: list[Any]) -> None:
        for array, value in zip(self._arrays, values, strict=True):
            array[self._count] = value
        self._count += 1

    def chunk(self) -> Chunk:
        with _jax.x64():
            data = tuple(
                a if a.dtype == object else jax.device_put(a, may_alias=True)
                for a in self._arrays
            )
        return Chunk(
            key=("stream", self._capacity, self.key),
            fetch=_fetch,
            data=data,
            steps=self._count,
            example=[batch_spec(a.shape[1:], a.dtype) for a in data],
            treedef=self.key[0],
        )


def _buffer(shape: tuple[int, ...], dtype: Any) -> Any:
    """An array for batches; strings stay on the host, where operations read them."""
    return np.empty(shape, dtype) if dtype.kind == "O" else aligned(shape, dtype)


def _fetch(i: Any, *data: Any) -> list[Any]:
    return [
        a[int(i)]
        if a.dtype == object
        else lax.dynamic_index_in_dim(a, i, keepdims=False)
        for a in data
    ]
