"""`Rows`: an array in memory, as compiled code takes batches of rows out of it.

On a CPU an array can be read where it lies: putting 188 MB on the device took 0.1 to
0.5 s, as long as an epoch of training on them. XLA takes memory that begins at a
multiple of 64 bytes; NumPy's large arrays begin 16 bytes after one. So what XLA is
given is the array with what lies before it in its first 64 bytes, flat, and rows are
counted from there. (No page ends within 64 bytes, so that those in front can be read,
though nothing looks at them.) Taking rows from a flat array costs no more: 32 rows of
784 numbers take 18 us, and 20 from an array of two axes.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import jax
import numpy as np
from jax import lax

from addax.core.memory import ALIGNMENT
from addax.ops.windows import on_cpu

_WORTH_SHARING = 2**20  # bytes; less is copied in no time
_PAST_INT32 = 2**31 - 1


class Rows:
    """An array whose rows are training's samples.

    Args:
        array: The array. While it is shared, its owner's changes show.
        dtype: The type that batches have; converted batch by batch if it is shared.

    Attributes:
        shape: The shape of one row.
        dtype: The type that batches have.
        shared: Whether it is used where it is, without a copy.
    """

    def __init__(self, array: Any, dtype: Any) -> None:
        self.shape, self.dtype = tuple(array.shape[1:]), np.dtype(dtype)
        self.shared = can_share(array)
        self._lead = 0
        if self.shared:
            blocks = _Blocks(array)
            self._lead = blocks.lead // array.itemsize
            array = np.asarray(blocks).view(array.dtype)
        else:
            array = array.astype(dtype) if array.dtype != dtype else array
        self._array = array
        self._width = math.prod(self.shape)
        self._index = np.int64 if array.size > _PAST_INT32 else np.int32

    @property
    def given(self) -> tuple[Any, Any]:
        """What compiled code needs, for `slice` and `take`."""
        if not isinstance(self._array, jax.Array):
            # device_put copies once (or shares); jnp.asarray takes twice as long.
            self._array = jax.device_put(self._array, may_alias=self.shared)
        return self._index(self._lead), self._array

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Equal for arrays that the same compiled code can take rows from."""
        array = self._array
        return self.shape, str(self.dtype), tuple(array.shape), str(array.dtype)

    def slice(self, given: tuple[Any, Any], start: Any, size: int) -> Any:
        """`size` rows from row `start` on."""
        lead, array = given
        first = lead + start.astype(self._index) * self._width
        rows = lax.dynamic_slice_in_dim(array.reshape(-1), first, size * self._width)
        return self._batch(rows, size)

    def take(self, given: tuple[Any, Any], rows: Any) -> Any:
        """The rows of these numbers, which must be within bounds."""
        lead, array = given
        starts = lead + rows.astype(self._index) * self._width
        where = lax.GatherDimensionNumbers((1,), (), (0,))
        sizes = (self._width,)
        taken = lax.gather(
            array.reshape(-1),
            starts[:, None],
            where,
            sizes,
            mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS,
        )
        return self._batch(taken, rows.shape[0])

    def _batch(self, flat: Any, size: int) -> Any:
        return flat.reshape(size, *self.shape).astype(self.dtype)


class Texts:
    """The same for strings, which stay on the host, where operations read them.

    Args:
        array: The strings.
        dtype: Their type.
    """

    shared = False

    def __init__(self, array: Any, dtype: Any) -> None:
        self.shape, self.dtype = tuple(array.shape[1:]), np.dtype(dtype)
        self.given = np.int32(0), array
        self.key = self.shape, "string", tuple(array.shape)

    def slice(self, given: tuple[Any, Any], start: Any, size: int) -> Any:
        """`size` rows from row `start` on."""
        return given[1][int(start) : int(start) + size]

    def take(self, given: tuple[Any, Any], rows: Any) -> Any:
        """The rows of these numbers."""
        return given[1][np.asarray(rows)]


def rows_of(array: Any, dtype: Any) -> Rows | Texts:
    """The rows of an array of numbers or strings, to come as `dtype`."""
    return (Texts if array.dtype == object else Rows)(array, dtype)


def can_share(array: Any) -> bool:
    """Whether compiled code can read an array where it lies."""
    return (
        isinstance(array, np.ndarray)
        and array.nbytes >= _WORTH_SHARING
        and array.flags.c_contiguous
        and array.flags.aligned
        and array.dtype.isnative
        and ALIGNMENT % array.itemsize == 0
        and on_cpu()
    )


class _Blocks:
    """The whole blocks of memory that an array lies in, for `np.asarray`.

    Args:
        array: A contiguous array, which lives as long as what is made of this.

    Attributes:
        lead: How many bytes there are before the array's first.
    """

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        address = array.__array_interface__["data"][0]
        self.lead = address % ALIGNMENT
        self._array = array
        self.__array_interface__ = {
            "version": 3,
            "typestr": "|u1",
            "shape": (-(-(self.lead + array.nbytes) // ALIGNMENT) * ALIGNMENT,),
            "data": (address - self.lead, True),
        }
