"""Branches and loops over tensors.

Where values are known they are Python's own: each operation runs at once, tapes see
it, and it can be stepped through. Inside a trace they become XLA's, with the variables
that the functions assign carried along, and tapes see the whole as one operation
(docs/design/0005-control-flow.md).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import lax

from addax._base.errors import explain
from addax.core import Node, Tensor, _jax, any_symbolic, convert, infer, scope
from addax.core.op import OpCall
from addax.ops import math, whiles
from addax.ops.bodies import Body, Frame, flat_tensors, lift_body, tensors

Fn = Callable[..., Any]


def known(x: Any) -> bool:
    """Whether the value is there, rather than to come when a program runs."""
    return not (isinstance(x, Tensor) and _jax.is_tracer(x._value))


@dataclass(frozen=True)
class _GraphFunction:
    """A function of functions and tensors as an operation of a functional graph."""

    name: str
    fn: Fn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.fn(*args, **kwargs)


def recordable(fn: Fn) -> Fn:
    """Has calls with symbolic tensors among the arguments recorded in their graph."""
    function = _GraphFunction(fn.__name__, fn)

    @functools.wraps(fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not any_symbolic(args, kwargs):
            return fn(*args, **kwargs)
        outputs = infer(fn, args, kwargs)
        Node(OpCall(function), args, kwargs, outputs)  # type: ignore[arg-type]
        return outputs

    return call


@recordable
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
    pred = convert(pred)
    if known(pred):
        return scope.converted(true_fn if bool(pred) else false_fn)()
    return _alike("cond", convert(pred, "bool"), [false_fn, true_fn])


@recordable
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
    index = convert(index)
    if known(index):
        number = min(max(int(index), 0), len(branches) - 1)
        return scope.converted(branches[number])(*operands)
    fns = map(scope.converted, branches)
    return _alike("switch", index, [lambda f=f: f(*operands) for f in fns])


def _alike(name: str, index: Tensor, fns: Sequence[Fn]) -> Any:
    bodies = [lift_body(fn, ()) for fn in fns]
    kinds = [[(a.shape, str(a.dtype)) for a in b.lifted.out_avals] for b in bodies]
    if any(kind != kinds[0] for kind in kinds):
        names = ("false_fn", "true_fn") if name == "cond" else None
        raise ValueError(
            explain(
                f"All functions of `{name}` must return the same structure, shapes "
                "and types.",
                received={
                    names[i] if names else f"branch {i}": kind
                    for i, kind in enumerate(kinds)
                },
                why="The compiled program has one place for each result.",
                fix="Return the same tensors from each, cast by tf.cast(x, dtype).",
            )
        )
    select = [range(len(kinds[0]))] * len(bodies)
    avals = bodies[0].lifted.out_avals
    return bodies[0].lifted.outputs(choose(name, index, bodies, select, avals))


def choose(
    name: str,
    index: Tensor,
    bodies: Sequence[Body],
    select: Sequence[Sequence[int | None]],
    kinds: Sequence[Any],
) -> list[Tensor]:
    """Runs the body with the number `index` (clipped; `True` is 1).

    Args:
        name: The operation's name.
        index: A scalar.
        bodies: The functions, without arguments.
        select: For each body the numbers of the results to return; `None` for zeros.
        kinds: Shape and type of each; results are converted.

    Returns:
        The results that were selected.
    """

    def kernel(run: Any, state: Any, args: Any) -> Any:
        def branch(number: int) -> Fn:
            def call(state: Any) -> Any:
                flat, state = run(number, state, (), run.environment)
                chosen = [
                    jnp.zeros(kind.shape, kind.dtype)
                    if i is None
                    else flat[i].astype(kind.dtype)
                    for i, kind in zip(select[number], kinds, strict=True)
                ]
                return state, chosen

            return call

        number = args[0].reshape(()).astype("int32")
        return lax.switch(number, [branch(i) for i in range(len(bodies))], state)

    return Frame(*bodies).apply(name, kernel, [index])


@recordable
def while_loop(
    cond: Fn,
    body: Fn,
    loop_vars: Any,
    maximum_iterations: Any = None,
    shapes_vary: bool = False,
) -> Any:
    """Calls `body` again and again, as long as `cond` is true.

    Args:
        cond: A function of the loop's variables that returns a scalar boolean.
        body: A function of them that returns their new values, in a trace of the same
            shapes and types.
        loop_vars: Their first values: a tuple, list or other structure.
        maximum_iterations: A limit.
        shapes_vary: Whether shapes may change; a traced function then runs as Python.

    Returns:
        The last values, in the structure of `loop_vars`.

    Raises:
        ValueError: If a variable's shape or type changes, in a trace.

    Example:

    >>> from addax.ops.control import while_loop
    >>> n, = while_loop(lambda n: n < 5, lambda n: (n + 2,), (0,))
    >>> int(n)
    6
    """
    cond, body = scope.converted(cond), scope.converted(body)
    several = isinstance(loop_vars, (tuple, list))
    values = tensors(loop_vars)
    first = flat_tensors(values)

    def step(values: Any) -> Any:
        new = body(*values) if several else body(values)
        single = several and not isinstance(new, (tuple, list))
        new = (new,) if single else new
        return tensors(type(values)(new) if type(values) in (tuple, list) else new)

    def steady_step(values: Any) -> Any:
        new = step(values)
        after = flat_tensors(new)
        if shapes_vary and [x.shape for x in after] != [x.shape for x in first]:
            raise scope.NeedsPython(
                "The values that this `while_loop` carries change their shapes.",
                "Begin with the largest shape, and say how much of it is in use.",
            )
        steady("while_loop", first, after)
        return new

    def goes_on(values: Any) -> Any:
        return convert(cond(*values) if several else cond(values))

    if scope.state.lift is None:
        count = 0
        while (maximum_iterations is None or count < maximum_iterations) and bool(
            goes_on(values)
        ):
            values, count = step(values), count + 1
        return values
    advance, look = lift_body(steady_step, [values]), lift_body(goes_on, [values])
    outs = repeat(advance, look, first, maximum_iterations)
    return advance.lifted.outputs(outs)


def repeat(
    step: Body, test: Body, values: Sequence[Tensor], limit: Any = None
) -> list[Tensor]:
    """Runs `step` on values as long as `test` of them holds, `limit` times at most."""
    frame = Frame(step, test)

    def kernel(run: Any, state: Any, args: Any) -> Any:
        split = len(state)
        fixed, rest = args[:bounds], args[bounds:]

        def holds(environment: Any, carry: Any) -> Any:
            inner, count = carry[:-1], carry[-1]
            (answer, *_), _ = run(1, inner[:split], inner[split:], environment)
            answer = answer.reshape(()).astype(bool)
            return answer & (count < environment[-1]) if bounds else answer

        def advance(environment: Any, carry: Any) -> Any:
            inner, count = carry[:-1], carry[-1]
            flat, held = run(0, inner[:split], inner[split:], environment)
            return [*held, *flat, count + 1]

        start = [*state, *rest, jnp.zeros((), "int32")]
        constants = [*run.environment, *(f.astype("int32") for f in fixed)]
        last = whiles.while_loop(holds, advance, constants, start)
        return last[:split], last[split:-1]

    bounds = 0 if limit is None else 1
    given = [*values] if limit is None else [limit, *values]
    return frame.apply("while_loop", kernel, given)


def repeat_known(step: Body, values: Sequence[Tensor], count: int) -> list[Tensor]:
    """Runs `step(i, *values)` for each `i` below `count`."""

    def kernel(run: Any, state: Any, args: Any) -> Any:
        def advance(carry: Any, i: Any) -> Any:
            flat, held = run(0, carry[0], [i, *carry[1]], run.environment)
            return (held, flat), None

        numbers = jnp.arange(count, dtype="int32")
        (state, flat), _ = lax.scan(advance, (state, args), numbers)
        return state, flat

    return Frame(step).apply("fori_loop", kernel, values)


@recordable
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
    body_fun = scope.converted(body_fun)
    first, last = convert(lower), convert(upper)
    value = tensors(init_val)
    if scope.state.lift is None:
        for i in range(int(first), int(last)):
            value = tensors(body_fun(convert(i, first.dtype), value))
        return value
    flat = flat_tensors(value)

    def step(i: Any, value: Any) -> Any:
        new = tensors(body_fun(math.add(convert(i, first.dtype), first), value))
        steady("fori_loop", flat, flat_tensors(new))
        return new

    if known(first) and known(last):
        body = lift_body(step, [convert(0, "int32"), value])
        count = max(int(last) - int(first), 0)
        return body.lifted.outputs(repeat_known(body, flat, count))
    count = convert(math.subtract(last, first), "int32")
    _, value = while_loop(
        lambda i, value: math.less(i, count),
        lambda i, value: (math.add(i, 1), step(i, value)),
        (convert(0, "int32"), value),
    )
    return value


def steady(name: str, before: Sequence[Tensor], after: Sequence[Tensor]) -> None:
    """Raises `ValueError` unless a loop's values keep their number, shapes, types."""
    kinds = [[(tuple(x.shape), x.dtype.name) for x in xs] for xs in (before, after)]
    if kinds[0] != kinds[1]:
        differ = [
            i for i, (a, b) in enumerate(zip(*kinds, strict=False)) if a != b
        ] or [min(map(len, kinds))]
        raise ValueError(
            explain(
                f"The values that `{name}` carries keep their shapes and types.",
                received={
                    "value": differ[0],
                    "before": kinds[0][differ[0] : differ[0] + 1],
                    "after": kinds[1][differ[0] : differ[0] + 1],
                },
                why="A compiled loop runs one program again and again.",
                fix=[
                    "Start from a value of the right kind: 0.0, not 0, for floats.",
                    "Cast what the function returns: tf.cast(x, tf.float32).",
                    "Collect what grows in a tf.TensorArray.",
                ],
            )
        )
