"""Products of matrices, norms and decompositions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, op
from addax.ops.products import flattened, weighted

Axis = int | tuple[int, ...] | None


@op(promote=True)
def matmul(x1: Array, x2: Array) -> Array:
    """The matrix product, over the last two axes; leading axes broadcast."""
    if x1.ndim > 1 and x2.ndim == 2:
        return weighted(x1, x2)
    return jnp.matmul(x1, x2)


@op(promote=True)
def dot(x1: Array, x2: Array) -> Array:
    """NumPy's `dot`: the last axis of `x1` with the last but one of `x2`."""
    return jnp.dot(x1, x2)


@op(promote=True)
def tensordot(x1: Array, x2: Array, axes: int | tuple[Any, ...] = 2) -> Array:
    """The product of two tensors, summed over the given axes."""
    return jnp.tensordot(x1, x2, axes)


@op(promote=True)
def outer(x1: Array, x2: Array) -> Array:
    """Every element of `x1` times every element of `x2`, as a matrix."""
    return jnp.outer(x1, x2)


@op(promote=True)
def inner(x1: Array, x2: Array) -> Array:
    """The sum of products over the last axis of both."""
    return jnp.inner(x1, x2)


@op(promote=True)
def vdot(x1: Array, x2: Array) -> Array:
    """The sum of products of all elements."""
    return jnp.vdot(x1, x2)


@op(promote=True)
def kron(x1: Array, x2: Array) -> Array:
    """The Kronecker product."""
    return jnp.kron(x1, x2)


@op(promote=True)
def cross(
    x1: Array,
    x2: Array,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Array:
    """The cross product of vectors with three elements."""
    return jnp.cross(x1, x2, axisa, axisb, axisc, axis)


@op(promote=True)
def _einsum(operands: Sequence[Array], subscripts: str) -> Array:
    split = flattened(subscripts, *operands) if len(operands) == 2 else None
    if split is None:
        return jnp.einsum(subscripts, *operands)
    x, k = operands
    summed, rows = split
    size = math.prod(k.shape[:summed])
    y = weighted(x.reshape(*x.shape[:rows], size), k.reshape(size, -1))
    return y.reshape(*x.shape[:rows], *k.shape[summed:])


def einsum(subscripts: str, *operands: Any, **_: Any) -> Any:
    """Einstein summation, e.g. `einsum("ij,jk->ik", a, b)`."""
    return _einsum(list(operands), subscripts)


@op(promote=True)
def batch_dot(x1: Array, x2: Array, axes: tuple[int, int]) -> Array:
    """The product of each sample of `x1` with that of `x2`, summed over one axis of
    each; a matrix of one column if no other axis is left."""
    letters = "bcdefghijklm"
    first = ["a", *letters[: x1.ndim - 1]]
    second = ["a", *letters.upper()[: x2.ndim - 1]]
    first[axes[0]] = second[axes[1]] = "z"
    kept = [c for c in first[1:] + second[1:] if c != "z"]
    out = jnp.einsum(f"{''.join(first)},{''.join(second)}->a{''.join(kept)}", x1, x2)
    return out if kept else out[:, None]


@op
def trace(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sum of a diagonal."""
    return jnp.trace(x, offset, axis1, axis2)


@op(floating=True)
def norm(
    x: Array, ord: int | float | str | None = None, axis: Axis = None,
    keepdims: bool = False,
) -> Array:  # fmt: skip
    """The norm of vectors or matrices along `axis`, or of all elements."""
    return jnp.linalg.norm(x, ord, axis, keepdims)


# Decompositions and equations


@op(floating=True)
def orthonormal(x: Array) -> Array:
    """The factor `q` of `x = q @ r` for which the diagonal of `r` is positive."""
    q, r = jnp.linalg.qr(x)
    return q * jnp.sign(jnp.diagonal(r))


@op(floating=True)
def qr(x: Array, mode: str = "reduced") -> Any:
    """Orthogonal `q` and upper triangular `r` with `q @ r == x`."""
    return tuple(jnp.linalg.qr(x, mode))


@op(floating=True)
def cholesky(x: Array, upper: bool = False) -> Array:
    """The triangular `l` with `l @ l.T == x`, of a positive definite matrix."""
    return jnp.linalg.cholesky(x, upper=upper)


@op(floating=True)
def det(x: Array) -> Array:
    """The determinant."""
    return jnp.linalg.det(x)


@op(floating=True)
def slogdet(x: Array) -> Any:
    """The sign and the logarithm of the magnitude of the determinant."""
    return tuple(jnp.linalg.slogdet(x))


@op(floating=True)
def logdet(x: Array) -> Array:
    """The logarithm of the determinant; NaN where it is negative."""
    sign, magnitude = jnp.linalg.slogdet(x)
    return jnp.where(sign > 0, magnitude, jnp.nan)


@op(floating=True)
def cholesky_inverse(x: Array, upper: bool = False) -> Array:
    """The inverse of the matrix whose Cholesky factor is `x`."""
    eye = jnp.eye(x.shape[-1], dtype=x.dtype)
    half = jax.scipy.linalg.solve_triangular(x, eye, lower=not upper)
    return half @ half.mT if upper else half.mT @ half


@op(floating=True)
def lu_factor(x: Array) -> Any:
    """The triangular factors of a matrix, in one, and the order of its rows."""
    lu, pivots = jax.scipy.linalg.lu_factor(x)
    return lu, pivots.astype("int32")


@op(floating=True)
def inv(x: Array) -> Array:
    """The inverse of a square matrix."""
    return jnp.linalg.inv(x)


@op(floating=True)
def pinv(x: Array, rcond: float | None = None) -> Array:
    """The pseudo-inverse."""
    return jnp.linalg.pinv(x, rcond)


@op(promote=True, floating=True)
def solve(a: Array, b: Array) -> Array:
    """The `x` with `a @ x == b`."""
    return jnp.linalg.solve(a, b)


@op(promote=True, floating=True)
def solve_triangular(a: Array, b: Array, lower: bool = False) -> Array:
    """The `x` with `a @ x == b`, for a triangular `a`."""
    return jax.scipy.linalg.solve_triangular(a, b, lower=lower)


@op(promote=True, floating=True)
def lstsq(a: Array, b: Array, rcond: float | None = None) -> Array:
    """The `x` for which `a @ x` is nearest to `b`."""
    return jnp.linalg.lstsq(a, b, rcond)[0]


@op(name="svd", floating=True)
def _svd(x: Array, full_matrices: bool, compute_uv: bool) -> Any:
    found = jnp.linalg.svd(x, full_matrices, compute_uv)
    return tuple(found) if compute_uv else found


def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular values of a matrix, between `u` and `vh` if `compute_uv`."""
    return _svd(x, full_matrices, compute_uv)


@op(floating=True)
def eigh(x: Array) -> Any:
    """The eigenvalues, ascending, and eigenvectors of a symmetric matrix."""
    return tuple(jnp.linalg.eigh(x))


@op(floating=True, differentiable=False)
def eig(x: Array) -> Any:
    """The eigenvalues and eigenvectors of a square matrix; complex numbers."""
    return tuple(jnp.linalg.eig(x))


@op(differentiable=False)
def matrix_rank(x: Array, tol: float | None = None) -> Array:
    """The number of singular values above a tolerance."""
    return jnp.linalg.matrix_rank(x, tol).astype("int32")
