"""Functions of `tf.math` beyond arithmetic: special functions, segments, counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import as_dtype, cast
from addax.ops import confusion, create, floats, math, reduce, segments
from addax.ops import shape as shapes
from addax.ops import sort as order
from addax.ops import special as ops
from addax.ops.ragged import RaggedTensor
from addax.tf._rules import alike, operand
from addax.tf.elementwise import _described, binary, unary

_F = "floating"

lgamma = unary(ops.lgamma, "math.lgamma", _F)
digamma = unary(ops.digamma, "math.digamma", _F)
ndtri = unary(ops.ndtri, "math.ndtri", _F)
erfc = unary(floats.erfc, "math.erfc", _F)
bessel_i0 = unary(ops.bessel_i0, "math.bessel_i0", _F)
bessel_i0e = unary(ops.bessel_i0e, "math.bessel_i0e", _F)
bessel_i1 = unary(ops.bessel_i1, "math.bessel_i1", _F)
bessel_i1e = unary(ops.bessel_i1e, "math.bessel_i1e", _F)
expint = unary(ops.expint, "math.special.expint", _F)
spence = unary(ops.spence, "math.special.spence", _F)
angle = unary(floats.angle, "math.angle")
igamma = binary(ops.igamma, "math.igamma")
igammac = binary(ops.igammac, "math.igammac")
zeta = binary(ops.zeta, "math.zeta")
polygamma = binary(ops.polygamma, "math.polygamma")
nextafter = binary(floats.nextafter, "math.nextafter")
truncatemod = binary(floats.fmod, "truncatemod", "The remainder, with the sign of x.")


def fresnel_cos(x: Any, name: str | None = None) -> Any:
    """Fresnel's cosine integral."""
    return ops.fresnel(operand(x, "math.special.fresnel_cos", _F))[1]


def fresnel_sin(x: Any, name: str | None = None) -> Any:
    """Fresnel's sine integral."""
    return ops.fresnel(operand(x, "math.special.fresnel_sin", _F))[0]


def erfcinv(x: Any, name: str | None = None) -> Any:
    """The inverse of `erfc`."""
    x = operand(x, "math.erfcinv", _F)
    return math.multiply(ops.ndtri(math.multiply(x, 0.5)), -float(np.sqrt(0.5)))


def truncatediv(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` of whole numbers, cut towards zero."""
    x, y = alike("truncatediv", x, y)
    rest = floats.fmod(x, y)
    return math.floor_divide(math.subtract(x, rest), y)


def betainc(a: Any, b: Any, x: Any, name: str | None = None) -> Any:
    """The regularised incomplete beta function."""
    return ops.betainc(*alike("math.betainc", a, b, x))


def lbeta(x: Any, name: str | None = None) -> Any:
    """The logarithm of |beta(x)|, over the last axis."""
    x = operand(x, "math.lbeta", _F)
    whole = ops.lgamma(reduce.sum(x, -1))
    return math.subtract(reduce.sum(ops.lgamma(x), -1), whole)


def xlog1py(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * log1p(y)`, and 0 where `x` is 0."""
    x, y = alike("math.xlog1py", x, y)
    is_zero = math.equal(x, 0)
    safe = math.log1p(math.where(is_zero, 0, y))
    return math.where(is_zero, 0, math.multiply(x, safe))


def xdivy(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y`, and 0 where `x` is 0."""
    x, y = alike("math.xdivy", x, y)
    is_zero = math.equal(x, 0)
    return math.where(is_zero, 0, math.divide(x, math.where(is_zero, 1, y)))


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """`scalar * x`."""
    return math.multiply(*alike("math.scalar_mul", scalar, x))


def cumulative_logsumexp(
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """The logarithm of the running sum of `exp(x)` along `axis`.

    Args:
        x: A tensor.
        axis: The axis.
        exclusive: Whether each sum leaves out its own element.
        reverse: Whether to run from the end.
        name: Kept for TensorFlow's signature.
    """
    x = operand(x, "math.cumulative_logsumexp", _F)
    return ops.cumulative_logsumexp(x, int(axis), bool(exclusive), bool(reverse))


def polyval(coeffs: Any, x: Any, name: str | None = None) -> Any:
    """The value of a polynomial.

    Args:
        coeffs: A list of coefficients, the highest power's first.
        x: Where.
        name: Kept for TensorFlow's signature.
    """
    if not isinstance(coeffs, (list, tuple)):
        raise ValueError(
            explain(
                "`coeffs` is a list of coefficients.",
                received={"coeffs": coeffs},
                fix="tf.math.polyval(tf.unstack(coeffs), x)",
            )
        )
    x, *rest = alike("math.polyval", x, *coeffs)
    if not rest:
        return create.zeros_like(x)
    return ops.polyval(shapes.stack(rest), x)


def is_non_decreasing(x: Any, name: str | None = None) -> Any:
    """Whether no element is less than the one before it."""
    flat = shapes.ravel(operand(x, "math.is_non_decreasing", "numeric"))
    return reduce.all(math.less_equal(flat[:-1], flat[1:]))


def is_strictly_increasing(x: Any, name: str | None = None) -> Any:
    """Whether each element is greater than the one before it."""
    flat = shapes.ravel(operand(x, "math.is_strictly_increasing", "numeric"))
    return reduce.all(math.less(flat[:-1], flat[1:]))


# Segments


def _mean(data: Any, ids: Any, count: int, power: float = 1.0) -> Any:
    ones = create.ones(tuple(ids.shape), "int32")
    sizes = segments.segment_sum(ones, ids, count)
    total = segments.segment_sum(data, ids, count)
    sizes = math.maximum(sizes, 1)
    sizes = shapes.reshape(sizes, (count, *(1,) * (total.ndim - 1)))
    return math.divide(total, math.power(cast(sizes, data.dtype.name), power))


def _sqrt_n(data: Any, ids: Any, count: int) -> Any:
    return _mean(data, ids, count, 0.5)


def _extreme(op: Callable[..., Any], least: bool) -> Callable[..., Any]:
    def run(data: Any, ids: Any, count: int, empty: Any = None) -> Any:
        found = op(data, ids, count)
        ones = create.ones(tuple(ids.shape), "int32")
        sizes = segments.segment_sum(ones, ids, count)
        sizes = shapes.reshape(sizes, (count, *(1,) * (found.ndim - 1)))
        if empty is None:
            kind = data.dtype
            empty = kind.as_numpy_dtype(kind.max if least else kind.min)
        return math.where(math.equal(sizes, 0), empty, found)

    return run


_REDUCTIONS: dict[str, tuple[Callable[..., Any], str]] = {
    "sum": (segments.segment_sum, "The sum"),
    "prod": (segments.segment_prod, "The product"),
    "max": (_extreme(segments.segment_max, False), "The greatest"),
    "min": (_extreme(segments.segment_min, True), "The least"),
    "mean": (_mean, "The mean"),
    "sqrt_n": (_sqrt_n, "The sum, divided by the root of the number,"),
}


def _sorted(kind: str) -> Callable[..., Any]:
    op, words = _REDUCTIONS[kind]
    empty = (0,) if kind in ("max", "min") else ()

    def function(data: Any, segment_ids: Any, name: str | None = None) -> Any:
        x, ids = operand(data), operand(segment_ids)
        known = np.asarray(ids)
        return op(x, ids, int(known.max()) + 1 if known.size else 0, *empty)

    doc = f"""{words} of the entries of each segment.

    Args:
        data: A tensor.
        segment_ids: The segment of each entry, in ascending order; known numbers.
        name: Kept for TensorFlow's signature.
    """
    return _described(function, f"segment_{kind}", doc)


def _unsorted(kind: str) -> Callable[..., Any]:
    op, words = _REDUCTIONS[kind]

    def function(
        data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
    ) -> Any:
        x, ids = operand(data), operand(segment_ids)
        if ids.ndim > 1:
            x = shapes.reshape(x, (-1, *x.shape[ids.ndim :]))
            ids = shapes.ravel(ids)
        count = int(num_segments)
        outside = math.less(ids, 0)  # JAX would count from the end
        return op(x, math.where(outside, count, ids), count)

    doc = f"""{words} of the entries of each segment.

    Args:
        data: A tensor.
        segment_ids: The segment of each entry; entries of negative ones are left out.
        num_segments: How many segments there are.
        name: Kept for TensorFlow's signature.
    """
    return _described(function, f"unsorted_segment_{kind}", doc)


segment_sum, segment_prod = _sorted("sum"), _sorted("prod")
segment_max, segment_min = _sorted("max"), _sorted("min")
segment_mean = _sorted("mean")
unsorted_segment_sum, unsorted_segment_prod = _unsorted("sum"), _unsorted("prod")
unsorted_segment_max, unsorted_segment_min = _unsorted("max"), _unsorted("min")
unsorted_segment_mean = _unsorted("mean")
unsorted_segment_sqrt_n = _unsorted("sqrt_n")


# Counts


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
    axis: int | None = None,
    binary_output: bool = False,
) -> Any:
    """How often each whole number from 0 occurs.

    Args:
        arr: Whole numbers, of any shape.
        weights: What each counts, instead of 1.
        minlength: The least length of the result.
        maxlength: The greatest; numbers beyond are left out.
        dtype: The type of the counts.
        name: Kept for TensorFlow's signature.
        axis: 0 or `None` to count all; -1 to count row by row.
        binary_output: Whether to tell only if a number occurs.
    """
    x = operand(arr)
    if isinstance(x, RaggedTensor):
        x, weights = _rows_to_count(x, weights, axis)
    x = shapes.ravel(x) if axis in (0, None) else x
    if weights is not None:
        weights = operand(weights)
        weights = shapes.ravel(weights) if axis in (0, None) else weights
    length = 0 if minlength is None else int(minlength)
    if maxlength is not None:
        count = int(maxlength)
        top = int(np.asarray(x).max(initial=-1)) + 1
        inside = math.less(x, count)
        kept = weights if weights is not None else create.ones_like(x)
        weights = math.where(inside, kept, 0)
        x, length = math.where(inside, x, 0), max(length, min(top, count))
        if not length:
            return create.zeros((0,), dtype)
    found = order.bincount(x, weights, length)
    if binary_output:
        found = math.not_equal(found, 0)
    keeps = weights is not None and maxlength is None
    return found if keeps else cast(found, as_dtype(dtype).name)


def _rows_to_count(x: RaggedTensor, weights: Any, axis: Any) -> tuple[Any, Any]:
    """Dense tensors with the same counts: what fills short rows counts nothing."""
    if axis in (0, None):
        return x.flat_values, getattr(weights, "flat_values", weights)
    weights = create.ones_like(x) if weights is None else weights
    return x.to_tensor(), weights.to_tensor()


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = "int32",
    name: str | None = None,
) -> Any:
    """How often each label (rows) met each prediction (columns).

    Args:
        labels: Class numbers.
        predictions: Class numbers.
        num_classes: How many classes there are; found if not given, from known values.
        weights: What each pair counts, instead of 1.
        dtype: The type of the counts.
        name: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> tf.math.confusion_matrix([1, 0, 1], [1, 1, 1]).numpy().tolist()
    [[0, 1], [0, 2]]
    """
    rows, columns = (shapes.ravel(operand(v)) for v in (labels, predictions))
    if num_classes is None:
        both = np.concatenate([np.asarray(rows), np.asarray(columns)])
        num_classes = int(both.max(initial=-1)) + 1
    kind = as_dtype(dtype).name
    if weights is None:
        counts: Any = create.ones(tuple(rows.shape), kind)
    else:
        counts = cast(shapes.ravel(operand(weights)), kind)
    return confusion.confusion_matrix(rows, columns, counts, int(num_classes))


def accumulate_n(
    inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> Any:
    """The sum of a list of tensors (`tf.add_n` under an older name)."""
    total, *rest = alike("math.accumulate_n", *inputs)
    for each in rest:
        total = math.add(total, each)
    return total


def reciprocal_no_nan(x: Any, name: str | None = None) -> Any:
    """`1 / x`, and 0 where `x` is 0."""
    x = operand(x, "math.reciprocal_no_nan", _F)
    return floats.divide_no_nan(create.ones_like(x), x)
