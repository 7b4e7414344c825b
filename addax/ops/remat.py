"""Rematerialization: computing again what the backward pass needs, not keeping it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax

from addax.core import any_symbolic, convert, scope, tree
from addax.core.tensor import TensorLike
from addax.ops.bodies import Frame, lift_body


def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose intermediate results are computed again for gradients.

    It needs less memory and more time. Where no gradient is followed it is `f` itself.

    Args:
        f: A function of tensors; it may read and assign variables.

    Returns:
        The function.

    Source: Chen et al. 2016, https://arxiv.org/abs/1604.06174.

    Example:

    >>> from addax import keras
    >>> deep = keras.remat(lambda x: keras.ops.tanh(keras.ops.sin(x)))
    >>> deep(keras.ops.zeros(2)).numpy().tolist()
    [0.0, 0.0]
    """

    @functools.wraps(f)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not scope.state.tapes or any_symbolic((args, kwargs)):
            return f(*args, **kwargs)
        leaves, treedef = tree.flatten_with_treedef((args, kwargs))
        where = [i for i, x in enumerate(leaves) if isinstance(x, TensorLike)]

        def on_tensors(*tensors: Any) -> Any:
            filled = list(leaves)
            for i, tensor in zip(where, tensors, strict=True):
                filled[i] = tensor
            inner_args, inner_kwargs = tree.unflatten(treedef, filled)
            return f(*inner_args, **inner_kwargs)

        given = [convert(leaves[i]) for i in where]
        body = lift_body(on_tensors, given)

        def kernel(run: Any, state: Any, args: Any) -> Any:
            again = jax.checkpoint(lambda s, a, e: run(0, s, a, e))
            results, new = again(state, args, run.environment)
            return new, results

        return body.lifted.outputs(Frame(body).apply("remat", kernel, given))

    return wrapper
