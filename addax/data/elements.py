"""Elements: what flows through a pipeline.

Inside, a leaf is on the host: a NumPy array, a NumPy number, `bytes`, the stage of a
nested dataset, or a composite such as a ragged tensor. User functions and iteration see
tensors (and datasets) instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from addax._base.errors import explain
from addax.core import Tensor, TensorLike, _jax, as_dtype, floatx
from addax.core.dtypes import python_scalar_dtype
from addax.data import nest
from addax.data.memory import unchanging
from addax.data.stage import Stage

# What host operations get and give: NumPy's arrays. (The name says `Array`, by which
# operations know their tensors.)
HostArray = Any
_NUMBERS = (bool, int, float, complex)


def to_element(value: Any) -> Any:
    """What a user gave or a user's function returned, as an element."""
    return nest.map_leaves(to_leaf, value)


def to_leaf(value: Any) -> Any:
    """One part of an element, on the host."""
    if isinstance(value, Tensor):
        array = np.asarray(value._value)
        return array if array.ndim else array[()]
    kind = type(value)
    if kind is np.ndarray:
        return _from_array(value)
    if kind is bytes or isinstance(value, (np.number, np.bool_)):
        return bytes(value) if isinstance(value, bytes) else value
    if kind in _NUMBERS:
        return np.dtype(python_scalar_dtype(value).name).type(value)
    if isinstance(value, (str, np.str_)):
        return value.encode()
    stage = getattr(value, "_stage", value)
    if isinstance(stage, Stage):
        return stage
    if value is None or is_composite(value):
        return value
    return to_array(value)


def to_array(value: Any) -> Any:
    """Anything array-like as a leaf: Python floats `floatx()`, whole numbers int32.

    Raises:
        TypeError: If it cannot be an array of numbers or strings.
    """
    if isinstance(value, np.ndarray):
        return _from_array(value)
    if isinstance(value, (jax.Array, np.generic, bytes)):
        return to_leaf(Tensor(value)) if isinstance(value, jax.Array) else value
    if hasattr(value, "to_numpy") and not isinstance(value, TensorLike):  # pandas
        return _from_array(value.to_numpy())
    if isinstance(value, TensorLike):
        return to_leaf(value._read())  # type: ignore[attr-defined]
    if isinstance(value, (list, tuple)) and len(value):
        if any(isinstance(each, (TensorLike, jax.Array)) for each in value):
            return stack([to_leaf(each) for each in value])
        if is_composite(value[0]):
            return composite(value[0]).stack(list(value))
    try:
        # NumPy's own type for bytes would drop NULs at their ends.
        array = np.asarray(value, object if _has_bytes(value) else None)
    except ValueError as error:
        raise TypeError(
            explain(
                "A part of an element must have rows of one length.",
                received={"value": value},
                why="It becomes one tensor.",
                fix=[
                    "keras.utils.pad_sequences(value)",
                    "tf.ragged.constant(value)",
                    "a tuple, if these are several parts of the element",
                ],
            )
        ) from error
    if array.dtype.kind in "fc" and not _has_arrays(value):
        array = array.astype(floatx().name) if array.dtype.kind == "f" else array
    elif array.dtype == np.int64 and not _has_arrays(value):
        extreme = int(np.abs(array).max()) if array.size else 0
        array = array.astype(python_scalar_dtype(extreme).name)
    elif array.size == 0 and array.dtype == np.float64:
        array = array.astype(floatx().name)
    return _from_array(array)


def _has_bytes(value: Any) -> bool:
    while isinstance(value, (list, tuple)) and len(value):
        value = value[0]
    return isinstance(value, bytes)


def _has_arrays(value: Any) -> bool:
    while isinstance(value, (list, tuple)) and len(value):
        value = value[0]
    return hasattr(value, "dtype")


def _from_array(array: np.ndarray[Any, Any]) -> Any:
    if array.dtype.kind in "OSUT":
        array = strings(array)
    return array if array.ndim else array[()]


def strings(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """An array of strings of any kind as an object array of bytes.

    Raises:
        TypeError: If there is something else than strings in it.
    """
    out = np.empty(array.shape, object)
    flat = out.reshape(-1)
    for i, item in enumerate(array.flat):
        if isinstance(item, str):
            item = item.encode()
        elif not isinstance(item, bytes):
            raise TypeError(
                explain(
                    "A part of an element holds numbers or strings.",
                    received={"value": item, "of type": type(item).__name__},
                    fix="array.astype('float32')",
                )
            )
        flat[i] = bytes(item)
    return out


def to_tensors(element: Any) -> Any:
    """The element as user functions see it; the arrays stay on the host."""
    return nest.map_leaves(_tensor, element)


def on_device(element: Any) -> Any:
    """The element as iteration gives it: tensors on the device."""
    with _jax.x64():
        return nest.map_leaves(_device_tensor, element)


def on_host(element: Any) -> Any:
    """The element as `as_numpy_iterator` gives it: arrays, which must not be changed
    (they may be views of the data set's own)."""

    def freeze(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray):
            leaf = leaf.view()
            leaf.flags.writeable = False
            return leaf
        if isinstance(leaf, Stage):
            return leaf.as_dataset()
        return leaf

    return nest.map_leaves(freeze, element)


def _tensor(leaf: Any) -> Any:
    if isinstance(leaf, (np.ndarray, np.generic)):
        return Tensor(np.asarray(leaf))
    if isinstance(leaf, bytes):
        return Tensor(scalar(leaf))
    return leaf.as_dataset() if isinstance(leaf, Stage) else leaf


def _device_tensor(leaf: Any) -> Any:
    if isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype != object:
        if isinstance(leaf, np.ndarray) and unchanging(leaf):
            return Tensor(_jax.put(leaf))  # on a CPU, JAX takes it as it lies
        return Tensor(_jax.put(np.array(leaf)))
    return _tensor(leaf)


def scalar(text: bytes) -> np.ndarray[Any, Any]:
    """One string as an array without axes."""
    array = np.empty((), object)
    array[()] = text
    return array


def stack(leaves: Sequence[Any]) -> Any:
    """Leaves of one shape along a new first axis.

    Raises:
        ValueError: If their shapes or types differ.
    """
    first = leaves[0]
    if isinstance(first, np.ndarray):
        # np.stack promotes types silently, and so would hide a mistake.
        if any(getattr(x, "dtype", None) != first.dtype for x in leaves):
            raise ValueError(f"types differ: {_kinds(leaves)}")
        return np.stack(leaves)
    if isinstance(first, bytes):
        out = np.empty(len(leaves), object)
        out[:] = leaves
        return out
    if isinstance(first, np.generic):
        if any(getattr(x, "dtype", None) != first.dtype or x.ndim for x in leaves):
            raise ValueError(f"types differ: {_kinds(leaves)}")
        return np.array(leaves, first.dtype)
    if is_composite(first):
        return composite(first).stack(list(leaves))
    if first is None:
        return None
    raise ValueError(f"{type(first).__name__} objects cannot be put in one array")


def _kinds(leaves: Sequence[Any]) -> str:
    return ", ".join(sorted({str(dtype_of(x).name) for x in leaves}))


def shape_of(leaf: Any) -> tuple[Any, ...]:
    """A leaf's shape; `()` for strings by themselves."""
    return tuple(getattr(leaf, "shape", ()))


def dtype_of(leaf: Any) -> Any:
    """A leaf's type."""
    return as_dtype("string" if isinstance(leaf, bytes) else leaf.dtype)


def rows_of(leaf: Any) -> int:
    """How many rows a leaf has along its first axis."""
    if is_composite(leaf):
        return composite(leaf).rows(leaf)
    return len(leaf)


# Tensors of other makes (ragged, sparse) bring their own way of being in a pipeline.


class Composite:
    """How tensors of one class take part in pipelines.

    Args:
        stack: Several of them along a new first axis.
        rows: How many rows one has.
        row: `row(x, i)`, row `i` as a leaf.
        spec: Its specification, as `element_spec` shows it.
    """

    def __init__(
        self,
        stack: Callable[[list[Any]], Any],
        rows: Callable[[Any], int],
        row: Callable[[Any, int], Any],
        spec: Callable[[Any], Any],
    ) -> None:
        self.stack, self.rows, self.row, self.spec = stack, rows, row, spec


_COMPOSITES: dict[type, Composite] = {}


def register_composite(kind: type, how: Composite) -> None:
    """Lets tensors of class `kind` be parts of elements."""
    _COMPOSITES[kind] = how


def is_composite(value: Any) -> bool:
    """Whether `value` is a tensor of a registered class."""
    return type(value) in _COMPOSITES


def composite(value: Any) -> Composite:
    """How `value` takes part in pipelines."""
    return _COMPOSITES[type(value)]
