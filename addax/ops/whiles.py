"""`while` with gradients, for any number of steps (docs/design/0005-control-flow.md).

JAX differentiates loops backwards only where it knows their number of steps, since it
keeps every step's values. Here the forward loop keeps some of the states it passes, at
a distance that doubles whenever the room for them is full; the backward loop computes
the states between two of them again, and goes through the steps from the last to the
first. For up to `rooms` steps nothing is computed again, for up to `rooms**2` each step
once, with `2 * rooms` states in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from addax._base.errors import explain

Arrays = list[Any]
Test = Callable[[Arrays, Arrays], Any]
Step = Callable[[Arrays, Arrays], Arrays]

_BYTES = 2**26  # for the states kept: 64 MB
_ROOMS = (16, 1024)  # at least, at most


def while_loop(
    test: Test, step: Step, constants: Arrays, state: Arrays, rooms: int | None = None
) -> Arrays:
    """`state = step(constants, state)` as long as `test(constants, state)`.

    Args:
        test: A pure function to a boolean scalar.
        step: A pure function to a state of the same shapes and types.
        constants: Arrays that do not change.
        state: Arrays that do.
        rooms: How many states to keep for gradients, an even number; chosen by their
            size if not given.

    Returns:
        The last state. Gradients (of first order) reach the constants and the state.
    """
    rooms = rooms or _rooms(state)

    @jax.custom_vjp
    def run(constants: Arrays, state: Arrays) -> Arrays:
        return lax.while_loop(
            lambda s: test(constants, s), lambda s: step(constants, s), state
        )

    def forward(constants: Arrays, state: Arrays) -> Any:
        kept, count, stride, last = _kept(test, step, constants, state, rooms)
        return last, (constants, kept, count, stride)

    def backward(residuals: Any, cotangents: Arrays) -> Any:
        constants, kept, count, stride = residuals
        pull = _pullback(step, constants, kept)
        moving = [c for c, x in zip(cotangents, kept, strict=True) if _moves(x)]
        slopes = [jnp.zeros_like(c) for c in constants if _moves(c)]

        def segment(i: Any, carry: Any) -> Any:
            number = (count + stride - 1) // stride - 1 - i
            size = jnp.minimum(stride, count - number * stride)
            return _segment(
                step, constants, _at(kept, number), size, stride, rooms, pull, carry
            )

        segments = (count + stride - 1) // stride
        slopes, moving = lax.fori_loop(0, segments, segment, (slopes, moving))
        slopes, moving = _once((slopes, moving))
        return _full(constants, slopes), _full(kept, moving)

    run.defvjp(forward, backward)
    return run(constants, state)


@jax.custom_vjp
def _once(gradients: Any) -> Any:
    """The gradients; asking for theirs says why there are none."""
    return gradients


def _refuse(kept: None, upstream: Any) -> Any:
    raise ValueError(
        explain(
            "Gradients of gradients do not go through a loop of unknown length.",
            why="Its backward pass is such a loop itself, and keeps no states.",
            fix=[
                "Loop over something of known length: for i in tf.range(10)",
                "Run it as plain Python: tf.config.run_functions_eagerly(True)",
            ],
        )
    )


_once.defvjp(lambda gradients: (gradients, None), _refuse)


def _rooms(state: Arrays) -> int:
    size = sum(int(np.prod(x.shape)) * x.dtype.itemsize for x in state)
    return int(np.clip(_BYTES // max(size, 1), *_ROOMS)) // 2 * 2


def _kept(test: Test, step: Step, constants: Arrays, state: Arrays, rooms: int) -> Any:
    """Runs the loop; the states before steps 0, stride, 2 * stride, ... of it."""
    half = rooms // 2

    def fill(carry: Any) -> Any:
        """Steps until the room is full, which it is not at first."""

        def goes_on(inner: Any) -> Any:
            _, count, stride, state = inner
            return (count < rooms * stride) & test(constants, state)

        def advance(inner: Any) -> Any:
            kept, count, stride, state = inner
            # One row more takes the states that are not kept
            slot = jnp.where(count % stride == 0, count // stride, rooms)
            kept = _put(kept, slot, state)
            return kept, count + 1, stride, step(constants, state)

        return lax.while_loop(goes_on, advance, carry)

    def thin(carry: Any) -> Any:
        """Keeps every second state."""
        kept, count, stride, state = carry
        kept = [jnp.concatenate([k[: 2 * half : 2], k[half:]]) for k in kept]
        return fill((kept, count, stride * 2, state))

    one = jnp.ones((), "int32")
    room = [jnp.zeros((rooms + 1, *x.shape), x.dtype) for x in state]
    carry = fill((room, one * 0, one, state))
    return lax.while_loop(lambda c: test(constants, c[3]), thin, carry)


def _segment(
    step: Step,
    constants: Arrays,
    start: Arrays,
    size: Any,
    stride: Any,
    rooms: int,
    pull: Callable[..., Any],
    carry: Any,
) -> Any:
    """Goes back through `size` steps from the state `start` on."""
    every = (stride + rooms - 1) // rooms

    def note(j: Any, inner: Any) -> Any:
        kept, state = inner
        slot = jnp.where(j % every == 0, j // every, rooms)
        return _put(kept, slot, state), step(constants, state)

    room = [jnp.zeros((rooms + 1, *x.shape), x.dtype) for x in start]
    # The state before the last step is the last one needed
    kept, last = lax.fori_loop(0, size - 1, note, (room, start))
    kept = _put(kept, jnp.where((size - 1) % every == 0, (size - 1) // every, rooms),
                last)  # fmt: skip

    def back(i: Any, carry: Any) -> Any:
        j = size - 1 - i
        state = lax.fori_loop(
            0, j % every, lambda _, s: step(constants, s), _at(kept, j // every)
        )
        return pull(state, carry)

    return lax.fori_loop(0, size, back, carry)


def _pullback(step: Step, constants: Arrays, like: Arrays) -> Callable[..., Any]:
    """`pull(state, (slopes, moving))`: one step back."""

    def pull(state: Arrays, carry: Any) -> Any:
        slopes, moving = carry

        def moved(some: Arrays, others: Arrays) -> Arrays:
            after = step(_full(constants, some, constants), _full(like, others, state))
            return [x for x in after if _moves(x)]

        _, back = jax.vjp(moved, _moving(constants), _moving(state))
        more, moving = back(moving)
        return [a + b for a, b in zip(slopes, more, strict=True)], moving

    return pull


def _moves(x: Any) -> bool:
    return jnp.issubdtype(x.dtype, np.inexact)


def _moving(arrays: Arrays) -> Arrays:
    return [x for x in arrays if _moves(x)]


def _full(like: Sequence[Any], moving: Arrays, rest: Arrays | None = None) -> Arrays:
    """`moving` in the places of floating arrays, and the rest (or `None`) in others."""
    found, others = iter(moving), rest or [None] * len(like)
    return [next(found) if _moves(x) else o for x, o in zip(like, others, strict=True)]


def _at(kept: Arrays, i: Any) -> Arrays:
    return [lax.dynamic_index_in_dim(k, i, 0, keepdims=False) for k in kept]


def _put(kept: Arrays, i: Any, state: Arrays) -> Arrays:
    return [
        lax.dynamic_update_index_in_dim(k, x, i, 0)
        for k, x in zip(kept, state, strict=True)
    ]
