"""Products of matrices."""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp

from addax.core import Array, op


@op(promote=True)
def matmul(x1: Array, x2: Array) -> Array:
    """The matrix product, over the last two axes; leading axes broadcast."""
    return jnp.matmul(x1, x2)


@op(promote=True)
def dot(x1: Array, x2: Array) -> Array:
    """NumPy's `dot`: the last axis of `x1` with the last but one of `x2`."""
    return jnp.dot(x1, x2)


@op(promote=True)
def tensordot(x1: Array, x2: Array, axes: int | tuple[int, ...] = 2) -> Array:
    """The product of two tensors, summed over the given axes."""
    return jnp.tensordot(x1, x2, axes)


@op(promote=True)
def _einsum(operands: Sequence[Array], subscripts: str) -> Array:
    return jnp.einsum(subscripts, *operands)


def einsum(subscripts: str, *operands: object, **_: object) -> object:
    """Einstein summation, e.g. `einsum("ij,jk->ik", a, b)`."""
    return _einsum(list(operands), subscripts)
