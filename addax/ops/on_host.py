"""Operations by NumPy, for threads that prepare data.

Elements of a pipeline come in many shapes before they are brought to one, and compiled
code is made anew for each shape: 50 ms for an operation on a photo, where NumPy takes
0.1 ms. The table names the operations that photos and rows of tables usually meet; what
it does not name runs compiled, there too. A function that answers `NotImplemented`
leaves the call to compiled code as well: where NumPy differs from JAX.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from addax.core import scope
from addax.ops import image

Array = np.ndarray


def _cast(x: Array, dtype: str) -> Any:
    kinds = x.dtype.kind, np.dtype(dtype).kind
    # XLA takes numbers that do not fit to the nearest that does, NumPy wraps them.
    narrower = np.dtype(dtype).itemsize < x.dtype.itemsize
    if kinds[1] in "biu" and (narrower or kinds[0] not in "biu"):
        return NotImplemented
    return x.astype(dtype)


def _getitem(x: Array, indices: Sequence[Any], template: Sequence[Any]) -> Any:
    keys: list[Any] = []
    for kind, *rest in template:
        if kind == "new":
            keys.append(None)
        elif kind == "tensor":
            if np.ndim(indices[rest[0]]):
                return NotImplemented
            keys.append(int(indices[rest[0]]))
        elif kind == "window":
            start = int(indices[rest[0]])
            keys.append(slice(start, start + rest[1]))
        else:
            keys.append(rest[0] if kind == "int" else slice(*rest))
    return x[tuple(keys)]


def _pad(x: Array, pad_width: Any, mode: str, constant_values: Any) -> Any:
    if mode != "constant":
        return NotImplemented
    value = 0 if constant_values is None else constant_values
    return np.pad(x, pad_width, constant_values=value)


def _mean(x: Array, axis: Any = None, keepdims: bool = False) -> Any:
    return np.mean(x, axis, keepdims=keepdims, dtype=x.dtype)


def _floats(fn: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, *rest: fn(x, *rest) if x.dtype.kind == "f" else NotImplemented


def _shaped(fn: Callable[..., Any], *defaults: Any) -> Callable[..., Any]:
    return lambda x, *rest: fn(x, *(rest or defaults))


def _uniform(bits: Array, low: Array, high: Array, kind: str) -> Any:
    if kind != "uniform":
        return NotImplemented
    part = ((bits >> 9) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1)
    return np.maximum(low, part * (high - low) + low)


KERNELS: dict[str, Callable[..., Any]] = {
    "absolute": np.absolute,
    "add": np.add,
    "cast": _cast,
    "clip": np.clip,
    "concatenate": np.concatenate,
    "divide": _floats(np.divide),
    "equal": np.equal,
    "expand_dims": np.expand_dims,
    "flip": _shaped(np.flip, None),
    "floor": _floats(np.floor),
    "getitem": _getitem,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "logical_and": np.logical_and,
    "logical_not": np.logical_not,
    "logical_or": np.logical_or,
    "maximum": np.maximum,
    "mean": _mean,
    "minimum": np.minimum,
    "multiply": np.multiply,
    "negative": np.negative,
    "not_equal": np.not_equal,
    "pad": _pad,
    "random_from_bits": _uniform,
    "reshape": np.reshape,
    "resample": image.resampled_here,
    "resize": image.resized_here,
    "rot90": np.rot90,
    "square": np.square,
    "squeeze": _shaped(np.squeeze, None),
    "stack": np.stack,
    "subtract": np.subtract,
    "swapaxes": np.swapaxes,
    "transpose": _shaped(np.transpose, None),
    "where": np.where,
}


@contextmanager
def on_host() -> Iterator[None]:
    """Runs the operations of the table by NumPy in the block, on this thread."""
    before, scope.state.kernels = scope.state.kernels, KERNELS
    try:
        yield
    finally:
        scope.state.kernels = before
