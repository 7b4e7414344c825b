"""Parts of variables: `v[0].assign(x)`, `v.scatter_nd_add(...)`, `tf.IndexedSlices`."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from addax import core
from addax.core import Tensor, convert
from addax.ops import assign, indexing, math, partition, segments
from addax.ops import shape as shapes
from addax.tf._rules import operand


class IndexedSlices:
    """Some entries of a larger tensor: rows `values` at places `indices`.

    Args:
        values: The entries.
        indices: Their places along the first axis.
        dense_shape: The shape of the larger tensor.
    """

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self.values = operand(values)
        self.indices = operand(indices)
        self.dense_shape = dense_shape

    @property
    def shape(self) -> Any:
        """The shape of the larger tensor, where it is known."""
        if self.dense_shape is None:
            return core.TensorShape([None, *self.values.shape[1:]])
        return core.TensorShape(shapes.sizes(self.dense_shape))

    @property
    def dtype(self) -> Any:
        """The type of the entries."""
        return self.values.dtype

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(math.negative(self.values), self.indices, self.dense_shape)

    def __repr__(self) -> str:
        return f"IndexedSlices(indices={self.indices!r}, values={self.values!r})"


# Slices of variables remember where they come from

_slices: dict[int, tuple[weakref.ref[Tensor], Any, Any]] = {}
_CHANGES = {"assign": None, "assign_add": "add", "assign_sub": "sub"}


def remember(tensor: Any, variable: Any, key: Any) -> Any:
    """Notes that a tensor is `variable[key]`, for `variable[key].assign(x)`."""
    if type(tensor) is Tensor:
        number = id(tensor)
        gone = lambda _: _slices.pop(number, None)
        _slices[number] = weakref.ref(tensor, gone), variable, key
    return tensor


def _change_of(name: str) -> property:
    """A method that only slices of variables have."""
    kind = _CHANGES[name]

    def attribute(tensor: Tensor) -> Any:
        found = _slices.get(id(tensor))
        if found is None or found[0]() is not tensor:
            raise AttributeError(
                f"'Tensor' object has no attribute {name!r}.\n"
                "Tensors never change; make it a variable: v = tf.Variable(x), then "
                f"v.{name}(...)."
            )
        _, variable, key = found

        def change(value: Any, *_: Any, **__: Any) -> Any:
            new = math.negative(operand(value)) if kind == "sub" else value
            how = "add" if kind == "sub" else kind
            old = variable.read_value()
            return variable.assign(assign.setitem(old, key, new, how))

        return change

    return property(attribute)


# Properties, for a `__getattr__` would make every `hasattr` of a tensor slow.
for _name in _CHANGES:
    setattr(Tensor, _name, _change_of(_name))


def _scatter_nd(kind: str | None, words: str, sign: bool = False) -> Callable[..., Any]:
    def method(self: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
        new = convert(updates, self.dtype)
        new = math.negative(new) if sign else new
        old = self.read_value()
        return self.assign(segments.scatter_update(old, operand(indices), new, kind))

    method.__doc__ = f"{words} `updates` at the places that `indices` spell out."
    return method


def _scatter(kind: str | None, words: str, change: Any = None) -> Callable[..., Any]:
    def method(
        self: Any, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        new = convert(sparse_delta.values, self.dtype)
        new = new if change is None else change(new)
        places = shapes.expand_dims(sparse_delta.indices, -1)
        old = self.read_value()
        return self.assign(segments.scatter_update(old, places, new, kind))

    method.__doc__ = f"{words} the entries of a `tf.IndexedSlices`."
    return method


class Parts:
    """The methods of `tf.Variable` that read or change a part of it."""

    def __getitem__(self: Any, key: Any) -> Any:
        found = indexing.getitem(self, key)
        return remember(found, self, key)

    scatter_nd_update = _scatter_nd(None, "Puts")
    scatter_nd_add = _scatter_nd("add", "Adds")
    scatter_nd_sub = _scatter_nd("add", "Subtracts", sign=True)
    scatter_nd_max = _scatter_nd("max", "Takes the greater of the value and")
    scatter_nd_min = _scatter_nd("min", "Takes the smaller of the value and")
    scatter_update = batch_scatter_update = _scatter(None, "Puts")
    scatter_add = _scatter("add", "Adds")
    scatter_sub = _scatter("add", "Subtracts", math.negative)
    scatter_max = _scatter("max", "Takes the greater of the value and")
    scatter_min = _scatter("min", "Takes the smaller of the value and")
    scatter_mul = _scatter("mul", "Multiplies by")
    scatter_div = _scatter("mul", "Divides by", math.reciprocal)

    def gather_nd(self, indices: Any, name: str | None = None) -> Any:
        """The entries whose places the last axis of `indices` spells out."""
        return partition.gather_nd(self, operand(indices))

    def sparse_read(self, indices: Any, name: str | None = None) -> Any:
        """The entries along the first axis that `indices` name."""
        return indexing.take(self, operand(indices), 0)
