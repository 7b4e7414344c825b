"""Functions that rearrange and pick elements: `tf.reshape`, `tf.concat`, ..."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import SymbolicTensor, TensorShape, as_dtype, convert
from addax.core import cast as to_type
from addax.ops import indexing, math, partition
from addax.ops import shape as shapes
from addax.ops import sort as order
from addax.ops.ragged import RaggedTensor
from addax.tf._rules import alike, operand

# Shapes


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Any:
    """Gives the elements another shape; one size may be -1.

    Example:

    >>> from addax import tf
    >>> tf.reshape([1, 2, 3, 4], (2, -1)).shape
    TensorShape([2, 2])
    """
    return shapes.reshape(tensor, shape)


def shape(input: Any, out_type: Any = "int32", name: str | None = None) -> Any:
    """The shape as a tensor of whole numbers.

    Shapes are known while a function is traced, so `tf.shape(x)[0]` may be used
    wherever a size is wanted.

    Raises:
        ValueError: If `input` is symbolic and a size is unknown.
    """
    sizes = TensorShape(operand(input).shape)
    if isinstance(input, RaggedTensor) and not sizes.is_fully_defined():
        raise ValueError(
            explain(
                "A ragged tensor has no size along its ragged axes.",
                received={"input": input},
                fix="x.bounding_shape(), x.row_lengths() or x.shape",
            )
        )
    if isinstance(input, SymbolicTensor) and not sizes.is_fully_defined():
        raise ValueError(
            explain(
                "The shape of a symbolic tensor has sizes that are not known yet.",
                received={"input": input},
                why="They are known inside layers, when the model runs.",
                fix="keras.layers.Lambda(lambda x: ... tf.shape(x) ...), or a layer "
                "whose call() uses it",
            )
        )
    return convert(np.array(sizes, as_dtype(out_type).name))


def size(input: Any, out_type: Any = "int32", name: str | None = None) -> Any:
    """How many elements, as a tensor."""
    made = operand(input)
    if isinstance(made, RaggedTensor):
        made = made.flat_values
    count = np.prod(shape(made).numpy(), dtype=as_dtype(out_type).name)
    return convert(np.asarray(count))


def rank(input: Any, name: str | None = None) -> Any:
    """How many axes, as a tensor."""
    return convert(len(operand(input).shape))


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """`x` itself, once its shape is found to be compatible with `shape`.

    Raises:
        ValueError: If it is not.
    """
    x = operand(x)
    wanted = TensorShape(shape)
    if not wanted.is_compatible_with(x.shape):
        raise ValueError(
            explain(
                "The tensor has another shape than expected.",
                received={"x": x, "shape": tuple(wanted)},
            )
        )
    return x


def expand_dims(input: Any, axis: Any, name: str | None = None) -> Any:
    """Inserts an axis of size 1."""
    return shapes.expand_dims(operand(input), axis)


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Any:
    """Removes axes of size 1: those named, or all."""
    return shapes.squeeze(operand(input), axis if axis != [] else None)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Any:
    """Repeats `input` along axes of size 1, and new ones in front."""
    return shapes.broadcast_to(operand(input), shape)


def transpose(
    a: Any, perm: Any = None, conjugate: bool = False, name: str = "transpose"
) -> Any:
    """Reorders the axes; without `perm`, reverses them."""
    turned = shapes.transpose(operand(a), perm)
    return math.conjugate(turned) if conjugate else turned


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Any:
    """Reverses the elements along each of `axis`."""
    return shapes.flip(tensor, axis)


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Any:
    """Shifts elements along `axis`; those that leave come in on the other side."""
    return shapes.roll(operand(input), shift, axis)


# Joining, splitting, repeating


def concat(values: Any, axis: Any, name: str = "concat") -> Any:
    """Joins tensors along an axis that they have.

    Example:

    >>> from addax import tf
    >>> tf.concat([[[1, 2]], [[3, 4]]], axis=0).numpy().tolist()
    [[1, 2], [3, 4]]
    """
    return shapes.concatenate(alike("concat", *values), int(axis))


def stack(values: Any, axis: int = 0, name: str = "stack") -> Any:
    """Joins tensors of one shape along a new axis."""
    return shapes.stack(alike("stack", *values), axis)


def unstack(
    value: Any, num: int | None = None, axis: int = 0, name: str = "unstack"
) -> list[Any]:
    """The entries along `axis`, as a list."""
    return shapes.unstack(operand(value), num, axis)


def split(
    value: Any,
    num_or_size_splits: Any,
    axis: Any = 0,
    num: int | None = None,
    name: str = "split",
) -> list[Any]:
    """Cuts a tensor along `axis`.

    Args:
        value: A tensor.
        num_or_size_splits: How many equal parts, or the size of each (one may be -1).
        axis: The axis.
        num: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.
    """
    value, axis = operand(value), int(axis)
    parts = np.asarray(num_or_size_splits)
    if not parts.ndim:
        return shapes.split(value, int(parts), axis)
    total = value.shape[axis]
    parts = np.where(parts < 0, total - parts[parts >= 0].sum(), parts)
    if parts.sum() != total:
        raise ValueError(
            explain(
                "The sizes must add up to the size of the axis.",
                received={
                    "num_or_size_splits": num_or_size_splits,
                    "value": value,
                    "axis": axis,
                },
            )
        )
    return shapes.split(value, np.cumsum(parts)[:-1].tolist(), axis)


def tile(input: Any, multiples: Any, name: str | None = None) -> Any:
    """The whole of `input`, repeated along each axis."""
    return shapes.tile(operand(input), shapes.sizes(multiples))


def repeat(
    input: Any, repeats: Any, axis: int | None = None, name: str | None = None
) -> Any:
    """Each element repeated, along `axis` (all elements if `None`)."""
    return shapes.repeat(operand(input), repeats, axis)


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    constant_values: Any = 0,
    name: str | None = None,
) -> Any:
    """Adds elements around a tensor.

    Args:
        tensor: A tensor.
        paddings: `(before, after)` for each axis.
        mode: `"CONSTANT"`, `"REFLECT"` or `"SYMMETRIC"`, in either case.
        constant_values: What to add in mode `"CONSTANT"`.
        name: Kept for TensorFlow's signature.
    """
    kind = mode.lower()
    fill = constant_values if kind == "constant" else None
    return shapes.pad(tensor, np.asarray(paddings), kind, fill)


# Picking


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: int = 0,
    name: str | None = None,
) -> Any:
    """Picks entries of `params` along `axis`.

    Args:
        params: A tensor.
        indices: Whole numbers, of any shape.
        validate_indices: Kept for TensorFlow's signature.
        axis: The axis; `batch_dims` if not given.
        batch_dims: How many leading axes `params` and `indices` share.
        name: Kept for TensorFlow's signature.
    """
    place = batch_dims if axis is None else int(axis)
    return indexing.gather(operand(params), operand(indices), place, batch_dims)


def gather_nd(
    params: Any, indices: Any, batch_dims: int = 0, name: str | None = None
) -> Any:
    """Picks the entries whose places the last axis of `indices` spells out.

    Args:
        params: A tensor.
        indices: Whole numbers.
        batch_dims: How many leading axes `params` and `indices` share.
        name: Kept for TensorFlow's signature.
    """
    return partition.gather_nd(operand(params), operand(indices), int(batch_dims))


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """Elements of `x` where `condition` is true, of `y` elsewhere.

    With `condition` alone: the places where it is true, one a row, as int64. How many
    there are depends on the values: a function with that form runs as plain Python.
    """
    if x is None and y is None and isinstance(condition, RaggedTensor):
        found = condition.to_sparse()
        return found.indices[to_type(found.values, "bool")]
    if x is None and y is None:
        return convert(np.argwhere(np.asarray(operand(condition))).astype("int64"))
    return math.where(condition, *alike("where", x, y))


def boolean_mask(
    tensor: Any, mask: Any, axis: Any = None, name: str = "boolean_mask"
) -> Any:
    """The entries for which `mask` is true, along `axis` and those that follow.

    How many there are depends on the values, so this does not work in a traced
    function; `tf.where(mask, tensor, 0)` does.
    """
    made = operand(tensor)
    return made[(builtins.slice(None),) * int(axis or 0) + (convert(mask, "bool"),)]


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Any:
    """`size` entries from `begin` along each axis; -1 for all that follow."""
    begins, sizes = np.asarray(begin).tolist(), np.asarray(size).tolist()
    keys = (
        builtins.slice(b, None if n == -1 else b + n)
        for b, n in zip(begins, sizes, strict=True)
    )
    return operand(input_)[tuple(keys)]


# Order


def sort(
    values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None
) -> Any:
    """The elements in order along `axis`; `direction` may be `"DESCENDING"`."""
    ordered = order.sort(operand(values), axis)
    return shapes.flip(ordered, axis) if _falls(direction) else ordered


def argsort(
    values: Any,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Any:
    """The indices that sort along `axis`, as int32; ties keep their order."""
    values = operand(values)
    if not _falls(direction):
        return order.argsort(values, axis)
    last = values.shape[axis] - 1  # from the back, so that ties keep their order
    found = order.argsort(shapes.flip(values, axis), axis)
    return math.subtract(last, shapes.flip(found, axis))


def _falls(direction: str) -> bool:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            explain(
                "`direction` is 'ASCENDING' or 'DESCENDING'.",
                received={"direction": direction},
            )
        )
    return direction == "DESCENDING"


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = "int32",
    name: str | None = None,
) -> Any:
    """Where each value would be inserted into a sorted vector to keep it sorted."""
    sequence, values = alike("searchsorted", sorted_sequence, values)
    return to_type(order.searchsorted(sequence, values, side), as_dtype(out_type).name)


# The value itself


def identity(input: Any, name: str | None = None) -> Any:
    """A new tensor with the same value; gradients pass."""
    x = operand(input)
    return to_type(x, x.dtype)


def stop_gradient(input: Any, name: str | None = None) -> Any:
    """The same value, behind which no gradients flow."""
    return math.stop_gradient(operand(input))


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """Converts the elements to `dtype`; fractions are cut off.

    Example:

    >>> from addax import tf
    >>> tf.cast([1.8, -2.2], tf.int32).numpy().tolist()
    [1, -2]
    """
    return to_type(operand(x), as_dtype(dtype).name)
