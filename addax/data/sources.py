"""Where elements come from: arrays, ranges, generators, random numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import DType, TensorShape, TensorSpec, as_dtype
from addax.data import nest
from addax.data.columns import Columns
from addax.data.elements import (
    composite,
    dtype_of,
    is_composite,
    rows_of,
    shape_of,
    to_array,
    to_element,
    to_leaf,
)
from addax.data.specs import spec_of, unbatched
from addax.data.stage import (
    INFINITE,
    UNKNOWN,
    RandomState,
    Run,
    Stage,
    not_while_tracing,
    whole,
)


class Single(Stage):
    """`from_tensors`: one element."""

    name = "from_tensors"

    def __init__(self, value: Any) -> None:
        self.element = to_element(value)

    def iterate(self, run: Run) -> Iterator[Any]:
        yield self.element

    def spec(self) -> Any:
        return spec_of(self.element)

    def count(self) -> int:
        return 1


class Rows(Stage):
    """`from_tensor_slices`: the rows of arrays.

    Raises:
        ValueError: If the arrays have no rows, or not equally many.
    """

    name = "from_tensor_slices"

    def __init__(self, arrays: Any) -> None:
        self.arrays = nest.map_leaves(_table, arrays)
        leaves = nest.flatten(self.arrays)
        for leaf in leaves:
            if not is_composite(leaf) and not shape_of(leaf):
                raise ValueError(
                    explain(
                        "from_tensor_slices takes arrays that have rows.",
                        received={"tensors": leaf},
                        fix="tf.data.Dataset.from_tensors(x)  # one element",
                    )
                )
        counts = {rows_of(leaf) for leaf in leaves}
        if len(counts) != 1:
            raise ValueError(
                explain(
                    "All parts must have equally many rows.",
                    received={"rows": [rows_of(leaf) for leaf in leaves]},
                    why="Row i of each part makes element i.",
                )
            )
        self._count = counts.pop()
        self._plain = not any(map(is_composite, leaves))

    def iterate(self, run: Run) -> Iterator[Any]:
        arrays = self.arrays
        if self._plain and not nest.is_container(arrays):
            yield from (arrays[i] for i in range(self._count))
            return
        for i in range(self._count):
            yield nest.map_leaves(lambda a, i=i: _row(a, i), arrays)

    def columns(self) -> Any:
        return Columns(self.arrays) if self._plain else None

    @property
    def in_order(self) -> bool:
        return self._plain

    def order(self, run: Run) -> Iterator[int]:
        return iter(range(self._count))

    def spec(self) -> Any:
        return unbatched(spec_of(self.arrays))

    def count(self) -> int:
        return self._count


def _table(value: Any) -> Any:
    leaf = to_leaf(value)
    return to_array(value) if isinstance(leaf, Stage) else leaf


def _row(array: Any, i: int) -> Any:
    return composite(array).row(array, i) if is_composite(array) else array[i]


class Range(Stage):
    """`range`: evenly spaced whole numbers."""

    name = "range"

    def __init__(self, *args: Any, dtype: Any = "int64") -> None:
        numbers = [whole(a, "range") for a in args]
        if not 1 <= len(numbers) <= 3:
            raise ValueError(
                explain(
                    "Dataset.range takes a stop, or a start, a stop and a step.",
                    received={"args": args},
                )
            )
        self.range = range(*numbers)
        self.dtype = as_dtype(dtype)

    def iterate(self, run: Run) -> Iterator[Any]:
        return map(np.dtype(self.dtype.name).type, self.range)

    def spec(self) -> Any:
        return TensorSpec((), self.dtype)

    def count(self) -> int:
        return len(self.range)


class Counter(Stage):
    """`experimental.Counter`: whole numbers without an end."""

    name = "Counter"

    def __init__(self, start: Any = 0, step: Any = 1, dtype: Any = "int64") -> None:
        self.start, self.step = whole(start, "start"), whole(step, "step")
        self.dtype = as_dtype(dtype)

    def iterate(self, run: Run) -> Iterator[Any]:
        kind = np.dtype(self.dtype.name).type
        return map(kind, itertools.count(self.start, self.step))

    def spec(self) -> Any:
        return TensorSpec((), self.dtype)

    def count(self) -> int:
        return INFINITE


class Random(Stage):
    """`random`: 64-bit random whole numbers without an end."""

    name = "random"

    def __init__(self, seed: int | None, rerandomize: bool) -> None:
        self.random = RandomState(seed, rerandomize)

    def iterate(self, run: Run) -> Iterator[Any]:
        numbers = self.random.start()
        while True:
            yield from numbers.integers(0, 2**32, 256, np.int64)

    def spec(self) -> Any:
        return TensorSpec((), "int64")

    def count(self) -> int:
        return INFINITE

    def own_random_states(self) -> list[RandomState]:
        return [self.random]


class Generated(Stage):
    """`from_generator`: what a Python generator yields.

    Args:
        generator: A function (or class) that makes an iterator.
        args: Tensors that it is given, as NumPy arrays.
        signature: Specifications of the elements.
    """

    name = "from_generator"

    def __init__(
        self, generator: Callable[..., Any], args: tuple[Any, ...], signature: Any
    ) -> None:
        if not callable(generator):
            raise TypeError(
                explain(
                    "from_generator takes a function that makes a generator.",
                    received={"generator": generator},
                    why="Each pass over the dataset starts a fresh one.",
                    fix="from_generator(lambda: generator, output_signature=...)",
                )
            )
        self.generator = generator
        self.args = [to_leaf(a) for a in args]
        self.signature = signature

    def iterate(self, run: Run) -> Iterator[Any]:
        for number, value in enumerate(iter(self.generator(*self.args))):
            yield self._fit(value, number)

    def _fit(self, value: Any, number: int) -> Any:
        signature = self.signature
        if signature is None:
            return to_element(value)
        try:
            if isinstance(value, list) and nest.is_container(signature):
                value = tuple(value)
            return nest.map_leaves(_fit_leaf, signature, value)
        except (TypeError, ValueError) as error:
            raise type(error)(
                explain(
                    f"The generator's element {number} does not fit its signature.",
                    received={"element": value, "signature": signature},
                    why=str(error),
                )
            ) from error

    def spec(self) -> Any:
        if self.signature is None:
            not_while_tracing()
            first = next(self.iterate(Run()), None)
            return spec_of(first)
        return self.signature

    def count(self) -> int:
        return UNKNOWN


def _fit_leaf(spec: Any, value: Any) -> Any:
    if not isinstance(spec, TensorSpec):
        return to_leaf(value)
    leaf = to_leaf(value)
    if not is_composite(leaf) and dtype_of(leaf) != spec.dtype:
        asked, given = spec.dtype, dtype_of(leaf)
        if "string" in (asked, given):
            raise TypeError(f"{given.name} came where {asked.name} was announced")
        # Python numbers have no type of their own; arrays do, and are cast as well.
        leaf = leaf.astype(asked.name)
    if spec.shape is not None and not spec.shape.is_compatible_with(shape_of(leaf)):
        raise ValueError(f"shape {shape_of(leaf)} came, {spec.shape} was announced")
    return leaf


def signature_of(signature: Any, types: Any, shapes: Any) -> Any:
    """The signature of a generator from `output_signature`, or the older arguments."""
    if signature is not None or types is None:
        return nest.map_leaves(_as_spec, _tuples(signature))
    types = _tuples(types)
    if shapes is None:
        return nest.map_leaves(lambda t: TensorSpec(None, t), types)
    leaves = _shapes_like(types, shapes)
    specs = map(TensorSpec, leaves, nest.flatten(types))
    return nest.pack(types, specs)


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    return value


def _as_spec(value: Any) -> Any:
    return TensorSpec(None, value) if isinstance(value, (str, DType)) else value


def _shapes_like(types: Any, shapes: Any) -> list[Any]:
    """The shapes of the leaves of `types`: tuples are shapes here, too."""
    if not nest.is_container(types):
        return [None if shapes is None else TensorShape(shapes)]
    if isinstance(types, dict):
        return [s for k in sorted(types) for s in _shapes_like(types[k], shapes[k])]
    pairs = zip(types, shapes, strict=True)
    return [found for t, s in pairs for found in _shapes_like(t, s)]
