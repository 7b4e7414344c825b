"""Products of many rows with one matrix of weights, as a layer takes them.

The gradient of the weights is a product over rows that XLA gives to Eigen, which packs
both operands first. The kernel of convolutions' weight gradients reads them as they
lie. Processor time in a loop, ms, of XLA's product and of the kernel (two cores, JAX
0.12):

| rows, to, from | XLA | kernel |
| --- | ---: | ---: |
| 4096, 64, 256 | 1.5 | 1.0 |
| 4096, 256, 64 | 2.4 | 1.2 |
| 4096, 64, 64 | 0.44 | 0.27 |
| 2048, 128, 1000 | 3.8 | 3.6 |
| 256, 784, 128 | 0.38 | 0.35 |
| 128, 64, 784 | 0.17 | 0.11 |

In whole steps of training: a small transformer 42 and 35, the MNIST MLP with batches of
256 1.4 and 1.1; with batches of 32 nothing is won, so small products stay with XLA.
"""

from __future__ import annotations

import jax.numpy as jnp

from addax import native
from addax.core import Array
from addax.ops import conv_native
from addax.ops.derivable import bilinear
from addax.ops.windows import Window, on_cpu


def weighted(x: Array, k: Array) -> Array:
    """`x @ k` of any number of rows and a matrix.

    Args:
        x: A tensor `(..., n)`.
        k: A matrix `(n, m)`.
    """
    return (_weighted if _natively(x, k) else jnp.matmul)(x, k)


def flattened(subscripts: str, x: Array, k: Array) -> tuple[int, int] | None:
    """How an einsum is a product of rows with a matrix, if it is.

    Returns:
        How many of the last axes of `x` and the first of `k` are summed over, and how
        many axes of `x` are left; `None` for any other einsum.

    Example:

    >>> import numpy as np
    >>> flattened("abc,cde->abde", np.ones((2, 3, 4)), np.ones((4, 5, 6)))
    (1, 2)
    """
    given, _, out = subscripts.replace(" ", "").partition("->")
    left, _, right = given.partition(",")
    if not (left.isalpha() and right.isalpha() and out.isalpha()):
        return None
    if (len(left), len(right)) != (x.ndim, k.ndim):
        return None
    summed = len({*left} & {*right})
    rows, found = left[: len(left) - summed], right[summed:]
    if left[len(rows) :] != right[:summed] or out != rows + found:
        return None
    # Each letter once: no diagonals, and something to sum over.
    distinct = len({*out, *right[:summed]}) == len(out) + summed
    return (summed, len(rows)) if distinct and summed and rows and found else None


def _natively(x: Array, k: Array) -> bool:
    """Whether the kernel is faster for a gradient, should one be taken."""
    return (
        x.dtype == k.dtype == "float32"
        and all(isinstance(n, int) for n in (*x.shape, *k.shape))
        and k.size <= 1 << 19
        and x.size * k.shape[-1] >= 1 << 22
        and on_cpu()
        and native.available("conv_kernel")
    )


def _rows_times_columns(x: Array, y: Array) -> Array:
    """`x.T @ y` of all rows, by the kernel."""
    x, y = (a.reshape(-1, a.shape[-1]) for a in (x, y))
    # A narrow result is one block of outputs: then threads take halves of the rows.
    halves = 2 if y.shape[1] < 32 and len(x) % 2 == 0 else 1
    rows = len(x) // halves
    ones, none = (1, 1), ((0, 0), (0, 0))
    w = Window((rows, 1), ones, ones, none, ones)
    x, y = (a.reshape(halves, rows, 1, -1) for a in (x, y))
    return conv_native.kernel(x, y, w)[0, 0]


_weighted = bilinear(
    jnp.matmul,
    (lambda x, k, g: jnp.matmul(g, k.T), lambda x, k, g: _summed(x, g)),
)
_summed = bilinear(
    _rows_times_columns,
    (lambda x, y, g: jnp.matmul(y, g.T), lambda x, y, g: jnp.matmul(x, g)),
    rows=False,
)
