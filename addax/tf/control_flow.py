"""`tf.cond`, `tf.while_loop`, `tf.map_fn` and others that run functions of tensors."""

from __future__ import annotations

import builtins
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from addax._base.errors import explain
from addax.core import convert, tree
from addax.core.scope import converted, state
from addax.ops import control, scans, shape
from addax.ops.ragged.mapping import involves_ragged, map_rows
from addax.tf._rules import operand

Fn = Callable[..., Any]


def cond(
    pred: Any, true_fn: Fn | None = None, false_fn: Fn | None = None, name: Any = None
) -> Any:
    """What one of two functions returns.

    Args:
        pred: A scalar boolean.
        true_fn: Called without arguments if it is true.
        false_fn: Called without arguments otherwise.
        name: Kept for TensorFlow's signature.

    Returns:
        What the function returns.

    Raises:
        TypeError: If one of them is no function.
        ValueError: If their results differ in structure, shape or type, in a trace.

    Example:

    >>> from addax import tf
    >>> x = tf.constant(3.0)
    >>> float(tf.cond(x > 0, lambda: x * 2.0, lambda: -x))
    6.0
    """
    for argument, fn in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(fn):
            raise TypeError(
                explain(
                    f"`{argument}` of tf.cond is a function without arguments.",
                    received={argument: fn},
                    fix="tf.cond(pred, lambda: ..., lambda: ...)",
                )
            )
    return control.cond(pred, true_fn, false_fn)  # type: ignore[arg-type]


def case(
    pred_fn_pairs: Any,
    default: Fn | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function beside the first true condition returns.

    Args:
        pred_fn_pairs: Pairs of a scalar boolean and a function without arguments.
        default: Called if no condition is true; if not given, the last function is.
        exclusive: Kept for TensorFlow's signature.
        strict: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.

    Returns:
        What the function returns.
    """
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else
                 pred_fn_pairs)  # fmt: skip
    if default is None:
        *pairs, (_, default) = pairs
    result: Fn = default  # type: ignore[assignment]
    for pred, fn in reversed(pairs):
        result = lambda p=pred, f=fn, other=result: control.cond(p, f, other)
    return result()


def switch_case(
    branch_index: Any, branch_fns: Any, default: Fn | None = None, name: Any = None
) -> Any:
    """What the function with a given number returns.

    Args:
        branch_index: A whole number.
        branch_fns: Functions without arguments: a list, a dict by number, or pairs.
        default: Called for any other number; the function with the highest number if
            not given.
        name: Kept for TensorFlow's signature.

    Returns:
        What the function returns.
    """
    if isinstance(branch_fns, dict) or (branch_fns and not callable(branch_fns[0])):
        table = dict(branch_fns)
    else:
        table = dict(enumerate(branch_fns))
    last = max(table)
    default = table[last] if default is None else default
    fns = [default, *(table.get(i, default) for i in builtins.range(last + 1))]
    index = convert(branch_index, "int32")
    inside = (index >= 0) & (index <= last)
    place = control.math.where(inside, index + 1, 0)
    return control.switch(place, fns)


def while_loop(
    cond: Fn,
    body: Fn,
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """Calls `body` again and again, as long as `cond` is true.

    Args:
        cond: A function of the loop's variables that returns a scalar boolean.
        body: A function of them that returns their new values.
        loop_vars: Their first values: a tuple, list or other structure.
        shape_invariants: Shapes of the variables, partly unknown. Where a shape does
            change, a `tf.function` runs as plain Python.
        parallel_iterations: Kept for TensorFlow's signature.
        back_prop: Whether gradients flow through the loop.
        swap_memory: Kept for TensorFlow's signature.
        maximum_iterations: A limit.
        name: Kept for TensorFlow's signature.

    Returns:
        The last values, in the structure of `loop_vars`.

    Example:

    >>> from addax import tf
    >>> n, = tf.while_loop(lambda n: n < 5, lambda n: (n + 2,), [tf.constant(0)])
    >>> int(n)
    6
    """
    out = control.while_loop(
        cond, body, loop_vars, maximum_iterations, shape_invariants is not None
    )
    return out if back_prop else tree.map_structure(control.math.stop_gradient, out)


def map_fn(
    fn: Fn,
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """Applies `fn` to each entry along the first axis of `elems`.

    Args:
        fn: A function of an entry.
        elems: A tensor, or a structure of tensors with the same first size.
        dtype: The older name of `fn_output_signature`.
        parallel_iterations: Kept for TensorFlow's signature.
        back_prop: Kept for TensorFlow's signature.
        swap_memory: Kept for TensorFlow's signature.
        infer_shape: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.
        fn_output_signature: Types or `tf.TensorSpec`s of what `fn` returns, to which
            the results are converted.

    Returns:
        The results, stacked; in ragged tensors where `fn_output_signature` has a
        `tf.RaggedTensorSpec`.

    Example:

    >>> from addax import tf
    >>> tf.map_fn(lambda x: x * x, tf.constant([1, 2, 3])).numpy().tolist()
    [1, 4, 9]
    """
    wanted = dtype if fn_output_signature is None else fn_output_signature
    if involves_ragged(elems, wanted):
        return map_rows(converted(fn), elems, wanted)
    elems = tree.map_structure(operand, elems) if tree.is_nested(elems) and not (
        _is_plain_list(elems)
    ) else operand(elems)  # fmt: skip
    out = scans.map(fn, elems)
    if wanted is None:
        return out
    return tree.map_structure(lambda t, x: convert(x, getattr(t, "dtype", t)), wanted,
                              out)  # fmt: skip


def _is_plain_list(elems: Any) -> bool:
    return isinstance(elems, list) and not any(hasattr(x, "dtype") for x in elems)


def scan(
    fn: Fn,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """The running results of `fn(result so far, entry)`.

    Args:
        fn: A function of the last result and an entry that returns the next result.
        elems: A tensor, or a structure of tensors with the same first size.
        initializer: The first result, which is not among those returned; the first
            entry, which is, if not given.
        parallel_iterations: Kept for TensorFlow's signature.
        back_prop: Kept for TensorFlow's signature.
        swap_memory: Kept for TensorFlow's signature.
        infer_shape: Kept for TensorFlow's signature.
        reverse: Whether to begin with the last entry.
        name: Kept for TensorFlow's signature.

    Returns:
        The results, stacked.

    Example:

    >>> from addax import tf
    >>> tf.scan(lambda a, x: a + x, tf.constant([1, 2, 3])).numpy().tolist()
    [1, 3, 6]
    """
    elems, fn = _operands(elems), converted(fn)

    def step(carry: Any, x: Any) -> Any:
        new = fn(carry, x)
        return new, new

    if initializer is not None:
        return scans.scan(step, initializer, elems, reverse=reverse)[1]
    first, rest = _first(elems, reverse)
    ys = scans.scan(step, first, rest, reverse=reverse)[1]

    def joined(a: Any, b: Any) -> Any:
        a = shape.expand_dims(a, 0)
        return shape.concatenate([b, a] if reverse else [a, b], 0)

    return first if ys is None else tree.map_structure(joined, first, ys)


def _operands(elems: Any) -> Any:
    if _is_plain_list(elems) or not tree.is_nested(elems):
        return operand(elems)
    return tree.map_structure(operand, elems)


def _first(elems: Any, reverse: bool) -> tuple[Any, Any]:
    """The entry to begin with, and the others."""
    at, rest = (-1, slice(None, -1)) if reverse else (0, slice(1, None))
    first = tree.map_structure(lambda x: x[at], elems)
    return first, tree.map_structure(lambda x: x[rest], elems)


def foldl(
    fn: Fn,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last of the running results of `fn(result so far, entry)`.

    The arguments are those of `tf.scan`.
    """
    return _fold(fn, elems, initializer, reverse=False)


def foldr(
    fn: Fn,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """As `tf.foldl`, from the last entry to the first."""
    return _fold(fn, elems, initializer, reverse=True)


def _fold(fn: Fn, elems: Any, initializer: Any, reverse: bool) -> Any:
    elems, fn = _operands(elems), converted(fn)
    if initializer is None:
        initializer, elems = _first(elems, reverse)
    step = lambda carry, x: (fn(carry, x), None)
    return scans.scan(step, initializer, elems, reverse=reverse)[0]


def vectorized_map(
    fn: Fn, elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """Applies `fn` to each entry along the first axis of `elems`, all at once.

    Args:
        fn: A function of an entry.
        elems: A tensor, or a structure of tensors with the same first size.
        fallback_to_while_loop: Kept for TensorFlow's signature.
        warn: Kept for TensorFlow's signature.

    Returns:
        The results, stacked.
    """
    return scans.vectorized_map(fn, _operands(elems))


def group(*inputs: Any, **kwargs: Any) -> None:
    """Nothing: operations run when they are called, so there is nothing to group.

    Args:
        *inputs: The results of operations.
        **kwargs: Kept for TensorFlow's signature.
    """


def no_op(name: str | None = None) -> None:
    """Nothing.

    Args:
        name: Kept for TensorFlow's signature.
    """


@contextlib.contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """A block without meaning: operations run in the order in which they are called.

    Args:
        control_inputs: The results of operations.
    """
    yield


def inside_function() -> bool:
    """Whether a function is being traced."""
    return state.lift is not None
