"""`ResidentFeed`: batches of arrays that compiled code has in reach as a whole."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from addax.core import _jax, tree
from addax.keras.trainers import data as data_module
from addax.keras.trainers.feeds import RESIDENT_BYTES, Chunk, batch_spec
from addax.keras.trainers.passes import Passes, ran_out
from addax.keras.trainers.rows import Rows, Texts, can_share, rows_of

if TYPE_CHECKING:
    from addax.data.batches import Batches, Table


class ResidentFeed(Passes):
    """Arrays that stay on the device, or are read where they lie.

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
        leaves, treedef = tree.flatten_with_treedef(data)
        kept = tuple(i for i, a in enumerate(leaves) if a is not None)
        self._leaves = [leaves[i] for i in kept]
        self._holes = treedef, kept, len(leaves)
        self.samples = data_module.count(data) if table is None else table.count
        self.batch_size = min(batch_size, self.samples)
        self._shuffle = shuffle
        self._draw = self._permutation if table is None else table.draw
        self._full, self._rest = divmod(self.samples, self.batch_size)
        self._batches = self._full + bool(self._rest)
        self.steps: int | None = self._batches if steps is None else steps
        self._goes_on = goes_on and steps is not None
        self._order: tuple[Any, ...] = ()

    @staticmethod
    def fits(data: Any) -> bool:
        """Whether what would have to be copied of arrays is little enough."""
        leaves = [a for a in tree.flatten(data) if a is not None]
        copied = sum(a.nbytes for a in leaves if not can_share(a))
        return copied <= RESIDENT_BYTES.get()

    @cached_property
    def _rows(self) -> list[Rows | Texts]:
        with _jax.x64():
            return [rows_of(a, data_module.batch_dtype(a.dtype)) for a in self._leaves]

    def whole(self) -> Chunk:
        """All of the data as the one batch that it is."""
        with _jax.x64():
            data = tuple(map(data_module.in_batch_dtype, self._leaves))
        return Chunk(
            key=("whole", self._holes, tuple((a.shape, str(a.dtype)) for a in data)),
            fetch=lambda i, *data: data,
            data=data,
            steps=1,
            example=[batch_spec(a.shape, a.dtype) for a in data],
            treedef=self._holes,
        )

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
            self._order = (_jax.put(self._draw()),)

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
        every, shuffled = self._rows, bool(order)

        def fetch(i: Any, offset: Any, *data: Any) -> list[Any]:
            start = offset + i * size
            given = list(zip(data[shuffled::2], data[shuffled + 1 :: 2], strict=True))
            if not shuffled:
                return [
                    r.slice(g, start, size) for r, g in zip(every, given, strict=True)
                ]
            chosen = jax.lax.dynamic_slice_in_dim(data[0], start, size)
            return [r.take(g, chosen) for r, g in zip(every, given, strict=True)]

        with _jax.x64():
            given = [part for rows in every for part in rows.given]
        return Chunk(
            key=("rows", shuffled, size, tuple(r.key for r in every), self._holes),
            fetch=fetch,
            data=(np.int32(offset), *order, *given),
            steps=steps,
            example=[batch_spec((size, *r.shape), r.dtype) for r in every],
            treedef=self._holes,
        )
