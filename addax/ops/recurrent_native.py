"""Gated cells along a sequence by native kernels (native/src/sequence.h).

A kernel computes both products and the gates of all steps, another all their gradients.
Beyond the first gradient, and forwards, XLA's formulation is differentiated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from addax import native
from addax.core import Array
from addax.ops.derivable import Derivable, Rows
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
        and native.available(name, f"{name}_gradient")
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
    return _recurrence(*full, static=(Way(name, RECORDS[name], backwards, plain),))


def _like(array: Array) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(array.shape, array.dtype)


def _forward(arrays: tuple[Any, ...], way: Way, keep: bool) -> list[Array]:
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


def _kernel(*given: Any) -> Any:
    *arrays, way = given
    outputs, _, *last = _forward(tuple(arrays), way, keep=False)
    return (outputs, *last)


def _keep(*given: Any) -> Any:
    *arrays, way = given
    outputs, kept, *last = _forward(tuple(arrays), way, keep=True)
    return (outputs, *last), (outputs, kept)


def _pull(arrays: Any, kept: Any, gradients: Any, wanted: Any, way: Way) -> Any:
    """The gradients of all operands, of the inputs' only if wanted."""
    x, kernel, matrix, bias, inner_bias, drop, mask, states = arrays
    nothing = jax.ShapeDtypeStruct((0,), x.dtype)
    of_outputs, *of_last = gradients
    if of_outputs is None:
        of_outputs = jnp.zeros((0,), x.dtype)
    pairs = zip(of_last, states, strict=True)
    made = native.call(
        f"{way.name}_gradient",
        [
            _like(x) if wanted[0] else nothing,
            *map(_like, (kernel, matrix, bias, inner_bias, drop)),
            *map(_like, states),
        ],
        *(x, kernel, matrix, drop, mask, *kept, of_outputs),
        *(jnp.zeros_like(s) if g is None else g for g, s in pairs),
        *states,
        backwards=np.bool_(way.backwards),
    )
    return (*made[:6], None, tuple(made[6:]))


def _formulation(*given: Any) -> Any:
    *arrays, way = given
    full = Arrays(*arrays)
    drop = full.drop if full.drop.size else None
    mask = full.mask if full.mask.size else None
    return way.plain(full._replace(drop=drop, mask=mask))


_recurrence = Derivable(
    _kernel,
    _formulation,
    keep=_keep,
    pull=_pull,
    rows=Rows((0, None, None, None, None, 0, 0, 0), kept=(0, 1)),
)
