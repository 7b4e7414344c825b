"""Stages that put elements together, or take batches apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorSpec, as_dtype
from addax.core.function import Settings
from addax.data import nest
from addax.data.composites import ragged_rows
from addax.data.elements import (
    composite,
    is_composite,
    rows_of,
    shape_of,
    stack,
    to_leaf,
)
from addax.data.fusion import Unbatched
from addax.data.specs import batched, is_fixed, padded, unbatched
from addax.data.stage import INFINITE, UNKNOWN, Run, Stage, whole
from addax.ops.ragged.spec import RaggedRowSpec, RaggedTensorSpec


class Gathering(Stage):
    """Batches of consecutive elements; `together` says how a batch is made."""

    def __init__(self, source: Stage, batch_size: Any, drop_remainder: bool) -> None:
        self.sources = (source,)
        self.size = whole(batch_size, "batch_size", 1)
        self.drop = bool(drop_remainder)

    def together(self, items: list[Any], first: int) -> Any:
        """The batch of these elements, the first of which has the number `first`."""
        raise NotImplementedError

    def iterate(self, run: Run) -> Iterator[Any]:
        source = self.sources[0].iterate(run)
        for first in itertools.count(0, self.size):
            items = list(itertools.islice(source, self.size))
            if not items or (self.drop and len(items) < self.size):
                return
            yield self.together(items, first)

    def spec(self) -> Any:
        return batched(self.sources[0].spec(), self.size if self.drop else None)

    def count(self) -> int:
        n = self.sources[0].count()
        if n < 0:
            return n
        return n // self.size if self.drop else -(-n // self.size)


class Batch(Gathering):
    """`batch`: elements of one shape along a new first axis."""

    name = "batch"

    def __init__(self, source: Stage, batch_size: Any, drop_remainder: bool) -> None:
        super().__init__(source, batch_size, drop_remainder)
        self._found: list[Unbatched | None] = []  # once: it has compiled code

    def iterate(self, run: Run) -> Iterator[Any]:
        columns = self.sources[0].columns()
        if columns is None:
            made = self._unbatched()
            yield from super().iterate(run) if made is None else self._fused(made, run)
            return
        order = self.sources[0].order(run)
        while rows := list(itertools.islice(order, self.size)):
            if self.drop and len(rows) < self.size:
                return
            yield columns.take(rows, self.size)

    def _unbatched(self) -> Unbatched | None:
        if Settings.run_eagerly:
            return None
        if not self._found:
            self._found.append(Unbatched.before(self.sources[0]))
        return self._found[0]

    def _fused(self, made: Unbatched, run: Run) -> Iterator[Any]:
        first = 0
        for prepared, rooms in made.batches(self.size, run):
            if self.drop and len(prepared) < self.size:
                return
            yield made.together(prepared, rooms, first, self)
            first += self.size

    def together(self, items: list[Any], first: int) -> Any:
        structure, ragged = items[0], self._ragged
        if not ragged and not nest.is_container(structure):
            return self._stack(items, first, items)
        columns = zip(*map(nest.flatten, items), strict=True)
        stacked = [
            ragged_rows(list(column))
            if rows
            else self._stack(list(column), first, items)
            for column, rows in zip(columns, ragged or itertools.repeat(False))  # noqa: B905
        ]
        return nest.pack(structure, stacked)

    @cached_property
    def _ragged(self) -> list[bool]:
        """Which leaves are rows of ragged tensors; empty if none is."""
        root: Stage = self
        while root.sources:
            root = root.sources[0]
        found: list[bool] = []
        for source in (root, self.sources[0]):  # the source's own may cost a trace
            leaves = nest.flatten(source.spec())
            found = [isinstance(leaf, RaggedRowSpec) for leaf in leaves]
            if not any(found):
                return []
        return found

    def _stack(self, column: list[Any], first: int, items: list[Any]) -> Any:
        if isinstance(column[0], Stage):
            return column[0]
        try:
            return stack(column)
        except ValueError as error:
            shapes = [shape_of(leaf) for leaf in column]
            odd = next((i for i, s in enumerate(shapes) if s != shapes[0]), 0)
            raise ValueError(
                explain(
                    "Elements of one batch must have the same shapes and types.",
                    received={
                        f"element {first}": column[0],
                        f"element {first + odd}": column[odd],
                    },
                    why=str(error) if odd == 0 else "",
                    fix=[
                        f"dataset.padded_batch({self.size})  # pads with zeros",
                        f"dataset.ragged_batch({self.size})  # keeps the lengths",
                        "dataset.map(lambda image: tf.image.resize(image, (180, 180)))",
                    ],
                )
            ) from error


class RaggedBatch(Gathering):
    """`ragged_batch`: elements of different lengths as ragged tensors."""

    name = "ragged_batch"

    def __init__(
        self, source: Stage, batch_size: Any, drop_remainder: bool, splits: Any
    ) -> None:
        super().__init__(source, batch_size, drop_remainder)
        self._splits = as_dtype(splits).name

    def together(self, items: list[Any], first: int) -> Any:
        columns = zip(*map(nest.flatten, items), strict=True)
        specs = nest.flatten(self.sources[0].spec())
        made = [
            stack(list(column))
            if is_fixed(spec)
            else ragged_rows(list(column), self._splits)
            for column, spec in zip(columns, specs, strict=True)
        ]
        return nest.pack(items[0], made)

    def spec(self) -> Any:
        size = self.size if self.drop else None

        def lead(leaf: Any) -> Any:
            shape = getattr(leaf, "shape", None)
            if not isinstance(leaf, TensorSpec) or shape is None or is_fixed(leaf):
                return batched(leaf, size)
            return RaggedTensorSpec((size, *shape), leaf.dtype, 1, self._splits)

        return nest.map_leaves(lead, self.sources[0].spec())


class PaddedBatch(Gathering):
    """`padded_batch`: elements of different shapes, padded to a common one."""

    name = "padded_batch"

    def __init__(
        self,
        source: Stage,
        batch_size: Any,
        shapes: Any,
        values: Any,
        drop_remainder: bool,
    ) -> None:
        super().__init__(source, batch_size, drop_remainder)
        self._shapes, self._values = shapes, values

    def together(self, items: list[Any], first: int) -> Any:
        columns = list(zip(*map(nest.flatten, items), strict=True))
        shapes: list[Any] = [None] * len(columns)
        if self._shapes is not None:
            shapes = shapes_like(items[0], self._shapes)
        values = _flat_values(self._values, items[0], len(columns))
        made = [
            _pad(list(column), shape, value, first)
            for column, shape, value in zip(columns, shapes, values, strict=True)
        ]
        return nest.pack(items[0], made)

    def spec(self) -> Any:
        spec = self.sources[0].spec()
        size = self.size if self.drop else None
        if self._shapes is None:
            return batched(spec, size)
        return padded(
            spec,
            nest.pack(spec, [_Shape(s) for s in shapes_like(spec, self._shapes)]),
            size,
        )


class _Shape(list[Any]):
    """A shape that is no container of a structure."""


def shapes_like(structure: Any, shapes: Any) -> list[Any]:
    """The shapes for the leaves of `structure`: tuples are shapes here, too."""
    if not nest.is_container(structure):
        if shapes is None:
            return [None]
        inner = to_leaf(shapes).tolist() if hasattr(shapes, "dtype") else shapes
        return [[None if n in (None, -1) else int(n) for n in inner]]
    if isinstance(structure, dict):
        keys = sorted(structure)
        return [s for k in keys for s in shapes_like(structure[k], shapes[k])]
    pairs = zip(structure, shapes, strict=True)
    return [found for each, s in pairs for found in shapes_like(each, s)]


def _flat_values(values: Any, structure: Any, n: int) -> list[Any]:
    if values is None or not nest.is_container(values):
        return [values] * n
    return nest.flatten(nest.map_leaves(lambda _, v: v, structure, values))


def _pad(column: list[Any], shape: Any, value: Any, first: int) -> Any:
    leaves = [np.asarray(x, object if isinstance(x, bytes) else None) for x in column]
    ndim = leaves[0].ndim
    longest = [max(x.shape[i] for x in leaves) for i in range(ndim)]
    wanted = [None] * ndim if shape is None else shape
    if len(wanted) != ndim:
        raise ValueError(
            explain(
                "A padded shape must have as many axes as the elements.",
                received={"padded_shapes": shape, f"element {first}": column[0]},
            )
        )
    sizes = [m if n is None else n for m, n in zip(longest, wanted, strict=True)]
    if any(m > n for m, n in zip(longest, sizes, strict=True)):
        raise ValueError(
            explain(
                "An element is longer than the shape it should be padded to.",
                received={"padded_shapes": sizes, "element of shape": longest},
                fix="padded_shapes=None  # pads to the longest element of each batch",
            )
        )
    dtype = leaves[0].dtype
    empty = b"" if dtype.kind == "O" else 0
    fill = empty if value is None else to_leaf(value)
    out = np.full((len(leaves), *sizes), fill, dtype)
    for i, x in enumerate(leaves):
        out[(i, *map(slice, x.shape))] = x
    return out


class Unbatch(Stage):
    """`unbatch`: the rows of each element."""

    name = "unbatch"

    def __init__(self, source: Stage) -> None:
        self.sources = (source,)

    def iterate(self, run: Run) -> Iterator[Any]:
        for item in self.sources[0].iterate(run):
            counts = {rows_of(leaf) for leaf in nest.flatten(item)}
            if len(counts) != 1:
                raise ValueError(
                    explain(
                        "All parts of an element must have equally many rows.",
                        received={"element": item},
                        why="Dataset.unbatch makes an element of each row.",
                    )
                )
            for i in range(counts.pop()):
                yield nest.map_leaves(lambda leaf, i=i: _row(leaf, i), item)

    def spec(self) -> Any:
        return unbatched(self.sources[0].spec())

    def count(self) -> int:
        source = self.sources[0]
        n = source.count()
        if n in (INFINITE, 0):
            return n
        sizes = {
            leaf.shape[0]
            for leaf in nest.flatten(source.spec())
            if isinstance(leaf, TensorSpec) and leaf.shape
        }
        size = next(iter(sizes)) if len(sizes) == 1 else None
        return UNKNOWN if size is None or n == UNKNOWN else n * size


def _row(leaf: Any, i: int) -> Any:
    return composite(leaf).row(leaf, i) if is_composite(leaf) else leaf[i]
