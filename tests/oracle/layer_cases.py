"""One layer in both libraries: outputs, gradients, weights and configurations."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import jax
import keras as oracle
import numpy as np

from addax import keras
from addax.core import GradientTape, convert


class Case(NamedTuple):
    """A constructor call as code, for both, and what the layer is called on."""

    code: str
    shapes: Any  # one shape, or a list of them
    training: bool = False
    dtype: str = "float32"
    call: str = ""  # further arguments of the call, as code; `np` is there
    apart: bool = False  # whether several inputs are several arguments

    def __str__(self) -> str:
        rest = f" {self.call}" if self.call else ""
        return f"{self.code} {self.shapes}{' training' if self.training else ''}{rest}"


def check_layer(
    case: Case, rtol: float = 1e-5, atol: float = 2e-6, slack: float = 10.0
) -> None:
    """Asserts that a layer does in both libraries the same.

    Args:
        case: The layer.
        rtol: How far outputs may differ, relative to their size.
        atol: How far they may differ in any case.
        slack: How much farther than `atol` gradients may differ; those that are zero
            but for rounding are differences of large numbers.
    """
    rng = np.random.default_rng(len(case.code))
    theirs = eval(f"keras.layers.{case.code}", {"keras": oracle})
    ours = eval(f"keras.layers.{case.code}", {"keras": keras})
    assert plain(ours.get_config()) == plain(theirs.get_config())

    xs = _inputs(case, rng)
    shapes = [x.shape for x in xs]
    for layer in (theirs, ours):
        layer.build(*shapes) if case.apart or len(xs) == 1 else layer.build(shapes)
    same_weights(ours, theirs, rng)

    tensors = [convert(x) for x in xs]
    with GradientTape() as tape:
        tape.watch([t for t in tensors if t.dtype.is_floating])
        output = _call(ours, tensors, case)
        score = _score(keras.ops, output, ours.losses)
    expected, gradients = _oracle(theirs, xs, case)

    found = _flat(output)
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.numpy(), wanted, rtol=rtol, atol=atol)
        assert one.dtype.name == wanted.dtype.name
    sources = [t for t in tensors if t.dtype.is_floating] + ours.trainable_variables
    for one, wanted in zip(tape.gradient(score, sources), gradients, strict=True):
        np.testing.assert_allclose(_dense(one), wanted, 20 * rtol, slack * atol)
    for mine, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(mine.numpy(), np.asarray(other), rtol=rtol)
    symbolic = [keras.Input(batch_shape=s, dtype=case.dtype) for s in shapes]
    promised = _flat(_call(ours, symbolic, case))
    assert [x.shape for x in promised] == [x.shape for x in found]


def same_weights(ours: Any, theirs: Any, rng: np.random.Generator) -> None:
    """Asserts that two layers have alike weights, and gives them equal values."""
    assert [w.name for w in ours.weights] == [w.name for w in theirs.weights]
    assert [w.trainable for w in ours.weights] == [w.trainable for w in theirs.weights]
    assert [tuple(w.shape) for w in ours.weights] == [w.shape for w in theirs.weights]
    for mine, other in zip(ours.weights, theirs.weights, strict=True):
        value = rng.normal(size=other.shape).astype("float32")
        positive = "variance" in other.name or "stddev" in other.name
        value = np.abs(value) + 0.1 if positive else value
        mine.assign(value)
        other.assign(value)


def plain(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration as JSON keeps it, without what carries no meaning."""
    config = json.loads(
        json.dumps(config), parse_float=lambda text: round(float(text), 6)
    )
    return _nameless(config)


def _nameless(config: Any) -> Any:
    """Without names, which are numbered as the tests happen to run, and `None`."""
    if isinstance(config, list):
        return [_nameless(each) for each in config]
    if not isinstance(config, dict):
        return config
    # Whether Keras writes what is not set differs from layer to layer
    rest = {k: v for k, v in config.items() if v is not None and k not in _SKIPPED}
    return {k: _nameless(v) for k, v in rest.items()}


_SKIPPED = ("name", "build_config")


def _inputs(case: Case, rng: np.random.Generator) -> list[np.ndarray]:
    shapes = case.shapes if isinstance(case.shapes, list) else [case.shapes]
    if case.dtype == "float32":
        return [rng.normal(size=s).astype("float32") for s in shapes]
    return [rng.integers(0, 10, size=s).astype(case.dtype) for s in shapes]


def _call(layer: Any, xs: list[Any], case: Case) -> Any:
    several = isinstance(case.shapes, list) and not case.apart
    given = [xs] if several else xs
    options = eval(f"dict({case.call})", {"np": np})
    if case.training:
        options["training"] = True
    return layer(*given, **options)


def _flat(output: Any) -> list[Any]:
    return list(output) if isinstance(output, (list, tuple)) else [output]


def _score(ops: Any, output: Any, losses: list[Any]) -> Any:
    """A number on which every element of the outputs has its own effect."""
    floating = [y for y in _flat(output) if "float" in str(y.dtype)]
    total = sum(ops.sum(y * y) + ops.sum(y) for y in floating)
    return sum(losses, total)


def _oracle(theirs: Any, xs: list[Any], case: Case) -> tuple[Any, Any]:
    """The real layer's outputs, and gradients for floating inputs and weights."""
    floating = [x for x in xs if x.dtype == "float32"]

    def run(inputs: Any, weights: Any) -> tuple[Any, Any]:
        filled = iter(inputs)
        given = [next(filled) if x.dtype == "float32" else x for x in xs]
        state = list(zip(theirs.trainable_variables, weights, strict=True))
        with oracle.StatelessScope(state, collect_losses=True):
            output = _call(theirs, given, case)
            losses = theirs.losses  # those of the scope among them
        return _score(oracle.ops, output, losses), output

    weights = [w.value for w in theirs.trainable_variables]
    (_, output), gradients = jax.value_and_grad(run, (0, 1), has_aux=True)(
        floating, weights
    )
    _call(theirs, xs, case)  # so that statistics move
    outputs = [np.asarray(y) for y in _flat(output)]
    return outputs, [np.asarray(g) for group in gradients for g in group]


def _dense(gradient: Any) -> Any:
    return 0.0 if gradient is None else gradient.numpy()
