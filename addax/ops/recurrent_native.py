"""Gated cells along a sequence by native kernels (native/src/sequence.h).

A kernel computes both products and the gates of all steps, another all their gradients.
Beyond the first gradient, XLA's formulation is differentiated.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero

from addax import native
from addax.core import Array
from addax.ops.windows import on_cpu

# XLA's formulation: all outputs, and last states
Formulation = Callable[["Arrays"], tuple[Array, ...]]


class Arrays(NamedTuple):
    """What a recurrence computes with.

    Attributes:
        x: What comes in, `(batch, steps, features)`.
        kernel: What the features are multiplied with.
        matrix: What the first state is multiplied with.
        bias: Added to the features' product, or `None`.
        inner_bias: Added to the state's product, or `None`.
        drop: What the first state is multiplied with before its product, or `None`;
            for a kernel, without elements.
        mask: Booleans `(batch, steps)`: where false, states stay; or `None`, as `drop`.
        states: The first states, each `(batch, units)`.
    """

    x: Any
    kernel: Any
    matrix: Any
    bias: Any
    inner_bias: Any
    drop: Any
    mask: Any
    states: Any


class Way(NamedTuple):
    """How a recurrence is computed.

    Attributes:
        name: The native kernel.
        record: How many numbers a unit keeps of each step for the gradient.
        backwards: Whether to start at the end.
        plain: XLA's formulation; equal ones must be equal and hashable.
    """

    name: str
    record: int
    backwards: bool
    plain: Formulation


RECORDS = {"lstm": 5, "gru": 4, "simple_rnn": 1}
# A kernel reads both matrices at each step, XLA the inputs' for all at once. In ms, 50
# steps, 128 or 256 features to as many units of an LSTM: a batch of one 0.27 and 1.26,
# XLA's 0.21 and 0.71; a batch of two 0.29 and 1.42, XLA's 0.41 and 1.47; a batch of 64,
# 256 units, 16, XLA's 29, and with all gradients 57, XLA's 119.
MOST_FOR_ONE = 2**16


def fits(name: str, given: Arrays) -> bool:
    """Whether there is a kernel for a cell and its operands."""
    floats = jax.tree.leaves(given._replace(mask=None))
    small = given.kernel.size + given.matrix.size <= MOST_FOR_ONE
    return (
        name in RECORDS
        and all(a.dtype == jnp.float32 for a in floats)
        and all(given.x.shape)
        and (small or given.x.shape[0] > 1)
        and on_cpu()
        and native.available(name)
    )


def run(name: str, plain: Formulation, backwards: bool, given: Arrays) -> Any:
    """All outputs, `(batch, steps, units)` in the order of the steps, and last states.

    Args:
        name: The cell, one that `fits`.
        plain: XLA's formulation, for further gradients; equal ones must be equal and
            hashable.
        backwards: Whether to start at the end.
        given: What to compute with.
    """
    nothing = jnp.zeros((0,), given.x.dtype)
    no_bias = jnp.zeros(given.kernel.shape[-1:], given.x.dtype)
    full = given._replace(
        bias=no_bias if given.bias is None else given.bias,
        inner_bias=no_bias if given.inner_bias is None else given.inner_bias,
        drop=nothing if given.drop is None else given.drop,
        mask=nothing.astype(bool) if given.mask is None else given.mask,
    )
    return _run(Way(name, RECORDS[name], backwards, plain), full)


def _like(array: Array) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(array.shape, array.dtype)


def _forward(way: Way, arrays: Arrays, keep: bool) -> list[Array]:
    """Outputs, what is kept for the gradient (or nothing), and last states."""
    x, _, matrix, *_, states = arrays
    batch, steps, _ = x.shape
    units = matrix.shape[0]
    padded = -(-units // 16) * 16  # as the widest vectors need it
    kept = (steps, batch, way.record * padded) if keep else (0,)
    return native.call(
        way.name,
        [
            jax.ShapeDtypeStruct((batch, steps, units), x.dtype),
            jax.ShapeDtypeStruct(kept, x.dtype),
            *map(_like, states),
        ],
        *arrays[:-1],
        *states,
        backwards=np.bool_(way.backwards),
    )


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _run(way: Way, arrays: Arrays) -> tuple[Array, ...]:
    outputs, _, *last = _forward(way, arrays, keep=False)
    return (outputs, *last)


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _keep(way: Way, arrays: Arrays) -> tuple[Array, ...]:
    return tuple(_forward(way, arrays, keep=True))


def _run_forward(way: Way, arrays: Any) -> tuple[Any, Any]:
    made, residuals = _keep_forward(way, arrays)
    return (made[0], *made[2:]), residuals


def _keep_forward(way: Way, arrays: Any) -> tuple[Any, Any]:
    values = jax.tree.map(lambda a: a.value, arrays)
    outputs, kept, *last = _keep(way, values)
    # What is differentiated is known when traced: the first layer's input is not.
    wanted = values.x if arrays.x.perturbed else None
    return (outputs, kept, *last), (wanted, values, outputs, kept)


def _run_backward(way: Way, residuals: Any, gradients: Any) -> tuple[Any]:
    wanted, arrays, outputs, kept = residuals
    of_outputs, *of_last = gradients
    if isinstance(of_outputs, SymbolicZero):
        of_outputs = jnp.zeros((0,), outputs.dtype)
    of_last = [
        jnp.zeros(g.shape, outputs.dtype) if isinstance(g, SymbolicZero) else g
        for g in of_last
    ]
    return (_pull(way, wanted, arrays, outputs, kept, of_outputs, tuple(of_last)),)


def _keep_backward(way: Way, residuals: Any, gradients: Any) -> tuple[Any]:
    # `_pull` says that no gradient comes by way of what is kept.
    return _run_backward(way, residuals, (gradients[0], *gradients[2:]))


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _pull(
    way: Way,
    wanted: Array | None,
    arrays: Arrays,
    outputs: Array,
    kept: Array,
    of_outputs: Array,
    of_last: tuple[Array, ...],
) -> Arrays:
    """The gradients of all operands."""
    x, kernel, matrix, bias, inner_bias, drop, mask, states = arrays
    nothing = jax.ShapeDtypeStruct((0,), x.dtype)
    made = native.call(
        f"{way.name}_gradient",
        [
            nothing if wanted is None else _like(x),
            *map(_like, (kernel, matrix, bias, inner_bias, drop)),
            *map(_like, states),
        ],
        *(x, kernel, matrix, drop, mask, outputs, kept, of_outputs),
        *of_last,
        *states,
        backwards=np.bool_(way.backwards),
    )
    to_x = jnp.zeros_like(x) if wanted is None else made[0]
    return Arrays._make((to_x, *made[1:6], None, tuple(made[6:])))


def _pull_plainly(
    way: Way, arrays: Arrays, of_outputs: Array, of_last: tuple[Array, ...]
) -> Arrays:
    floats = arrays._replace(mask=None)

    def plain(a: Arrays) -> tuple[Array, ...]:
        drop = a.drop if a.drop.size else None
        mask = arrays.mask if arrays.mask.size else None
        return way.plain(a._replace(drop=drop, mask=mask))

    made, pull = jax.vjp(plain, floats)
    if not of_outputs.size:
        of_outputs = jnp.zeros_like(made[0])
    return pull((of_outputs, *of_last))[0]


def _pull_forward(
    way: Way, wanted: Any, arrays: Any, outputs: Any, kept: Any, *gradients: Any
) -> tuple[Any, Any]:
    made = _pull(way, wanted, arrays, outputs, kept, *gradients)
    return made, (wanted, arrays, outputs, kept, gradients)


def _pull_backward(way: Way, residuals: Any, further: Any) -> tuple[Any, ...]:
    wanted, arrays, outputs, kept, gradients = residuals
    floats = arrays._replace(mask=None)

    def gradient(a: Arrays, *gradients: Any) -> Arrays:
        return _pull_plainly(way, a._replace(mask=arrays.mask), *gradients)

    _, pull = jax.vjp(gradient, floats, *gradients)
    to_arrays, *to_gradients = pull(further)
    # Outputs and what is kept follow from the arrays, where their gradient is already.
    return (
        None if wanted is None else jnp.zeros_like(wanted),
        to_arrays,
        jnp.zeros_like(outputs),
        jnp.zeros_like(kept),
        *to_gradients,
    )


_run.defvjp(_run_forward, _run_backward, symbolic_zeros=True)
_keep.defvjp(_keep_forward, _keep_backward, symbolic_zeros=True)
_pull.defvjp(_pull_forward, _pull_backward)
