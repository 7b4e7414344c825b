"""Gradients that the user defines, and derivatives in a direction."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from addax._base.errors import explain
from addax.core import Array, Op, Tensor, Variable, convert, lift, scope, tree
from addax.core.lift import LiftScope

Fn = Callable[..., Any]


def _tensors(structure: Any) -> Any:
    return tree.map_structure(lambda x: x if x is None else convert(x), structure)


class _Reads:
    """A tape that notes the trainable variables which a function reads."""

    def __init__(self) -> None:
        self.found: dict[int, Variable] = {}

    def follows(self, x: Tensor) -> bool:
        return False

    def _record(self, op: Any, inputs: Any, outputs: Any) -> None:
        """Gradients are the user's own here."""

    def _read(self, variable: Variable, handle: Tensor) -> None:
        if variable.trainable:
            self.found[id(variable)] = variable


def custom_gradient(f: Fn | None = None) -> Fn:
    """A function whose gradient you define.

    Args:
        f: A function of tensors that returns its result and a function
            `grad(*upstream)` that returns the gradients of its arguments. If `f` reads
            trainable variables, `grad(*upstream, variables=...)` gets them and returns
            a second list, of their gradients. Keyword arguments of `f` have none.

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
    if f is None:
        return custom_gradient  # type: ignore[return-value]

    known: dict[Any, Op] = {}

    @functools.wraps(f)
    def with_gradient(*args: Any, **kwargs: Any) -> Any:
        args = tuple(_tensors(args))
        given = [x for x in tree.flatten(args) if x is not None]
        if scope.state.lift is None:
            return _eagerly(f, args, kwargs, given, known)
        lifted = lift(lambda *a: f(*a, **kwargs)[0], args)
        used = [v for v in (*lifted.writes, *lifted.reads) if v.trainable]
        call = _Call(f, args, kwargs, used)
        op = Op(call.kernel, name=call.name, compile=False)
        outs = op(given, [v._read() for v in used])
        op.fn = call.quiet
        return tree.unflatten(call.structure, outs)

    return with_gradient


def _eagerly(
    f: Fn, args: Any, kwargs: Any, given: list[Tensor], known: dict[Any, Op]
) -> Any:
    """Runs `f` once, on values, and tells the tapes what its gradient is."""
    tapes = scope.state.tapes
    reads = _Reads()
    with scope.use(tapes=(reads,) if tapes else ()):  # type: ignore[arg-type]
        result, _ = f(*args, **kwargs)
        result = _tensors(result)
    if not tapes:
        return result
    used = list(reads.found.values())
    key = _signature(args, kwargs, used)
    op = known.get(key)
    if op is None:  # the same object compiles once, however often it is called
        call = _Call(f, args, kwargs, used)
        op = Op(call.quiet, name=call.name, compile=False)
        if key is not None:
            known[key] = op
    inputs = [given, [v._read() for v in used]]
    # New handles: what `f` returns may be an argument itself
    leaves, treedef = tree.flatten_with_treedef(result)
    outs = tuple(Tensor(x._value) for x in leaves)
    for tape in tapes:
        tape._record(op, inputs, outs)
    return tree.unflatten(treedef, outs)


def _signature(args: Any, kwargs: Any, used: list[Variable]) -> Any:
    """What a call's program depends on; `None` if that cannot be told."""
    leaves, treedef = tree.flatten_with_treedef(args)
    pattern = tuple(x is None for x in leaves)
    key = (treedef, pattern, tuple(sorted(kwargs.items())), tuple(map(id, used)))
    try:
        hash(key)
    except TypeError:
        return None
    return key


class _Call:
    """One call of a function with its own gradient, as a pure function of arrays."""

    def __init__(
        self, f: Fn, args: Any, kwargs: Any, variables: Sequence[Variable]
    ) -> None:
        self.name = getattr(f, "__name__", "custom_gradient")
        self._f, self._kwargs, self._variables = f, kwargs, variables
        self._leaves, self._treedef = tree.flatten_with_treedef(args)
        self.structure: Any = None
        self._run = jax.custom_vjp(self._forward_only)
        self._run.defvjp(self._forward, self._backward)

    def kernel(self, xs: Sequence[Array], vs: Sequence[Array]) -> Any:
        return self._run(list(xs), list(vs))

    def quiet(self, xs: Sequence[Array], vs: Sequence[Array]) -> Any:
        with scope.quietly():
            return self._run(list(xs), list(vs))

    def _call(self, xs: Sequence[Any], vs: Sequence[Any]) -> tuple[tuple[Any, ...], Fn]:
        rest = iter(xs)
        leaves = [None if x is None else Tensor(next(rest)) for x in self._leaves]
        args = tree.unflatten(self._treedef, leaves)
        with self._surroundings(vs):
            result, grad = scope.converted(self._f)(*args, **self._kwargs)
            found, self.structure = tree.flatten_with_treedef(_tensors(result))
        return tuple(x._value for x in found), grad

    def _surroundings(self, vs: Sequence[Any]) -> Any:
        return scope.use(lift=LiftScope(self._variables, vs), tapes=())

    def _forward_only(self, xs: Any, vs: Any) -> Any:
        return scope.attempt(lambda: self._call(xs, vs)[0])

    def _forward(self, xs: Any, vs: Any) -> Any:
        return self._forward_only(xs, vs), (xs, vs)

    def _backward(self, kept: Any, upstream: Any) -> Any:
        return scope.attempt(lambda: self._gradients(*kept, upstream))  # type: ignore[call-arg]

    def _gradients(self, xs: Any, vs: Any, upstream: Any) -> Any:
        # Called again: what `grad` closes over belongs to this trace
        with scope.quietly():
            _, grad = self._call(xs, vs)
        grad = scope.converted(grad)
        seeds = [Tensor(u) for u in upstream]
        with self._surroundings(vs):
            if self._variables:
                found, own = grad(*seeds, variables=list(self._variables))
            else:
                found, own = grad(*seeds), []
            found = found if isinstance(found, (tuple, list)) else (found,)
            return self._match("arguments", xs, found), self._match(
                "variables", vs, own
            )

    def _match(self, what: str, arrays: Sequence[Any], found: Any) -> list[Any]:
        found = tree.flatten(list(found))
        if len(found) != len(arrays):
            raise ValueError(
                explain(
                    f"The gradient function of {self.name}() returns one gradient for "
                    f"each of its {what}, or None.",
                    received={"gradients": len(found), what: len(arrays)},
                )
            )
        return [
            None
            if not jnp.issubdtype(a.dtype, jnp.inexact)
            else jnp.zeros_like(a)
            if g is None
            else convert(g)._value.astype(a.dtype)
            for a, g in zip(arrays, found, strict=True)
        ]


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
    flat_directions = [x._value for x in tree.flatten(directions)]
    values, slopes, aux = jax.jvp(pure, flat_in, flat_directions, has_aux=True)

    def build(treedef: Any, arrays: Any) -> Any:
        return tree.unflatten(
            treedef, [None if a is None else Tensor(a) for a in arrays]
        )

    out = (build(treedefs[0], values), build(treedefs[0], slopes))
    return (*out, build(treedefs[1], aux)) if has_aux else out
