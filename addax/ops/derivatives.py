"""Gradients that the user defines, and derivatives in a direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, Op, Tensor, convert, scope, tree
from addax.core.lift import LiftScope

Fn = Callable[..., Any]


def _tensors(structure: Any) -> Any:
    return tree.map_structure(lambda x: x if x is None else convert(x), structure)


def custom_gradient(f: Fn) -> Fn:
    """A function whose gradient you define.

    Args:
        f: A function of tensors that returns its result and a function
            `grad(*upstream)` that returns the gradients of its arguments.

    Returns:
        A function that returns the result only.

    Example:

    >>> from addax.core import GradientTape, convert
    >>> from addax.ops.derivatives import custom_gradient
    >>> @custom_gradient
    ... def twice(x):
    ...     return x * 2.0, lambda upstream: upstream * 10.0
    >>> x = convert(1.0)
    >>> with GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = twice(x)
    >>> float(tape.gradient(y, x))
    10.0
    """
    structure: list[Any] = []

    def call(arrays: Sequence[Any]) -> tuple[tuple[Any, ...], Any]:
        with scope.use(lift=LiftScope.discarding(), tapes=()):
            result, grad = f(*(Tensor(a) for a in arrays))
            leaves, treedef = tree.flatten_with_treedef(_tensors(result))
        structure[:] = [treedef]
        return tuple(x._value for x in leaves), grad

    @jax.custom_vjp
    def run(*arrays: Any) -> tuple[Any, ...]:
        return call(arrays)[0]

    def forward(*arrays: Any) -> Any:
        return call(arrays)[0], arrays

    def backward(arrays: Any, upstream: Any) -> Any:
        # Called again: what `grad` closes over belongs to this trace
        _, grad = call(arrays)
        with scope.use(lift=LiftScope.discarding(), tapes=()):
            found = grad(*(Tensor(u) for u in upstream))
            found = found if isinstance(found, (tuple, list)) else (found,)
            return tuple(
                jnp.zeros_like(a) if g is None else convert(g)._value.astype(a.dtype)
                for a, g in zip(arrays, found, strict=True)
            )

    run.defvjp(forward, backward)

    def kernel(xs: Sequence[Array]) -> Any:
        return run(*xs)

    op = Op(kernel, name=getattr(f, "__name__", "custom_gradient"), compile=False)

    def with_gradient(*args: Any) -> Any:
        leaves = op(list(args))
        return tree.unflatten(structure[0], leaves)

    with_gradient.__name__ = op.name
    with_gradient.__doc__ = f.__doc__
    return with_gradient


def jvp(fun: Fn, primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """A function's result, and its derivative in a direction.

    Args:
        fun: A function of tensors.
        primals: Its arguments, a tuple or list.
        tangents: The direction: a tensor for each argument.
        has_aux: Whether it returns a pair, of which the second is not differentiated.

    Returns:
        The result and the derivative, and the second of the pair if `has_aux`.
    """
    points, directions = _tensors(tuple(primals)), _tensors(tuple(tangents))
    treedefs: list[Any] = []
    leaves_in, treedef_in = tree.flatten_with_treedef(points)

    def pure(*arrays: Any) -> Any:
        given = tree.unflatten(treedef_in, [Tensor(a) for a in arrays])
        with scope.use(lift=LiftScope.discarding(), tapes=()):
            out = fun(*given)
            main, aux = out if has_aux else (out, None)
            flat = [tree.flatten_with_treedef(_tensors(s)) for s in (main, aux)]
        treedefs[:] = [t for _, t in flat]
        return tuple(
            [None if x is None else x._value for x in leaves] for leaves, _ in flat
        )

    flat_in = [x._value for x in leaves_in]
    moved = jax.jvp(
        pure, flat_in, [x._value for x in tree.flatten(directions)], has_aux=True
    )
    values, slopes, aux = moved

    def build(treedef: Any, arrays: Any) -> Any:
        return tree.unflatten(
            treedef, [None if a is None else Tensor(a) for a in arrays]
        )

    out = (build(treedefs[0], values), build(treedefs[0], slopes))
    return (*out, build(treedefs[1], aux)) if has_aux else out
