"""Fourier and cosine transforms of complex tensors, and frames of signals."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, op

Lengths = tuple[int, ...] | None


@op(name="complex_fft")
def fft(x: Array, rank: int, inverse: bool = False) -> Array:
    """The Fourier transform of the last `rank` axes of complex numbers."""
    transform = jnp.fft.ifftn if inverse else jnp.fft.fftn
    return transform(x, axes=tuple(range(-rank, 0))).astype(x.dtype)


def _fitted(x: Array, lengths: tuple[int, ...]) -> Array:
    """The last axes cut, or filled with zeros, to those lengths."""
    for axis, n in zip(range(-len(lengths), 0), lengths, strict=True):
        axis += x.ndim
        x = jax.lax.slice_in_dim(x, 0, min(n, x.shape[axis]), axis=axis)
        widths = [(0, n - x.shape[axis] if i == axis else 0) for i in range(x.ndim)]
        x = jnp.pad(x, widths)
    return x


@op(name="complex_rfft")
def rfft(x: Array, rank: int, lengths: Lengths = None) -> Array:
    """The Fourier transform of the last `rank` axes of real numbers, half of it."""
    x = x if lengths is None else _fitted(x, lengths)
    kind = "complex128" if x.dtype == "float64" else "complex64"
    return jnp.fft.rfftn(x, axes=tuple(range(-rank, 0))).astype(kind)


@op(name="complex_irfft")
def irfft(x: Array, rank: int, lengths: Lengths = None) -> Array:
    """The inverse of `rfft`."""
    if lengths is not None:
        x = _fitted(x, (*lengths[:-1], lengths[-1] // 2 + 1))
    kind = "float64" if x.dtype == "complex128" else "float32"
    axes = tuple(range(-rank, 0))
    return jnp.fft.irfftn(x, lengths, axes).astype(kind)


@op
def frame(x: Array, length: int, step: int, pad_end: bool, fill: float) -> Array:
    """Windows that slide over the last axis, as a new last axis but one."""
    n = x.shape[-1]
    if pad_end:
        count = -(-n // step)
        more = max(0, (count - 1) * step + length - n)
        widths = [(0, 0)] * (x.ndim - 1) + [(0, more)]
        x = jnp.pad(x, widths, constant_values=np.asarray(fill, x.dtype))
    else:
        count = max(0, (n - length) // step + 1)
    places = np.arange(count)[:, None] * step + np.arange(length)
    return x[..., places]


@op
def overlap_and_add(x: Array, step: int) -> Array:
    """Adds up windows that start `step` apart: the transpose of `frame`."""
    count, length = x.shape[-2:]
    places = np.arange(count)[:, None] * step + np.arange(length)
    total = (count - 1) * step + length
    return jnp.zeros((*x.shape[:-2], total), x.dtype).at[..., places].add(x)


def _basis(n: int, kind: int) -> np.ndarray:
    """Row k: the cosines that the transform of type `kind` takes number k from."""
    k, i = np.arange(n)[:, None], np.arange(n)
    if kind == 1:
        basis = 2 * np.cos(np.pi * k * i / (n - 1))
        basis[:, [0, -1]] /= 2
    elif kind == 2:
        basis = 2 * np.cos(np.pi * k * (2 * i + 1) / (2 * n))
    elif kind == 3:
        basis = 2 * np.cos(np.pi * i * (2 * k + 1) / (2 * n))
        basis[:, 0] /= 2
    else:
        basis = 2 * np.cos(np.pi * (2 * k + 1) * (2 * i + 1) / (4 * n))
    return basis


@op
def dct(x: Array, kind: int, ortho: bool = False) -> Array:
    """The cosine transform of the last axis, as one matrix product.

    With `ortho` its matrix is orthogonal.
    """
    n = x.shape[-1]
    basis = _basis(n, kind)
    if ortho:
        basis = basis * np.sqrt(1 / (2 * n))
        if kind == 2:
            basis[0] *= np.sqrt(0.5)
        elif kind == 3:
            basis[:, 0] *= np.sqrt(2)
    return x @ jnp.asarray(basis.T, x.dtype)
