"""Tensors from values and shapes: `tf.constant`, `tf.zeros`, `tf.range`, ..."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.autograph import needs_value
from addax.core import TensorLike, as_dtype, cast, convert
from addax.ops import create, math, segments
from addax.ops import shape as shapes
from addax.tf._rules import alike, operand, same_type
from addax.tf.slices import IndexedSlices


def constant(
    value: Any, dtype: Any = None, shape: Any = None, name: str = "Const"
) -> Any:
    """A tensor of constant values.

    Args:
        value: A number, a nested list, a string or an array.
        dtype: The type; from the value if not given (Python floats are float32, whole
            numbers int32, NumPy arrays keep theirs).
        shape: The shape; one value alone fills it.
        name: Kept for TensorFlow's signature.

    Returns:
        A tensor.

    Raises:
        TypeError: If Python numbers do not fit the type, e.g. 1.5 for `tf.int32`.

    Example:

    >>> from addax import tf
    >>> tf.constant([[1.0, 2.0], [3.0, 4.0]]).dtype
    tf.float32
    """
    if not isinstance(value, TensorLike):
        _fits(value, dtype)
        value = convert(value, dtype)
    elif dtype is not None:
        value = cast(value, as_dtype(dtype).name)
    if shape is None:
        return value
    fills = value.size == 1
    return (shapes.broadcast_to if fills else shapes.reshape)(value, shape)


def _fits(value: Any, dtype: Any) -> None:
    if dtype is None or not isinstance(value, (float, list, tuple)):
        return
    wanted = as_dtype(dtype)
    if (wanted.is_integer or wanted.is_bool) and convert(value).dtype.is_floating:
        if isinstance(value, (list, tuple)) and not value:
            return  # an empty list has no type of its own
        raise TypeError(
            explain(
                f"These values are no {wanted.name} values.",
                received={"value": value, "dtype": wanted.name},
                why="A constant never drops the part after the point silently.",
                fix=f"tf.cast(tf.constant({value!r}), {wanted!r})",
            )
        )


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> Any:
    """`value` as a tensor.

    Args:
        value: A tensor (returned as it is), a variable, an array, a number or a list.
        dtype: The type; a tensor must have it already.
        dtype_hint: A type for what has none of its own, where it fits.
        name: Kept for TensorFlow's signature.

    Raises:
        ValueError: If `value` is a tensor of another type.
    """
    if isinstance(value, TensorLike):
        read = getattr(value, "read_value", None)
        made = value if read is None else read()
        if dtype is not None:
            same_type(made, as_dtype(dtype), "value")
        return made
    if isinstance(value, IndexedSlices):
        places = shapes.expand_dims(value.indices, -1)
        return segments.scatter(places, value.values, value.dense_shape)
    if dtype is None and dtype_hint is not None:
        try:
            return constant(value, dtype_hint)
        except (TypeError, ValueError):
            pass
    return constant(value, dtype)


def zeros(
    shape: Any, dtype: Any = "float32", name: str | None = None, layout: Any = None
) -> Any:
    """A tensor of zeros."""
    return create.zeros(shape, dtype)


def ones(
    shape: Any, dtype: Any = "float32", name: str | None = None, layout: Any = None
) -> Any:
    """A tensor of ones."""
    return create.ones(shape, dtype)


def zeros_like(
    input: Any, dtype: Any = None, name: str | None = None, layout: Any = None
) -> Any:
    """Zeros in the shape (and type) of `input`."""
    return create.zeros_like(operand(input), dtype)


def ones_like(
    input: Any, dtype: Any = None, name: str | None = None, layout: Any = None
) -> Any:
    """Ones in the shape (and type) of `input`."""
    return create.ones_like(operand(input), dtype)


def fill(dims: Any, value: Any, name: str | None = None, layout: Any = None) -> Any:
    """A tensor of shape `dims` with `value` everywhere."""
    return shapes.broadcast_to(operand(value), dims)


def range(
    start: Any,
    limit: Any = None,
    delta: Any = 1,
    dtype: Any = None,
    name: str = "range",
) -> Any:
    """Numbers from `start` (0 if it is the only one) up to `limit`, exclusive.

    Example:

    >>> from addax import tf
    >>> tf.range(3, 18, 5).numpy().tolist()
    [3, 8, 13]
    """
    if limit is None:
        start, limit = 0, start
    for value in (start, limit, delta):
        needs_value(value, "tf.range", "the length of its result")
    return create.arange(start, limit, delta, dtype)


def linspace(
    start: Any, stop: Any, num: Any, name: str | None = None, axis: int = 0
) -> Any:
    """`num` numbers evenly from `start` to `stop`, both included.

    Whole-number ends give float64.
    """
    start, stop = alike("linspace", start, stop)
    if start.dtype.is_integer:
        start, stop = cast(start, "float64"), cast(stop, "float64")
    return create.linspace(start, stop, int(num), dtype=start.dtype, axis=axis)


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """The identity matrix, repeated for each entry of `batch_shape`."""
    columns = None if num_columns is None else int(num_columns)
    one = create.eye(int(num_rows), columns, dtype=dtype)
    if batch_shape is None:
        return one
    return shapes.broadcast_to(one, (*batch_shape, *one.shape))


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> Any:
    """A new axis with `on_value` at the place that each index names.

    Args:
        indices: Whole numbers; those out of range give `off_value` everywhere.
        depth: The size of the new axis.
        on_value: 1 if not given.
        off_value: 0 if not given.
        axis: Where the new axis goes; the end if not given.
        dtype: The type; that of `on_value`, or float32.
        name: Kept for TensorFlow's signature.
    """
    if dtype is None:
        given = next((v for v in (on_value, off_value) if v is not None), 1.0)
        dtype = operand(given).dtype
    place = -1 if axis is None else axis
    chosen = create.one_hot(operand(indices), int(depth), place, "bool")
    on, off = (
        convert(default if value is None else value, dtype)
        for value, default in ((on_value, 1), (off_value, 0))
    )
    return math.where(chosen, on, off)


def meshgrid(*args: Any, indexing: str = "xy", name: str | None = None) -> list[Any]:
    """Grids of coordinates from one-dimensional tensors."""
    return create.meshgrid(*args, indexing=indexing)


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: str | None = None
) -> Any:
    """For each length a row of `maxlen` that is true at the first so many places."""
    lengths = operand(lengths)
    if maxlen is None:
        maxlen = int(lengths.numpy().max())
    places = create.arange(0, int(maxlen), dtype=lengths.dtype)
    mask = math.less(places, shapes.expand_dims(lengths, -1))
    return cast(mask, as_dtype(dtype).name)
