"""The native recurrent kernels against XLA's scan: values, two orders of gradients."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import native
from addax.keras.layers.rnn import gru, lstm, simple
from addax.ops import math, nn, recurrent

GATES = {
    "lstm": (lstm.Gate(math.tanh, nn.sigmoid), 4, 2),
    "gru": (gru.Gate(math.tanh, nn.sigmoid), 3, 1),
    "simple_rnn": (simple.Gate(math.tanh), 1, 1),
}
CASES = [
    # cell, (batch, steps, features, units), masked, dropped, backwards, biased
    ("lstm", (1, 1, 1, 1), False, False, False, False),
    ("lstm", (7, 5, 3, 18), True, True, True, True),
    ("lstm", (29, 9, 66, 33), False, False, False, True),  # in pieces, several panels
    ("gru", (29, 9, 66, 33), True, False, True, True),
    ("simple_rnn", (27, 6, 5, 40), True, True, True, True),
    ("gru", (5, 4, 2, 16), False, True, False, False),
]


@pytest.fixture(autouse=True)
def _needs_kernels() -> None:
    if not native.available("lstm"):
        pytest.skip("the native kernels were not built")


def _operands(case: Any) -> tuple[Any, dict[str, Any]]:
    cell, (batch, steps, features, units), masked, dropped, _, biased = case
    _, gates, count = GATES[cell]
    rng = np.random.default_rng(batch)

    def draw(*shape: int) -> Any:
        return jnp.asarray(0.5 * rng.normal(size=shape), "float32")

    given = {
        "x": draw(batch, steps, features),
        "states": [draw(batch, units) for _ in range(count)],
        "kernel": draw(features, gates * units),
        "matrix": draw(units, gates * units),
    }
    if biased:
        given["bias"] = draw(gates * units)
        given["inner_bias"] = draw(gates * units) if cell == "gru" else None
    if dropped:
        given["drop"] = jnp.asarray(rng.random((batch, units)) > 0.3, "float32") * 1.4
    mask = jnp.asarray(rng.random((batch, steps)) > 0.4) if masked else None
    return mask, given


def _run(case: Any, mask: Any, given: dict[str, Any]) -> Any:
    rest = {"bias": None, "inner_bias": None, "drop": None} | given
    return recurrent._recurrence.fn(
        mask=mask,
        gate=GATES[case[0]][0],
        unroll=False,
        backwards=case[4],
        zero_masked=False,
        **rest,
    )


def _both(fn: Any, *args: Any) -> tuple[Any, Any]:
    """What a function gives with the kernel and without."""
    text = jax.jit(fn).lower(*args).as_text()
    assert "addax." in text
    with native.USE.override(False):
        expected = jax.jit(lambda *a: fn(*a))(*args)
    return jax.jit(fn)(*args), expected


def _agree(found: Any, expected: Any) -> None:
    found, expected = jax.tree.leaves(found), jax.tree.leaves(expected)
    for a, b in zip(found, expected, strict=True):
        assert a.dtype == b.dtype
        size = max(1.0, float(jnp.abs(b).max()))
        np.testing.assert_allclose(a, b, rtol=2e-4, atol=1e-5 * size)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_values_and_gradients(case: Any) -> None:
    mask, given = _operands(case)

    def scored(given: Any) -> Any:
        made = _run(case, mask, given)
        return sum(jnp.sum(jnp.sin(y + i)) for i, y in enumerate(made)), made

    _agree(*_both(jax.value_and_grad(scored, has_aux=True), given))


@pytest.mark.parametrize("case", CASES[1:5:2], ids=str)
def test_gradients_of_gradients_of_the_last_output(case: Any) -> None:
    mask, given = _operands(case)
    variables = {k: given.pop(k) for k in ("kernel", "matrix")}

    def penalty(variables: Any, given: Any) -> Any:
        def score(variables: Any, given: Any) -> Any:
            return jnp.sum(jnp.sin(_run(case, mask, variables | given)[0]))

        slopes = jax.grad(score, (0, 1))(variables, given)
        return sum(jnp.sum(g**2) for g in jax.tree.leaves(slopes))

    _agree(*_both(jax.value_and_grad(penalty, (0, 1)), variables, given))


def test_in_a_loop_and_for_many_at_once() -> None:
    case = CASES[-1]
    mask, given = _operands(case)
    given.pop("drop")
    first = given.pop("x")

    def trained(x: Any) -> Any:
        def score(given: Any) -> Any:
            return jnp.sum(_run(case, mask, {"x": x, **given})[1] ** 2)

        def step(given: Any, _: Any) -> Any:
            value, slopes = jax.value_and_grad(score)(given)
            return jax.tree.map(lambda w, g: w - 0.01 * g, given, slopes), value

        return jax.lax.scan(step, given, None, 3)

    many = jnp.stack([first, first * 2, first - 1])
    _agree(*_both(jax.vmap(trained), many))


def test_what_kernels_do_not_know_goes_to_xla() -> None:
    case = CASES[0]
    mask, given = _operands(case)
    halves = jax.tree.map(lambda a: a.astype("bfloat16"), given)
    none = given | {"x": jnp.zeros((0, 1, 1)), "states": [jnp.zeros((0, 1))] * 2}
    for operands in (halves, none):
        lowered = jax.jit(lambda g: _run(case, mask, g)).lower(operands)
        assert "addax." not in lowered.as_text()
    assert lstm.Gate(math.tanh, nn.hard_sigmoid).native is None
