"""`tf.py_function` and `tf.numpy_function`: Python where TensorFlow has a graph."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from addax.core import Tensor, TensorSpec, convert, scope, tree
from addax.ops.callbacks import call_back

Fn = Callable[..., Any]


def py_function(
    func: Fn | None = None, inp: Any = None, Tout: Any = None, name: Any = None
) -> Any:
    """Calls a Python function of tensors, with their values.

    In a traced function, `Tout` must say shapes too (`tf.TensorSpec`) for the call to
    become part of the compiled program; with types alone the whole function runs as
    plain Python.

    Args:
        func: A function of tensors; without it a decorator is returned.
        inp: Its arguments.
        Tout: The type of the result, a `tf.TensorSpec`, or a list of them; `[]` or
            `None` for no result.
        name: Kept for TensorFlow's signature.

    Returns:
        The result as a tensor, or a list of tensors.

    Example:

    >>> from addax import tf
    >>> shout = lambda x: x * 2 if x > 1 else x
    >>> int(tf.py_function(shout, [tf.constant(3)], Tout=tf.int32))
    6
    """
    return _call(func, inp, Tout, lambda x: x, "tf.py_function")


def numpy_function(
    func: Fn | None = None,
    inp: Any = None,
    Tout: Any = None,
    stateful: bool = True,
    name: Any = None,
) -> Any:
    """Calls a Python function of NumPy arrays, with the tensors' values.

    Args:
        func: A function of NumPy arrays, through which no gradients flow; without it a
            decorator is returned.
        inp: Its arguments.
        Tout: The type of the result, a `tf.TensorSpec`, or a list of them.
        stateful: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.

    Returns:
        The result as a tensor, or a list of tensors.
    """
    return _call(func, inp, Tout, lambda x: x.numpy(), "tf.numpy_function")


def _call(
    func: Fn | None, inp: Any, Tout: Any, given: Callable[[Tensor], Any], name: str
) -> Any:
    if func is None:
        return lambda f: functools.wraps(f)(
            lambda *args: _call(f, list(args), Tout, given, name)
        )
    args = [convert(x) for x in (inp if isinstance(inp, (list, tuple)) else [inp])]
    specs, treedef = tree.flatten_with_treedef([] if Tout is None else Tout)
    specs = [x if isinstance(x, TensorSpec) else TensorSpec(None, x) for x in specs]

    def run(*tensors: Tensor) -> list[Any]:
        out = func(*map(given, tensors))
        leaves = out if isinstance(out, (list, tuple)) else [out]
        return [
            convert(x, spec.dtype) for x, spec in zip(leaves, specs, strict=bool(specs))
        ]

    if scope.state.lift is None:
        outs = run(*args)
    else:
        outs = call_back(run, args, specs, name)
    return tree.unflatten(treedef, outs) if specs else None
