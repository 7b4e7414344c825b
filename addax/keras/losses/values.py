"""What losses and metrics do with values: types, ranks, masks, weights, reductions."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import TensorLike, cast, convert, floatx
from addax.keras import dtype_policies
from addax.ops import math, reduce, shape

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none")


class Reduction:
    """The names of reductions as constants (`tf.keras.losses.Reduction`)."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE


def compute_dtype(dtype: Any) -> str:
    """The type that a loss or metric computes in: `floatx()` if none is given."""
    return dtype_policies.get(floatx().name if dtype is None else dtype).compute_dtype


def check_reduction(reduction: Any) -> str | None:
    """The name of a reduction, once it is known to be one.

    Raises:
        ValueError: If it is none.
    """
    if reduction == "auto":  # Keras 2
        return "sum_over_batch_size"
    if reduction is None or reduction in REDUCTIONS:
        return reduction
    raise ValueError(
        explain(
            "There is no such reduction.",
            received={"reduction": reduction},
            why=did_you_mean(str(reduction), REDUCTIONS),
            fix=f"Use one of {', '.join(map(repr, REDUCTIONS))}, or None.",
        )
    )


def tensor(x: Any, dtype: Any = None) -> Any:
    """`x` as a tensor (a symbolic one stays symbolic), of type `dtype` if given."""
    if not isinstance(x, TensorLike):
        return convert(x, dtype)
    return x if dtype is None or x.dtype == dtype else cast(x, dtype)  # type: ignore


def same_rank(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Two tensors whose ranks differ by a last axis of size 1, brought to one rank.

    A vector gains the axis; with more axes, the larger tensor loses it.
    """
    rank1, rank2 = len(x1.shape), len(x2.shape)
    if rank1 == rank2 + 1 and x1.shape[-1] == 1:
        if rank2 == 1:
            return x1, shape.expand_dims(x2, -1)
        return shape.squeeze(x1, -1), x2
    if rank2 == rank1 + 1 and x2.shape[-1] == 1:
        if rank1 == 1:
            return shape.expand_dims(x1, -1), x2
        return x1, shape.squeeze(x2, -1)
    return x1, x2


def mask_of(x: Any) -> Any:
    """The mask that a layer attached to a tensor, or `None`."""
    return getattr(x, "_keras_mask", None)


def size(x: Any) -> int:
    """How many elements a tensor has."""
    return int(x.size)


def ratio(total: Any, count: Any) -> Any:
    """`total / count`, and 0 where `count` is 0."""
    safe = math.where(math.equal(count, 0), 1, count)
    return math.where(math.equal(count, 0), 0, math.divide(total, safe))


def with_mask(sample_weight: Any, mask: Any, dtype: Any, reduction: Any) -> Any:
    """Sample weights that are 0 where the mask is false.

    For means the others grow, so that the mean is over the elements that are left.
    """
    if mask is None:
        return sample_weight
    mask = tensor(mask, dtype)
    if reduction in ("mean", "sum_over_batch_size"):
        mask = mask * ratio(tensor(float(size(mask)), dtype), reduce.sum(mask))
    if sample_weight is None:
        return mask
    mask, sample_weight = same_rank(mask, tensor(sample_weight, dtype))
    return math.multiply(sample_weight, mask)


def reduced(
    values: Any, sample_weight: Any, mask: Any, reduction: Any, dtype: Any
) -> Any:
    """Values of single samples, weighted and brought to one number.

    Args:
        values: The values.
        sample_weight: Weights of the samples, or `None`.
        mask: Which samples count, or `None` for all.
        reduction: One of `REDUCTIONS`, or `None`.
        dtype: The type to compute in.
    """
    values = tensor(values, dtype)
    if sample_weight is not None:
        sample_weight = tensor(sample_weight, dtype)
    sample_weight = with_mask(sample_weight, mask, dtype, reduction)
    if sample_weight is not None:
        values, sample_weight = same_rank(values, sample_weight)
        check_weights(values, sample_weight)
        values = math.multiply(values, sample_weight)
    if reduction in (None, "none") or tuple(values.shape) in ((), (0,)):
        return values
    if reduction == "sum":
        return reduce.sum(values)
    if reduction == "mean_with_sample_weight" and sample_weight is not None:
        return ratio(reduce.sum(values), reduce.sum(sample_weight))
    return reduce.mean(values)


def check_weights(values: Any, sample_weight: Any) -> None:
    """Raises `ValueError` unless the weights can be spread over the values."""
    if not broadcasts(values.shape, sample_weight.shape):
        raise ValueError(
            explain(
                "`sample_weight` does not fit the values that it weighs.",
                received={
                    "sample_weight.shape": tuple(sample_weight.shape),
                    "values.shape": tuple(values.shape),
                },
                why="There is one value for each sample (and time step or pixel).",
                fix="sample_weight=numpy.ones(len(y))",
            )
        )


def broadcasts(a: Any, b: Any) -> bool:
    """Whether two shapes can be brought to one by repeating axes of size 1."""
    pairs = zip(reversed(tuple(a)), reversed(tuple(b)), strict=False)
    return all(m is None or n is None or m == n or 1 in (m, n) for m, n in pairs)


def samplewise(
    values: Any, sample_weight: Any, dtype: Any, reduce_fn: Any = reduce.mean
) -> tuple[Any, Any]:
    """Values and weights with one number for each sample, for metrics.

    Args:
        values: The values, of any rank.
        sample_weight: Their weights, or `None`.
        dtype: The type to compute in.
        reduce_fn: How the values of a sample become one: `mean` or `sum`.
    """
    mask = mask_of(values)
    values = tensor(values, dtype)
    if sample_weight is None:
        return _rows(values, reduce_fn), None
    sample_weight = with_mask(tensor(sample_weight, dtype), mask, dtype, "sum")
    values, sample_weight = same_rank(values, sample_weight)
    rank = len(sample_weight.shape)
    if rank < len(values.shape):
        values = reduce_fn(values, axis=tuple(range(rank, len(values.shape))))
    check_weights(values, sample_weight)
    sample_weight = shape.broadcast_to(sample_weight, values.shape)
    values = math.multiply(values, sample_weight)
    return _rows(values, reduce_fn), _rows(sample_weight, reduce_fn)


def _rows(x: Any, reduce_fn: Any) -> Any:
    rank = len(x.shape)
    return reduce_fn(x, axis=tuple(range(1, rank))) if rank > 1 else x
