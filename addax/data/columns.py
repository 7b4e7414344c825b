"""Tables whose rows are elements: arrays, or functions of the rows of arrays.

`from_tensor_slices(x).map(f).shuffle(n).batch(b)` takes the rows of a batch out of the
arrays together and runs `f` on all of them in one compiled call (`jax.vmap`). Element
by element, a cast and a division of MNIST's 60,000 images take 7 s; so, 0.1 s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from addax.core import Tensor, _jax, lift
from addax.data import nest
from addax.data.calls import surroundings
from addax.data.specs import spec_of, unbatched

_AT_ONCE = 4096  # rows, where a whole table is made


class Columns:
    """Arrays with one row for each element."""

    def __init__(self, arrays: Any) -> None:
        self._arrays = arrays

    def take(self, rows: list[int], size: int) -> Any:
        """The rows of these numbers, together.

        Args:
            rows: The numbers.
            size: How many they usually are, the last time being fewer.
        """
        return nest.map_leaves(_take(rows), self._arrays)

    def row(self, number: int) -> Any:
        """One row."""
        return nest.map_leaves(lambda array: array[number], self._arrays)

    def spec(self) -> Any:
        """What a row looks like."""
        return unbatched(spec_of(self._arrays))

    @property
    def plain(self) -> bool:
        """Whether a row is there already, rather than computed."""
        return True

    @property
    def fixed(self) -> bool:
        """Whether the rows are the same at all times."""
        return True

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(nest.flatten(self._arrays)[0])

    def arrays(self) -> Any:
        """The whole table."""
        return self._arrays


def _take(rows: list[int]) -> Callable[[Any], Any]:
    """What takes these rows out of an array: a view of them if they lie together."""
    first, n = rows[0], len(rows)
    if rows[-1] - first == n - 1 and rows == list(range(first, first + n)):
        return lambda array: array[first : first + n]
    index = np.array(rows)
    return lambda array: array.take(index, 0)


class MappedColumns(Columns):
    """A function of the rows of other columns.

    Args:
        source: The other columns.
        lifted: The function of one row's leaves, as a pure program.
        form: What its result looks like.
    """

    def __init__(self, source: Columns, lifted: Any, form: Any) -> None:
        self._source, self._lifted, self._form = source, lifted, form
        run = lambda reads, *args: lifted.pure((), reads, args)[0]
        width = len(lifted.avals)
        self._compiled = jax.jit(jax.vmap(run, in_axes=(None, *[0] * width)))
        self._kept: Any = None

    def take(self, rows: list[int], size: int) -> Any:
        missing = size - len(rows)
        # One shape, one program: the last rows are followed by copies of the first.
        inputs = self._source.take(rows + rows[:1] * missing, size)
        reads = [v._handle._value for v in self._lifted.reads]
        with surroundings(), _jax.x64():
            flat = self._compiled(reads, *nest.flatten(inputs))
        made = [np.asarray(a)[: len(rows)] for a in flat]
        result = self._lifted.outputs(made)
        # JAX sorts dictionaries; elements keep the order that the function gave them.
        return nest.map_leaves(lambda _, leaf: leaf._value, self._form, result)

    def row(self, number: int) -> Any:
        made = self.take([number], 1)
        return nest.map_leaves(lambda array: array[0], made)

    def spec(self) -> Any:
        return unbatched(spec_of(self.take([0], 1)))

    @property
    def plain(self) -> bool:
        return False

    @property
    def fixed(self) -> bool:
        return self._source.fixed and not self._lifted.reads

    @property
    def count(self) -> int:
        return self._source.count

    def arrays(self) -> Any:
        if self._kept is None:
            count = self.count
            starts = range(0, count, _AT_ONCE)
            parts = [
                self.take(list(range(s, min(s + _AT_ONCE, count))), _AT_ONCE)
                for s in starts
            ]
            join = lambda *pieces: np.concatenate(pieces)
            self._kept = nest.map_leaves(join, *parts)
        return self._kept


class ZippedColumns(Columns):
    """Several columns beside each other.

    Args:
        parts: A structure of columns of one length.
    """

    def __init__(self, parts: Any) -> None:
        self._parts = parts

    def _each(self, fn: Callable[[Columns], Any]) -> Any:
        return nest.map_leaves(fn, self._parts)

    def take(self, rows: list[int], size: int) -> Any:
        return self._each(lambda part: part.take(rows, size))

    def row(self, number: int) -> Any:
        return self._each(lambda part: part.row(number))

    def spec(self) -> Any:
        return self._each(lambda part: part.spec())

    @property
    def plain(self) -> bool:
        return all(part.plain for part in nest.flatten(self._parts))

    @property
    def fixed(self) -> bool:
        return all(part.fixed for part in nest.flatten(self._parts))

    @property
    def count(self) -> int:
        return nest.flatten(self._parts)[0].count

    def arrays(self) -> Any:
        return self._each(lambda part: part.arrays())


def mapped(source: Columns, fn: Callable[..., Any]) -> MappedColumns | None:
    """The columns of a function of rows; `None` if it cannot run on many at once.

    It can if it is a function of numbers that can be traced, draws no random numbers,
    changes nothing, and returns tensors.
    """
    spec = source.spec()
    leaves = nest.flatten(spec)
    if any(getattr(leaf, "dtype", "string") == "string" for leaf in leaves):
        return None
    avals = [jax.ShapeDtypeStruct(tuple(a.shape), a.dtype.name) for a in leaves]

    form: list[Any] = []

    def on_leaves(*flat: Any) -> Any:
        row = nest.pack(spec, flat)
        result = fn(*row) if isinstance(row, tuple) else fn(row)
        form[:] = [nest.map_leaves(_tensor, result)]
        return form[0]

    try:
        with surroundings():
            lifted = lift(on_leaves, avals)
    except Exception:
        return None  # it needs values, or fails: eagerly it says so in its own words
    if lifted.writes or lifted.created:
        return None
    shell = nest.map_leaves(lambda _: None, form[0])
    return MappedColumns(source, lifted, shell)


def _tensor(leaf: Any) -> Any:
    if not isinstance(leaf, Tensor):
        raise TypeError("only tensors come out of many rows at once")
    return leaf
