"""Functions over axes: `tf.reduce_sum`, `tf.argmax`, `tf.cumsum`, ..."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax.core import CompositeTensor, as_dtype, cast
from addax.ops import math, reduce, shape
from addax.tf._rules import operand


def _reduction(op: Callable[..., Any], name: str, kind: str) -> Callable[..., Any]:
    public = f"reduce_{name}"

    def function(
        input_tensor: Any,
        axis: Any = None,
        keepdims: bool = False,
        name: str | None = None,
    ) -> Any:
        x = operand(input_tensor, public, kind)
        return op(x, axis, bool(keepdims))

    function.__name__ = function.__qualname__ = public
    function.__doc__ = f"{op.__doc__}\n\nThe result has the type of the input."
    return function


def _sum(x: Any, axis: Any, keepdims: bool) -> Any:
    """The sum over `axis` (an int, several, or None for all)."""
    return cast(reduce.sum(x, axis, keepdims), x.dtype)


def _prod(x: Any, axis: Any, keepdims: bool) -> Any:
    """The product over `axis` (an int, several, or None for all)."""
    return cast(reduce.prod(x, axis, keepdims), x.dtype)


def _mean(x: Any, axis: Any, keepdims: bool) -> Any:
    """The mean over `axis` (an int, several, or None for all).

    The mean of whole numbers is a whole number, cut towards zero.
    """
    mean = reduce.mean(cast(x, "float64") if x.dtype.is_integer else x, axis, keepdims)
    # TensorFlow's mean of ragged whole numbers is not cut.
    return mean if isinstance(x, CompositeTensor) else cast(mean, x.dtype)


reduce_sum = _reduction(_sum, "sum", "numeric")
reduce_prod = _reduction(_prod, "prod", "numeric")
reduce_mean = _reduction(_mean, "mean", "numeric")
reduce_max = _reduction(reduce.max, "max", "numeric")
reduce_min = _reduction(reduce.min, "min", "numeric")
reduce_any = _reduction(reduce.any, "any", "boolean")
reduce_all = _reduction(reduce.all, "all", "boolean")
reduce_std = _reduction(reduce.std, "std", "floating or complex")
reduce_variance = _reduction(reduce.var, "variance", "floating or complex")
reduce_logsumexp = _reduction(reduce.logsumexp, "logsumexp", "floating")


def reduce_euclidean_norm(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Any:
    """The root of the sum of squares over `axis`."""
    x = operand(input_tensor, "math.reduce_euclidean_norm", "floating or complex")
    return math.sqrt(reduce.sum(math.square(math.absolute(x)), axis, bool(keepdims)))


def count_nonzero(
    input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = "int64",
    name: str | None = None,
) -> Any:
    """How many elements over `axis` are not 0, as int64."""
    found = cast(math.not_equal(operand(input), 0), as_dtype(dtype).name)
    return reduce.sum(found, axis, bool(keepdims))


def argmax(
    input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None
) -> Any:
    """The index of the greatest element along `axis` (the first axis if not given).

    Example:

    >>> from addax import tf
    >>> tf.argmax([[1, 9], [7, 3]], axis=1)
    <tf.Tensor: shape=(2,), dtype=int64, numpy=array([1, 0])>
    """
    return cast(reduce.argmax(operand(input), axis or 0), as_dtype(output_type).name)


def argmin(
    input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None
) -> Any:
    """The index of the smallest element along `axis` (the first axis if not given)."""
    return cast(reduce.argmin(operand(input), axis or 0), as_dtype(output_type).name)


def cumsum(
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """The running sum along `axis`.

    Args:
        x: A tensor.
        axis: The axis.
        exclusive: Whether each sum leaves out its own element.
        reverse: Whether to run from the end.
        name: Kept for TensorFlow's signature.
    """
    return _running(reduce.cumsum, 0, x, int(axis), exclusive, reverse)


def cumprod(
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """The running product along `axis`; see `cumsum`."""
    return _running(reduce.cumprod, 1, x, int(axis), exclusive, reverse)


def _running(
    op: Any, start: int, x: Any, axis: int, exclusive: bool, reverse: bool
) -> Any:
    x = operand(x)
    total = shape.flip(x, axis) if reverse else x
    if exclusive:  # a start in front, the last element out
        axis %= x.ndim
        widths = [(int(i == axis), 0) for i in range(x.ndim)]
        cut = [slice(None)] * axis + [slice(0, -1)]
        total = shape.pad(total[tuple(cut)], widths, constant_values=start)
    total = cast(op(total, axis), x.dtype)
    return shape.flip(total, axis) if reverse else total
