"""Branches and loops over tensors.

Where values are known they are Python's own: each operation runs at once, tapes see
it, and it can be stepped through. Inside a trace they become XLA's, with the variables
that the functions assign carried along. Under a gradient tape in a trace, both branches
run and one is chosen, and loops of a known length are unrolled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from addax.core import (
    Array,
    Op,
    Tensor,
    Variable,
    _jax,
    convert,
    lift,
    scope,
    tree,
)
from addax.core.lift import Lifted, LiftScope
from addax.core.symbolic import any_symbolic
from addax.ops import indexing, math, shape

Fn = Callable[..., Any]


def _known(x: Any) -> bool:
    return not (isinstance(x, Tensor) and _jax.is_tracer(x._value))


def _tensors(structure: Any) -> Any:
    """Numbers and arrays as tensors; `None` and tensors as they are."""
    return tree.map_structure(lambda x: x if x is None else convert(x), structure)


def _arrays(structure: Any) -> list[Any]:
    return [x._value for x in tree.flatten(structure) if isinstance(x, Tensor)]


def _values(variables: Sequence[Variable]) -> list[Any]:
    with scope.use(autocast=None):
        return [v._read()._value for v in variables]


def _assign(variables: Sequence[Variable], arrays: Sequence[Any]) -> None:
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(Tensor(array))


def _by_id(variables: Sequence[Variable], arrays: Sequence[Any]) -> dict[int, Any]:
    return {id(v): a for v, a in zip(variables, arrays, strict=True)}


def _pure(lifted: Lifted, carried: Sequence[Variable]) -> Callable[..., Any]:
    """`fn(state, *args) -> (results, state)`, the state being that of `carried`."""
    outside = _by_id(lifted.reads, _values(lifted.reads))
    order = [id(v) for v in carried]

    def run(state: Sequence[Any], *args: Any) -> tuple[list[Any], list[Any]]:
        held = outside | dict(zip(order, state, strict=True))
        writes = [held[id(v)] for v in lifted.writes]
        reads = [held[id(v)] for v in lifted.reads]
        flat, new = lifted.pure(writes, reads, args)
        held |= _by_id(lifted.writes, new)
        return flat, [held[k] for k in order]

    return run


def _no_symbols(name: str, *structures: Any) -> None:
    if any_symbolic(structures):
        raise ValueError(
            f"`{name}` does not take symbolic tensors (keras.Input).\n"
            "Put it in the call() of a layer of your own: there it is traced."
        )


def cond(pred: Any, true_fn: Fn, false_fn: Fn) -> Any:
    """What one of two functions returns.

    Args:
        pred: A scalar boolean.
        true_fn: Called without arguments if it is true.
        false_fn: Called without arguments otherwise.

    Returns:
        What the function returns; in a trace both must return the same structure of
        shapes and types.

    Raises:
        ValueError: If they do not.

    Example:

    >>> from addax.ops.control import cond
    >>> cond(True, lambda: 1, lambda: 2)
    1
    """
    _no_symbols("cond", pred)
    pred = convert(pred)
    if _known(pred):
        return true_fn() if bool(pred) else false_fn()
    if scope.state.tapes:
        return _choose(pred, true_fn, false_fn)
    branches = [lift(true_fn, ()), lift(false_fn, ())]
    kinds = [[(a.shape, a.dtype) for a in b.out_avals] for b in branches]
    if kinds[0] != kinds[1]:
        raise ValueError(
            "Both functions must return the same structure, shapes and types.\n"
            f"Received: true_fn returns {kinds[0]}, false_fn returns {kinds[1]}"
        )
    carried = list({id(v): v for b in branches for v in b.writes}.values())
    runs = [_pure(b, carried) for b in branches]
    flat, state = lax.cond(
        pred._value.astype(bool).reshape(()), *runs, _values(carried)
    )
    _assign(carried, state)
    return branches[0].outputs(flat)


def _choose(pred: Tensor, true_fn: Fn, false_fn: Fn) -> Any:
    """Runs both branches, so that tapes see them, and keeps what `pred` says."""
    results, scopes = [], []
    for fn in (true_fn, false_fn):
        inside = LiftScope()
        with scope.use(lift=inside):
            results.append(_tensors(fn()))
        scopes.append(inside)
    written = {id(v): v for s in scopes for v in s.written.values()}
    for key, variable in written.items():
        before = variable._read()
        after = [s.values.get(key, before) for s in scopes]
        variable.assign(math.where(pred, *after))
    return tree.map_structure(
        lambda a, b: a if a is None else math.where(pred, a, b), *results
    )


def switch(index: Any, branches: Sequence[Fn], *operands: Any) -> Any:
    """What the function with a given number returns.

    Args:
        index: A number; below 0 the first function is called, above the last one's
            number the last.
        branches: The functions.
        *operands: Their arguments.

    Returns:
        What the function returns.
    """
    _no_symbols("switch", index, operands)
    index = convert(index)
    if _known(index):
        return branches[min(max(int(index), 0), len(branches) - 1)](*operands)
    if len(branches) == 1:
        return branches[0](*operands)
    return cond(
        math.less_equal(index, 0),
        lambda: branches[0](*operands),
        lambda: switch(math.subtract(index, 1), branches[1:], *operands),
    )


def while_loop(
    cond: Fn, body: Fn, loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """Calls `body` again and again, as long as `cond` is true.

    In a trace no gradients flow through it: XLA would have to keep an unknown number
    of intermediate results. Use `fori_loop` or `scan`, whose lengths are known.

    Args:
        cond: A function of the loop's variables that returns a scalar boolean.
        body: A function of them that returns their new values.
        loop_vars: Their first values: a tuple, list or other structure.
        maximum_iterations: A limit.

    Returns:
        The last values, in the structure of `loop_vars`.

    Example:

    >>> from addax.ops.control import while_loop
    >>> n, = while_loop(lambda n: n < 5, lambda n: (n + 2,), (0,))
    >>> int(n)
    6
    """
    _no_symbols("while_loop", loop_vars)
    several = isinstance(loop_vars, (tuple, list))

    def step(values: Any) -> Any:
        new = body(*values) if several else body(values)
        single = several and not isinstance(new, (tuple, list))
        return _tensors(type(values)((new,)) if single else new)

    def goes_on(values: Any) -> Any:
        return convert(cond(*values) if several else cond(values))

    values = _tensors(loop_vars)
    if scope.state.lift is None:
        count = 0
        while (maximum_iterations is None or count < maximum_iterations) and bool(
            goes_on(values)
        ):
            values, count = step(values), count + 1
        return values
    with scope.use(tapes=()):
        lifted, test = lift(step, [values]), lift(goes_on, [values])
        carried = list(lifted.writes)
        run, look = _pure(lifted, carried), _pure(test, carried)
        limit = 2**31 - 1 if maximum_iterations is None else maximum_iterations

        def more(state: Any) -> Any:
            held, flat, count = state
            return look(held, *flat)[0][0].reshape(()) & (count < limit)

        def advance(state: Any) -> Any:
            held, flat, count = state
            flat, held = run(held, *flat)
            return held, flat, count + 1

        start = (_values(carried), _arrays(values), jnp.zeros((), "int32"))
        state, flat, _ = lax.while_loop(more, advance, start)
        _assign(carried, state)
    return lifted.outputs(flat)


def fori_loop(lower: Any, upper: Any, body_fun: Fn, init_val: Any) -> Any:
    """Calls `body_fun(i, value)` for each `i` from `lower` up to `upper`, exclusive.

    Args:
        lower: The first number.
        upper: One more than the last.
        body_fun: A function of the number and the value that returns the next value.
        init_val: The first value.

    Returns:
        The last value.
    """
    _no_symbols("fori_loop", lower, upper, init_val)
    first, last = convert(lower), convert(upper)
    unroll = scope.state.lift is None or scope.state.tapes
    if _known(first) and _known(last) and unroll:
        value = _tensors(init_val)
        for i in range(int(first), int(last)):
            value = _tensors(body_fun(convert(i), value))
        return value
    start = (convert(first, "int32"), _tensors(init_val))
    _, value = while_loop(
        lambda i, value: math.less(i, last),
        lambda i, value: (math.add(i, 1), body_fun(i, value)),
        start,
    )
    return value


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

    >>> from addax.ops.control import scan
    >>> total, sums = scan(lambda c, x: (c + x, c + x), 0, [1, 2, 3])
    >>> sums.numpy().tolist()
    [1, 3, 6]
    """
    _no_symbols("scan", init, xs)
    xs = convert(xs) if isinstance(xs, list) else _tensors(xs)
    carry = _tensors(init)
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

    if scope.state.lift is None or scope.state.tapes:
        ys = []
        for i in reversed(range(count)) if reverse else range(count):
            carry, y = f(carry, at(i))
            carry = _tensors(carry)
            ys.append(_tensors(y))
        ys = ys[::-1] if reverse else ys
        return carry, (_stack(ys) if ys else None)

    split: list[int] = []

    def step(carry: Any, x: Any) -> Any:
        new, y = f(carry, x)
        new = _tensors(new)
        split[:] = [len(_arrays(new))]
        return new, y

    lifted = lift(step, [carry, at(0)])
    carried = list(lifted.writes)
    run = _pure(lifted, carried)

    def advance(state: Any, x: Any) -> Any:
        held, flat = state
        out, held = run(held, *flat, *x)
        return (held, out[: split[0]]), out[split[0] :]

    start = (_values(carried), _arrays(carry))
    (state, last), ys = lax.scan(
        advance, start, _arrays(xs), count, reverse, min(unroll, max(count, 1))
    )
    _assign(carried, state)
    return lifted.outputs([*last, *ys])


def recur(f: Fn, init: Any, xs: Any) -> tuple[Any, Any]:
    """`scan` inside a trace, as one operation that tapes see.

    Gradients reach the variables that `f` reads, `init` and `xs`, but not tensors that
    `f` closes over.

    Args:
        f: `f(carry, x) -> (carry, y)`.
        init: The first carry.
        xs: A structure of tensors with the same first size.

    Returns:
        The last carry, and the `y`s stacked along a new first axis.
    """
    first = tree.map_structure(lambda x: x if x is None else x[0], xs)
    lifted = lift(f, [init, first])
    starts = [x for x in tree.flatten(init) if x is not None]
    given = [x for x in tree.flatten(xs) if x is not None]
    n_writes, n_carry = len(lifted.writes), len(starts)

    def kernel(
        writes: Sequence[Array],
        reads: Sequence[Array],
        starts: Sequence[Array],
        given: Sequence[Array],
    ) -> Any:
        def advance(state: Any, x: Any) -> Any:
            held, carry = state
            out, held = lifted.pure(held, reads, [*carry, *x])
            return (held, out[:n_carry]), out[n_carry:]

        start = (list(writes), list(starts))
        (held, last), ys = lax.scan(advance, start, list(given))
        return (*held, *last, *ys)

    op = Op(kernel, name="scan", compile=False)
    with scope.use(autocast=None):
        writes = [v._read() for v in lifted.writes]
        outs = op(writes, [v._read() for v in lifted.reads], starts, given)
    for variable, value in zip(lifted.writes, outs[:n_writes], strict=True):
        variable.assign(value)
    flat = [x._value for x in outs[n_writes:]]
    carry, ys = lifted.outputs(flat)
    # The very tensors that the tapes know, in the structure that `f` returns
    known = iter(outs[n_writes:])
    return tree.map_structure(lambda x: x if x is None else next(known), (carry, ys))


def _stack(items: list[Any]) -> Any:
    def join(*xs: Any) -> Any:
        return None if xs[0] is None else shape.stack(list(xs))

    return tree.map_structure(join, *items)


def map(f: Fn, xs: Any) -> Any:
    """Applies `f` to each entry along the first axis, one after the other.

    Args:
        f: A function of an entry.
        xs: A tensor, or a structure of tensors with the same first size.

    Returns:
        The results, stacked.
    """
    return scan(lambda _, x: (None, f(x)), None, xs)[1]


def vectorized_map(function: Fn, elements: Any) -> Any:
    """Applies `function` to each entry along the first axis, all at once.

    Args:
        function: A function of an entry.
        elements: A tensor, or a structure of tensors with the same first size.

    Returns:
        The results, stacked.
    """
    _no_symbols("vectorized_map", elements)
    elements = _tensors(elements)
    if scope.state.tapes:
        return map(function, elements)
    first = tree.map_structure(lambda x: indexing.getitem(x, 0), elements)
    lifted = lift(function, [first])
    if lifted.writes:
        return map(function, elements)
    run = _pure(lifted, [])
    flat = jax.vmap(lambda *xs: run([], *xs)[0])(*_arrays(elements))
    return lifted.outputs(flat)


def vectorize(pyfunc: Fn, *, excluded: Any = None, signature: str | None = None) -> Fn:
    """A function of scalars as one of tensors, which are broadcast.

    Args:
        pyfunc: The function.
        excluded: Numbers of arguments that are passed on as they are.
        signature: Kept for Keras's signature; only `None` is supported.

    Returns:
        The function of tensors.
    """
    if signature is not None:
        raise NotImplementedError(
            f"`vectorize` has no signatures yet. Received: signature={signature!r}\n"
            "Use keras.ops.vectorized_map over the first axis."
        )
    skipped = frozenset(excluded or ())

    def vectorized(*args: Any) -> Any:
        moving = [convert(a) for i, a in enumerate(args) if i not in skipped]
        target = jnp.broadcast_shapes(*(tuple(m.shape) for m in moving))
        flat = [shape.reshape(shape.broadcast_to(m, target), -1) for m in moving]

        def one(entries: Any) -> Any:
            rest = iter(entries)
            return pyfunc(
                *(a if i in skipped else next(rest) for i, a in enumerate(args))
            )

        out = vectorized_map(one, tuple(flat))
        return tree.map_structure(lambda x: shape.reshape(x, target), out)

    return vectorized


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
    elems = _tensors(elems)
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
            _tensors(combined),
        )
        reach *= 2
    return turn(out) if reverse else out
