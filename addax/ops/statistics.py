"""Averages, quantiles, histograms, differences; reductions that skip NaN."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from addax.core import Array, convert, op
from addax.ops.reduce import Axis, reduction

_NAN = "of the elements that are not NaN,"
nansum = reduction(jnp.nansum, "nansum", f"The sum {_NAN}")
nanprod = reduction(jnp.nanprod, "nanprod", f"The product {_NAN}")
nanmean = reduction(jnp.nanmean, "nanmean", f"The mean {_NAN}", floating=True)
nanmax = reduction(jnp.nanmax, "nanmax", f"The greatest {_NAN}")
nanmin = reduction(jnp.nanmin, "nanmin", f"The smallest {_NAN}")
nanvar = reduction(jnp.nanvar, "nanvar", f"The variance {_NAN}", floating=True)
nanstd = reduction(jnp.nanstd, "nanstd", f"The deviation {_NAN}", floating=True)
median = reduction(jnp.median, "median", "The median", floating=True)
nanmedian = reduction(jnp.nanmedian, "nanmedian", f"The median {_NAN}", floating=True)
ptp = reduction(jnp.ptp, "ptp", "The difference of greatest and smallest")


@op(differentiable=False)
def count_nonzero(x: Array, axis: Axis = None) -> Array:
    """How many elements are not 0, over `axis`, as int32."""
    return jnp.count_nonzero(x, axis=axis).astype("int32")


@op(differentiable=False)
def nanargmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the greatest element that is not NaN; -1 if all are."""
    filled = jnp.where(jnp.isnan(x), -jnp.inf, x)
    found = jnp.argmax(filled, axis=axis, keepdims=keepdims).astype("int32")
    return jnp.where(jnp.all(jnp.isnan(x), axis=axis, keepdims=keepdims), -1, found)


@op(differentiable=False)
def nanargmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the smallest element that is not NaN; -1 if all are."""
    filled = jnp.where(jnp.isnan(x), jnp.inf, x)
    found = jnp.argmin(filled, axis=axis, keepdims=keepdims).astype("int32")
    return jnp.where(jnp.all(jnp.isnan(x), axis=axis, keepdims=keepdims), -1, found)


@op
def nancumsum(x: Array, axis: int | None = None, dtype: str | None = None) -> Array:
    """The running sum along `axis`, NaN counting as 0."""
    return jnp.nancumsum(x, axis=axis, dtype=dtype or x.dtype)


@op
def nancumprod(x: Array, axis: int | None = None, dtype: str | None = None) -> Array:
    """The running product along `axis`, NaN counting as 1."""
    return jnp.nancumprod(x, axis=axis, dtype=dtype or x.dtype)


@op(name="quantile", floating=True, promote=("x",))
def _quantile(
    x: Array, q: Array, axis: Axis, method: str, keepdims: bool, skip_nan: bool
) -> Array:
    fn = jnp.nanquantile if skip_nan else jnp.quantile
    q = q.astype(x.dtype)
    return fn(x, q, axis=axis, method=method, keepdims=keepdims)


def quantile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """The value below which the part `q` of the elements lies, over `axis`.

    Args:
        x: A tensor.
        q: Numbers from 0 to 1.
        axis: The axis or axes; all if `None`.
        method: How to interpolate: `"linear"`, `"lower"`, `"higher"`, `"midpoint"`,
            `"nearest"`.
        keepdims: Whether the axes stay, with size 1.
    """
    return _quantile(x, q, axis, method, keepdims, False)


def nanquantile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """`quantile` of the elements that are not NaN."""
    return _quantile(x, q, axis, method, keepdims, True)


def _share(q: Any) -> Any:
    return np.asarray(q) / 100.0 if not hasattr(q, "_value") else q / 100.0


def percentile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """`quantile`, with `q` in per cent."""
    return _quantile(x, _share(q), axis, method, keepdims, False)


def nanpercentile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """`nanquantile`, with `q` in per cent."""
    return _quantile(x, _share(q), axis, method, keepdims, True)


@op(promote=True, floating=True)
def average(x: Array, axis: Axis = None, weights: Array | None = None) -> Array:
    """The mean over `axis`, weighted if `weights` are given."""
    return jnp.average(x, axis=axis, weights=weights)


@op(floating=True)
def corrcoef(x: Array) -> Array:
    """The correlation of each row with each."""
    return jnp.corrcoef(x)


@op(promote=True, floating=True)
def correlate(x1: Array, x2: Array, mode: str = "valid") -> Array:
    """The cross-correlation of two vectors."""
    return jnp.correlate(x1, x2, mode)


def histogram(x: Any, bins: int = 10, range: Any = None) -> Any:
    """How many elements fall into each of `bins` equal parts of the range.

    Args:
        x: A tensor.
        bins: How many parts.
        range: The lower and upper end; those of the elements if not given.

    Returns:
        The counts, and the `bins + 1` limits.
    """
    return _histogram(x, bins, None if range is None else tuple(range))


@op(name="histogram")
def _histogram(x: Array, bins: int, limits: tuple[float, float] | None) -> Any:
    counts, edges = jnp.histogram(x, bins, limits)
    whole = jnp.issubdtype(x.dtype, np.integer) or x.dtype == bool
    return counts.astype("int32" if whole else x.dtype), edges


@op(differentiable=False)
def digitize(x: Array, bins: Any) -> Array:
    """The number of the part, between ascending limits, that each element is in."""
    return jnp.digitize(x, jnp.asarray(np.asarray(bins))).astype("int32")


@op
def diff(a: Array, n: int = 1, axis: int = -1) -> Array:
    """The differences of neighbours along `axis`, taken `n` times."""
    return jnp.diff(a, n, axis)


@op(floating=True)
def trapezoid(
    y: Array, x: Array | None = None, dx: float = 1.0, axis: int = -1
) -> Array:
    """The integral along `axis` by the trapezoidal rule."""
    return jnp.trapezoid(y, x, dx, axis)


def psnr(x1: Any, x2: Any, max_val: float) -> Any:
    """The peak signal-to-noise ratio of two images, in decibels."""
    return _psnr(x1, x2, float(max_val))


@op(name="psnr", promote=True, floating=True)
def _psnr(x1: Array, x2: Array, max_val: float) -> Array:
    error = jnp.mean(jnp.square(x1 - x2))
    return 20 * jnp.log10(jnp.asarray(max_val, x1.dtype)) - 10 * jnp.log10(error)


@op(promote=True, differentiable=False)
def _isin(x1: Array, x2: Array, assume_unique: bool, invert: bool) -> Array:
    return jnp.isin(x1, x2, assume_unique, invert)


def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    """Whether each element of `x1` is among those of `x2`."""
    return _isin(x1, x2, assume_unique, invert)


def window(name: str, size: int, *shape: float) -> Any:
    """A window function of NumPy's, e.g. `"hanning"`, in `size` points, as float32."""
    made = getattr(np, name)(int(size), *shape)
    return convert(made.astype("float32"))


def bartlett(x: int) -> Any:
    """The Bartlett (triangular) window of `x` points."""
    return window("bartlett", x)


def blackman(x: int) -> Any:
    """The Blackman window of `x` points."""
    return window("blackman", x)


def hamming(x: int) -> Any:
    """The Hamming window of `x` points."""
    return window("hamming", x)


def hanning(x: int) -> Any:
    """The Hann window of `x` points."""
    return window("hanning", x)


def kaiser(x: int, beta: float) -> Any:
    """The Kaiser window of `x` points."""
    return window("kaiser", x, float(beta))
