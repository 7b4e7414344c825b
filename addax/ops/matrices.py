"""Diagonals of matrices, and equations and functions beyond those of `linalg`."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.linalg as jsl
import numpy as np

from addax.core import Array, op


def _offset(length: int, size: int, align: str, above: bool) -> int:
    """Where a diagonal of that length starts in a row of that size."""
    left = align.split("_")[0 if above else 1] == "LEFT"
    return 0 if left else size - length


def _diagonals(
    rows: int, columns: int, low: int, high: int, align: str
) -> list[tuple[Any, Any, Any]]:
    """For each diagonal, the highest first: its cells, and their places in its row."""
    sizes = [
        min(rows + min(k, 0), columns - max(k, 0)) for k in range(high, low - 1, -1)
    ]
    longest = max(sizes)
    found = []
    for k, size in zip(range(high, low - 1, -1), sizes, strict=True):
        along = np.arange(size)
        start = _offset(size, longest, align, k >= 0)
        found.append((along - min(k, 0), along + max(k, 0), along + start))
    return found


@op
def diagonals(
    x: Array, low: int, high: int, padding: Array, align: str = "RIGHT_LEFT"
) -> Array:
    """The diagonals from `low` to `high` of the last two axes, the highest first.

    Shorter ones are filled with `padding`, those above the main one at the side that
    the first word of `align` leaves, those below by the second.
    """
    cells = _diagonals(x.shape[-2], x.shape[-1], low, high, align)
    longest = max(len(rows) for rows, _, _ in cells)
    shape = (*x.shape[:-2], longest)
    out = [
        jnp.full(shape, padding, x.dtype).at[..., places].set(x[..., rows, columns])
        for rows, columns, places in cells
    ]
    return out[0] if low == high else jnp.stack(out, axis=-2)


@op
def with_diagonals(
    x: Array, values: Array, low: int, high: int, align: str = "RIGHT_LEFT"
) -> Array:
    """`x` with its diagonals from `low` to `high` replaced (see `diagonals`)."""
    cells = _diagonals(x.shape[-2], x.shape[-1], low, high, align)
    for i, (rows, columns, places) in enumerate(cells):
        row = values if low == high else values[..., i, :]
        x = x.at[..., rows, columns].set(row[..., places])
    return x


@op(promote=True, floating=True)
def cholesky_solve(factor: Array, rhs: Array) -> Array:
    """The `x` with `factor @ factor.T @ x == rhs`."""
    half = jsl.solve_triangular(factor, rhs, lower=True)
    return jsl.solve_triangular(factor, half, lower=True, trans=2)


@op(promote=True, floating=True)
def triangular(a: Array, b: Array, lower: bool = True, adjoint: bool = False) -> Array:
    """The `x` with `a @ x == b`, of whose matrix one triangle is looked at."""
    shape = jnp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = jnp.broadcast_to(a, (*shape, *a.shape[-2:]))
    b = jnp.broadcast_to(b, (*shape, *b.shape[-2:]))
    return jax.lax.linalg.triangular_solve(
        a, b, left_side=True, lower=lower, transpose_a=adjoint, conjugate_a=adjoint
    )


@op(promote=("a", "b"), floating=True)
def regularized_lstsq(a: Array, b: Array, l2: float) -> Array:
    """The `x` for which `|a @ x - b|**2 + l2 * |x|**2` is least."""
    adjoint = a.mT.conj()
    if a.shape[-2] >= a.shape[-1]:
        gram = adjoint @ a + np.asarray(l2, a.dtype) * jnp.eye(
            a.shape[-1], dtype=a.dtype
        )
        return jnp.linalg.solve(gram, adjoint @ b)
    gram = a @ adjoint + np.asarray(l2, a.dtype) * jnp.eye(a.shape[-2], dtype=a.dtype)
    return adjoint @ jnp.linalg.solve(gram, b)


@op(floating=True)
def expm(x: Array) -> Array:
    """The matrix exponential."""
    return jsl.expm(x)


@op(floating=True)
def sqrtm(x: Array) -> Array:
    """The matrix whose square is `x`."""
    root = jnp.vectorize(jsl.sqrtm, signature="(n,n)->(n,n)")(x)
    return root if jnp.iscomplexobj(x) else root.real.astype(x.dtype)


@op(differentiable=False)
def logm(x: Array) -> Array:
    """The logarithm of a matrix that has a basis of eigenvectors."""
    values, vectors = jnp.linalg.eig(x)
    scaled = vectors * jnp.log(values)[..., None, :]
    return (scaled @ jnp.linalg.inv(vectors)).astype(x.dtype)


@op(floating=True)
def lu(x: Array) -> Any:
    """The triangular factors in one matrix, and the permutation of its rows."""
    factors, _, rows = jax.lax.linalg.lu(x)
    return factors, rows.astype("int32")


@op(promote=("diagonals", "rhs"), floating=True)
def tridiagonal_solve(diagonals: Array, rhs: Array) -> Array:
    """The `x` with `a @ x == rhs`; `diagonals` has those of `a`, the highest first."""
    upper, main, lower = (diagonals[..., i, :] for i in range(3))
    lower = lower.at[..., 0].set(0)
    upper = upper.at[..., -1].set(0)
    return jax.lax.linalg.tridiagonal_solve(lower, main, upper, rhs)


@op(promote=("diagonals", "rhs"))
def tridiagonal_matmul(diagonals: Array, rhs: Array) -> Array:
    """The product of a matrix with three diagonals, the highest first, and another."""
    upper, main, lower = (diagonals[..., i, :, None] for i in range(3))
    out = main * rhs
    out = out.at[..., :-1, :].add(upper[..., :-1, :] * rhs[..., 1:, :])
    return out.at[..., 1:, :].add(lower[..., 1:, :] * rhs[..., :-1, :])
