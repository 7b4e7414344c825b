"""Functions carried along, or applied to, the entries of a tensor's first axis.

As in `control.py`: Python's own loops where values are known, XLA's inside a trace.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from addax.core import convert, scope, tree
from addax.ops import indexing, shape
from addax.ops.bodies import Frame, flat_tensors, lift_body, tensors
from addax.ops.control import recordable, steady

Fn = Callable[..., Any]


@recordable
def scan(
    f: Fn,
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """Carries a value along the first axis of `xs`, keeping what comes out each time.

    Args:
        f: `f(carry, x) -> (carry, y)`.
        init: The first carry.
        xs: A tensor, or a structure of tensors with the same first size.
        length: That size, needed if there is no `xs`.
        reverse: Whether to begin at the end.
        unroll: How many steps XLA may write out together.

    Returns:
        The last carry, and the `y`s stacked along a new first axis.

    Example:

    >>> from addax.ops.scans import scan
    >>> total, sums = scan(lambda c, x: (c + x, c + x), 0, [1, 2, 3])
    >>> sums.numpy().tolist()
    [1, 3, 6]
    """
    f = scope.converted(f)
    xs = convert(xs) if isinstance(xs, list) else tensors(xs)
    carry = tensors(init)
    arrays = tree.flatten(xs)
    sizes = {x.shape[0] for x in arrays if x is not None} or {length}
    if len(sizes) != 1 or None in sizes:
        raise ValueError(
            "`scan` needs tensors of one first size, or `length`. "
            f"Received: first sizes {sizes}, length={length}"
        )
    count = int(sizes.pop())

    def at(i: int) -> Any:
        return tree.map_structure(
            lambda x: x if x is None else indexing.getitem(x, i), xs
        )

    if scope.state.lift is None:
        ys = []
        for i in reversed(range(count)) if reverse else range(count):
            carry, y = f(carry, at(i))
            carry = tensors(carry)
            ys.append(tensors(y))
        ys = ys[::-1] if reverse else ys
        return carry, (_stack(ys) if ys else None)
    carried = flat_tensors(carry)
    body = lift_body(lambda carry, x: _step(f, carry, x, carried), [carry, at(0)])
    split, options = len(carried), (reverse, min(unroll, max(count, 1)))

    def kernel(run: Any, state: Any, args: Any) -> Any:
        def advance(held: Any, x: Any) -> Any:
            out, state = run(0, held[0], [*held[1], *x], run.environment)
            return (state, out[:split]), out[split:]

        start = (state, args[:split])
        (state, last), ys = lax.scan(advance, start, args[split:], count, *options)
        return state, [*last, *ys]

    outs = Frame(body).apply("scan", kernel, [*carried, *flat_tensors(xs)])
    return body.lifted.outputs(outs)


def _step(f: Fn, carry: Any, x: Any, carried: list[Any]) -> Any:
    new, y = f(carry, x)
    new = tensors(new)
    steady("scan", carried, flat_tensors(new))
    return new, y


def _stack(items: list[Any]) -> Any:
    def join(*xs: Any) -> Any:
        return None if xs[0] is None else shape.stack(list(xs))

    return tree.map_structure(join, *items)


@recordable
def map(f: Fn, xs: Any) -> Any:
    """Applies `f` to each entry along the first axis, one after the other.

    Args:
        f: A function of an entry.
        xs: A tensor, or a structure of tensors with the same first size.

    Returns:
        The results, stacked.
    """
    f = scope.converted(f)
    return scan(lambda _, x: (None, f(x)), None, xs)[1]


@recordable
def vectorized_map(function: Fn, elements: Any) -> Any:
    """Applies `function` to each entry along the first axis, all at once.

    Args:
        function: A function of an entry.
        elements: A tensor, or a structure of tensors with the same first size.

    Returns:
        The results, stacked.
    """
    elements = tensors(elements)
    first = tree.map_structure(lambda x: indexing.getitem(x, 0), elements)
    body = lift_body(function, [first])
    if body.lifted.writes:
        return map(function, elements)

    def kernel(run: Any, state: Any, args: Any) -> Any:
        return state, jax.vmap(lambda *x: run(0, [], x, run.environment)[0])(*args)

    outs = Frame(body).apply("vectorized_map", kernel, flat_tensors(elements))
    return body.lifted.outputs(outs)


def vectorize(pyfunc: Fn, *, excluded: Any = None, signature: str | None = None) -> Fn:
    """A function of scalars as one of tensors, which are broadcast.

    Args:
        pyfunc: The function.
        excluded: Numbers of arguments that are passed on as they are.
        signature: The axes that the function itself works on, as NumPy writes them:
            `"(m,n),(n)->(m)"`. It then takes and returns tensors of these axes.

    Returns:
        The function of tensors.

    Example:

    >>> from addax import keras
    >>> times = keras.ops.vectorize(keras.ops.matmul, signature="(m,n),(n)->(m)")
    >>> times(keras.ops.ones((5, 2, 3)), keras.ops.ones(3)).shape
    TensorShape([5, 2])
    """
    skipped = frozenset(excluded or ())
    ranks = _core_ranks(signature)

    def vectorized(*args: Any) -> Any:
        moving = [convert(a) for i, a in enumerate(args) if i not in skipped]
        cores = [0] * len(moving) if ranks is None else ranks
        if len(cores) != len(moving):
            raise ValueError(
                f"`vectorize`: the signature {signature!r} is of {len(cores)} "
                f"arguments. Received: {len(moving)} arguments"
            )
        cuts = [len(m.shape) - core for m, core in zip(moving, cores, strict=True)]
        sizes = [tuple(m.shape) for m in moving]
        pairs = list(zip(sizes, cuts, strict=True))
        target = jnp.broadcast_shapes(*(size[:cut] for size, cut in pairs))
        flat = []
        for m, (size, cut) in zip(moving, pairs, strict=True):
            wide = shape.broadcast_to(m, (*target, *size[cut:]))
            flat.append(shape.reshape(wide, (-1, *size[cut:])))

        def one(entries: Any) -> Any:
            rest = iter(entries)
            return pyfunc(
                *(a if i in skipped else next(rest) for i, a in enumerate(args))
            )

        out = vectorized_map(one, tuple(flat))
        return tree.map_structure(
            lambda x: shape.reshape(x, (*target, *x.shape[1:])), out
        )

    return vectorized


def _core_ranks(signature: str | None) -> list[int] | None:
    """How many axes of each argument `"(m,n),(n)->(m)"` names."""
    if signature is None:
        return None
    text = signature.replace(" ", "")
    group = r"\((\w+(,\w+)*)?\)"
    if not re.fullmatch(rf"{group}(,{group})*->{group}(,{group})*", text):
        raise ValueError(
            "`vectorize`: a signature names the axes of arguments and results, e.g. "
            f"'(m,n),(n)->(m)'. Received: signature={signature!r}"
        )
    inputs = re.findall(r"\(([^)]*)\)", text.partition("->")[0])
    return [len(each.split(",")) if each else 0 for each in inputs]


def associative_scan(f: Fn, elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """The running results of an associative function along an axis.

    Args:
        f: A function of two structures of tensors, e.g. addition, with
            `f(f(a, b), c) == f(a, f(b, c))`.
        elems: A tensor or a structure of tensors.
        reverse: Whether to begin at the end.
        axis: The axis.

    Returns:
        A structure like `elems`.
    """
    elems, f = tensors(elems), scope.converted(f)
    size = tree.flatten(elems)[0].shape[axis]

    def cut(structure: Any, start: int | None, stop: int | None) -> Any:
        key = (*(slice(None),) * axis, slice(start, stop))
        return tree.map_structure(lambda x: indexing.getitem(x, key), structure)

    def turn(structure: Any) -> Any:
        return tree.map_structure(lambda x: shape.flip(x, axis), structure)

    out = turn(elems) if reverse else elems
    reach = 1
    while reach < size:  # each pass doubles how far back every result reaches
        combined = f(cut(out, None, size - reach), cut(out, reach, None))
        out = tree.map_structure(
            lambda a, b: shape.concatenate([a, b], axis),
            cut(out, None, reach),
            tensors(combined),
        )
        reach *= 2
    return turn(out) if reverse else out
