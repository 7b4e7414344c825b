"""Kernels with gradients of their own, which JAX can still derive in every way.

A `jax.custom_vjp` ends derivatives in a direction (`jax.jvp`, `jax.jacfwd`,
`jax.linearize`). Here, the tangents of a kernel's results are an operation too,
`Linear`: linear in the operands' tangents, with the operands, and what the kernel kept
of its run, as constants. Run as it is, it derives XLA's formulation; transposed, as
reverse mode asks for, it is the gradient's kernel. Derivatives of either by the
constants are taken of the formulation again, so there are some of every order.

Under `vmap`, a kernel whose rows know nothing of each other gets more rows; any other
runs once for each (mapped.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from addax import native
from addax.core.primitive import bind
from addax.ops.derivable_call import Call

Fn = Callable[..., Any]


class Rows(NamedTuple):
    """Along which axes a kernel's rows lie, if they know nothing of each other.

    Attributes:
        operands: The axis of each operand, `None` for one that all rows share. So is an
            array with another number of rows than the first.
        results: The axis of every result.
        kept: The axis of each array that is kept for the gradients.
    """

    operands: tuple[int | None, ...]
    results: int = 0
    kept: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Derivable:
    """A kernel with derivatives of every order, forwards and backwards.

    All functions take the operands, which may be structures of arrays, first, and what
    is static last; what they give is a tuple.

    Attributes:
        kernel: `kernel(*operands, *static)`, the results.
        formulation: The same by what JAX can derive. Without one, JAX must be able to
            derive `push` and `pull`.
        keep: `keep(*operands, *static)`, the results, and arrays that `pull` needs.
        push: `push(operands, tangents, *static)`, the results' tangents; where there is
            none for an operand, it is `None`.
        pull: `pull(operands, kept, gradients, wanted, *static)`, the gradients of the
            operands, or `None` for those not wanted. A result may have the gradient
            `None`, for zero; `wanted` has a boolean for each array.
        rows: Where the rows lie, if it has some.
    """

    kernel: Fn
    formulation: Fn | None = None
    keep: Fn | None = None
    push: Fn | None = None
    pull: Fn | None = None
    rows: Rows | None = None

    def __call__(self, *operands: Any, static: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        """The results.

        Args:
            *operands: Arrays, or structures of them.
            static: What the functions get besides; it is hashable.
        """
        leaves, tree = jax.tree.flatten(operands)
        wide: Any = jax.config.jax_enable_x64  # pyright: ignore
        call = Call(self, static, tree, wide, native.USE.get())
        return tuple(bind(call, *map(jnp.asarray, leaves)))


def bilinear(fn: Fn, gradients: Sequence[Fn], rows: bool = True) -> Fn:
    """A map that is linear in each of two arrays, with gradients of its own.

    Args:
        fn: The map, of two arrays and what is static.
        gradients: For each array, its gradient, of both arrays, the gradient of the
            result, and what is static. JAX must be able to derive them.
        rows: Whether the rows of the first array and of the result know nothing of each
            other.
    """

    def kernel(a: Any, b: Any, *static: Any) -> Any:
        return (fn(a, b, *static),)

    def push(operands: Any, tangents: Any, *static: Any) -> Any:
        (a, b), (da, db) = operands, tangents
        parts = [] if da is None else [mapped(da, b, *static)]
        parts += [] if db is None else [mapped(a, db, *static)]
        return (parts[0] if len(parts) == 1 else parts[0] + parts[1],)

    def pull(operands: Any, kept: Any, g: Any, wanted: Any, *static: Any) -> Any:
        pairs = zip(gradients, wanted, strict=True)
        return tuple(f(*operands, *g, *static) if want else None for f, want in pairs)

    where = Rows((0, None)) if rows else None
    rule = Derivable(kernel, push=push, pull=pull, rows=where)

    def mapped(a: Any, b: Any, *static: Any) -> Any:
        return rule(a, b, static=static)[0]

    return mapped
