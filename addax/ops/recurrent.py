"""Recurrences over a sequence.

The gated cells have one form: the first state meets one matrix, `inner = h @ matrix`,
and what follows is elementwise, `states = gate(x, inner, states)`. What comes in is
multiplied for all steps at once, before the scan.

On a CPU an LSTM or GRU with its usual activations runs in a native kernel, forwards and
backwards (recurrent_native.py): NATIVE. Everything else is a scan, whose gradient is
JAX's: a training step of LSTM(64) on 64 x 100 words takes 16 ms of processor time (JAX
0.12). One of our own for any gate, with the derivatives of the gates and the matrix's
gradient in bulk after the backward scan, takes 22 ms; one written out for LSTM alone
17 ms, of which a third can use a second core.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax

from addax.core import Array, SymbolicTensor, Tensor, infer, op, scope, tree
from addax.core.lift import LiftScope
from addax.ops import create, math, recurrent_native, shape
from addax.ops.scans import scan

States = tuple[Array, ...]


# (x, inner, states) -> states, all tensors; equal gates must be equal and hashable
Gate = Callable[[Any, Any, tuple[Any, ...]], Sequence[Any]]


def _on_arrays(gate: Gate, x: Array, inner: Array, states: States) -> States:
    with scope.use(lift=LiftScope.discarding(), tapes=()):
        new = gate(Tensor(x), Tensor(inner), tuple(Tensor(s) for s in states))
    return tuple(s._value for s in new)


class _Scan(NamedTuple):
    """XLA's formulation of a recurrence."""

    gate: Gate
    backwards: bool
    unroll: bool

    def __call__(self, given: recurrent_native.Arrays) -> States:
        """All outputs, `(batch, steps, units)`, and the last states."""
        x = jnp.swapaxes(given.x, 0, 1)
        steps = x.shape[0]
        xs = x @ given.kernel  # all steps in one product
        if given.bias is not None:
            xs = xs + given.bias
        mask = given.mask
        if mask is not None:
            mask = jnp.swapaxes(mask, 0, 1)
        if self.backwards:
            xs = jnp.flip(xs, 0)
            mask = None if mask is None else jnp.flip(mask, 0)

        def step(states: States, at: Any) -> tuple[States, Array]:
            x, keep = at
            h = states[0] if given.drop is None else states[0] * given.drop
            inner = h @ given.matrix
            if given.inner_bias is not None:
                inner = inner + given.inner_bias
            new = _on_arrays(self.gate, x, inner, states)
            if keep is not None:
                new = tuple(
                    jnp.where(keep[:, None], a, b)
                    for a, b in zip(new, states, strict=True)
                )
            return new, new[0]

        last, outputs = lax.scan(
            step, tuple(given.states), (xs, mask), unroll=steps if self.unroll else 1
        )
        return (jnp.swapaxes(outputs, 0, 1), *last)


@op(name="recurrence")
def _recurrence(
    x: Array,
    mask: Array | None,
    states: Sequence[Array],
    kernel: Array,
    matrix: Array,
    bias: Array | None,
    inner_bias: Array | None,
    drop: Array | None,
    gate: Gate,
    unroll: bool,
    backwards: bool,
    zero_masked: bool,
) -> Any:
    mask = None if mask is None else mask.astype(bool)
    given = recurrent_native.Arrays(
        x, kernel, matrix, bias, inner_bias, drop, mask, tuple(states)
    )
    scan_ = _Scan(gate, backwards, unroll)
    name = getattr(gate, "native", None) or ""
    if recurrent_native.fits(name, given):
        outputs, *last = recurrent_native.run(name, scan_, backwards, given)
    else:
        outputs, *last = scan_(given)
    # The last state is the last output, and its gradient needs no row of zeros a step.
    output = last[0]
    if mask is not None:
        # A masked step repeats the last output; before the first one there is none.
        mask = jnp.flip(mask, 1) if backwards else mask
        shown = mask if zero_masked else lax.cummax(mask.astype("int8"), 1) > 0
        outputs = jnp.where(shown[..., None], outputs, jnp.zeros_like(outputs))
        output = jnp.where(shown[:, -1:], output, jnp.zeros_like(output))
    return (output, outputs, *last)


def recurrence(
    x: Any,
    states: Sequence[Any],
    kernel: Any,
    matrix: Any,
    gate: Gate,
    *,
    bias: Any = None,
    inner_bias: Any = None,
    mask: Any = None,
    drop: Any = None,
    unroll: bool = False,
    backwards: bool = False,
    zero_masked: bool = False,
) -> tuple[Any, Any, list[Any]]:
    """Runs a gated cell along a sequence.

    Args:
        x: A tensor `(batch, steps, features)`.
        states: The first states, each `(batch, units)`.
        kernel: What the features are multiplied with, `(features, gates * units)`.
        matrix: What the first state is multiplied with, `(units, gates * units)`.
        gate: What follows, element by element.
        bias: Added to the features' product.
        inner_bias: Added to the state's product.
        mask: Booleans `(batch, steps)`: where false, states stay.
        drop: What the first state is multiplied with before its product.
        unroll: Whether the steps are written out, which compiles longer.
        backwards: Whether to start at the end.
        zero_masked: Whether outputs of masked steps are 0 rather than repeated.

    Returns:
        The last output, all outputs `(batch, steps, units)` in the order in which they
        were computed, and the last states.
    """
    last, outputs, *new = _recurrence(
        x, mask, list(states), kernel, matrix, bias, inner_bias, drop, gate,
        unroll, backwards, zero_masked,
    )  # fmt: skip
    return last, outputs, new


def run_cell(
    step: Callable[[Any, list[Any]], tuple[Any, list[Any]]],
    x: Any,
    states: list[Any],
    *,
    mask: Any = None,
    unroll: bool = False,
    backwards: bool = False,
    zero_masked: bool = False,
) -> tuple[Any, Any, list[Any]]:
    """Runs any cell along a sequence.

    Args:
        step: `step(x, states) -> (output, states)`; it may read and assign variables.
            Gradients reach what it reads from variables, not tensors that it closes
            over.
        x: A tensor `(batch, steps, ...)`.
        states: The first states.
        mask: Booleans `(batch, steps)`: where false, states stay.
        unroll: Whether the steps are written out, which compiles longer.
        backwards: Whether to start at the end.
        zero_masked: Whether outputs of masked steps are 0 rather than repeated.

    Returns:
        The last output, all outputs `(batch, steps, ...)` in the order in which they
        were computed, and the last states.
    """
    xs = shape.swapaxes(x, 0, 1)
    keeps = None if mask is None else shape.swapaxes(mask, 0, 1)
    if backwards:
        xs = shape.flip(xs, 0)
        keeps = None if keeps is None else shape.flip(keeps, 0)

    def masked(carry: Any, at: Any) -> Any:
        old, shown = carry
        x, keep = at
        output, new = step(x, list(old))
        if keep is None:
            return (list(new), shown), output
        before = create.zeros_like(output) if shown is None or zero_masked else shown
        output = _where(keep, output, before)
        new = tree.map_structure(lambda a, b: _where(keep, a, b), list(new), list(old))
        return (new, output), output

    if scope.state.lift is None or unroll:
        carry: Any = (states, None)
        outputs = []
        for i in range(xs.shape[0]):
            keep = None if keeps is None else keeps[i]
            carry, output = masked(carry, (xs[i], keep))
            outputs.append(output)
        return outputs[-1], shape.stack(outputs, 1), carry[0]
    first = (xs[0], None if keeps is None else keeps[0])
    shown = None
    if keeps is not None:  # a masked first step has no output to repeat
        spec = infer(lambda x, states: step(x, states)[0], (_spec(first[0]), states))
        shown = create.zeros(spec.shape, spec.dtype)
    (last, _), ys = scan(masked, (states, shown), (xs, keeps))
    outputs = shape.swapaxes(ys, 0, 1)
    return ys[-1], outputs, last


def _spec(x: Any) -> SymbolicTensor:
    return SymbolicTensor(x.shape, x.dtype)


def _where(keep: Any, new: Any, old: Any) -> Any:
    axes = tuple(range(1, len(new.shape)))
    return math.where(shape.expand_dims(keep, axes) if axes else keep, new, old)
