"""The gate: how arguments reach a kernel, and what happens when they do not fit."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
import pytest

from addax.core import OPS, Array, GradientTape, SymbolicTensor, Variable, convert, op
from addax.ops import math, reduce
from addax.ops import shape as shapes

seen = []


@op(name="test_scaled", promote=True)
def scaled(x: Array, y: Array | None = None, times: float = 2.0, axes: object = None):
    """Scales."""
    seen.append((x.dtype.name, times, axes))
    return x * times if y is None else (x + y) * times


@op(name="test_total", promote=True)
def total(xs: Sequence[Array], weights: Sequence[Array] | None = None):
    if weights is not None:
        xs = [x * w for x, w in zip(xs, weights, strict=True)]
    return sum(xs[1:], xs[0])


@op(name="test_wide", floating=True)
def wide(x: Array):
    return jnp.exp(x)


def test_positions_keywords_and_defaults():
    assert float(scaled(3.0)) == 6.0
    assert float(scaled(3.0, 1.0, 10)) == 40.0
    assert float(scaled(times=3, x=2.0)) == 6.0
    assert OPS["test_scaled"] is scaled
    assert scaled.__doc__ == "Scales."
    assert scaled.__name__ == "test_scaled"


@pytest.mark.parametrize(
    "args, kwargs, text",
    [
        ((), {}, r"test_scaled\(\) needs x"),
        (
            (1, 2, 3, 4, 5),
            {},
            r"at most 4 arguments \(x, y, times, axes\). Received: 5",
        ),
        ((1,), {"z": 1}, r"no argument 'z'. It takes: x, y, times, axes"),
        ((1,), {"x": 1}, r"got 'x' twice"),
    ],
)
def test_wrong_calls(args, kwargs, text):
    with pytest.raises(TypeError, match=text):
        scaled(*args, **kwargs)


def test_static_attributes_become_hashable():
    scaled([1.0], axes=[1, [2, 3]])
    assert seen[-1][2] == (1, (2, 3))
    scaled([1.0], axes={"b": 1, "a": [2]})
    assert seen[-1][2] == (("a", (2,)), ("b", 1))
    scaled([1.0], axes=np.array([1, 2]), times=np.float32(3))
    assert seen[-1][1:] == (3.0, (1, 2))
    scaled([1.0], axes=convert([4]), times=convert(5.0))
    assert seen[-1][1:] == (5.0, (4,))
    count = len(seen)
    scaled([1.0], axes=[4], times=5.0)  # compiled already
    assert len(seen) == count


@pytest.mark.parametrize(
    "x, y, dtype",
    [
        (1, 2, "int32"), (1, 2.0, "float32"), (convert([1], "int8"), 2, "int8"),
        (convert([1], "int8"), 2.0, "float32"),
        (convert([1], "float16"), 2.5, "float16"),
        (convert([1]), convert([1.0], "float16"), "float16"),
        (np.float64(1.0), convert([1.0]), "float64"), (True, False, "bool"),
        (Variable([1.0]), 2, "float32"), ([1], [2.0], "float32"),
    ],
)  # fmt: skip
def test_promotion_before_the_kernel(x, y, dtype):
    assert math.add(x, y).dtype == dtype


@pytest.mark.parametrize(
    "x, dtype",
    [
        (1, "float32"), ([True], "float32"), (convert([1], "int64"), "float32"),
        (convert([1.0], "bfloat16"), "bfloat16"), (np.array([1.0]), "float64"),
    ],
)  # fmt: skip
def test_whole_numbers_become_floating(x, dtype):
    assert wide(x).dtype == dtype


def test_sequences_of_tensors():
    assert float(total([1, 2.0, np.float32(3)])) == 6.0
    assert float(total((convert(1.0), Variable(2.0)), [10, 100])) == 210.0
    assert total([SymbolicTensor((None,)), 1.0]).shape == (None,)
    assert total([SymbolicTensor((None,), "int32"), 1.5]).dtype == "float32"


def test_lists_of_tensors_as_one_operand():
    a = Variable(2.0)
    with GradientTape() as tape:
        y = reduce.sum(math.square([a, [a * 3.0][0], 1.0]))
    assert float(tape.gradient(y, a)) == 4.0 + 36.0
    rows = [SymbolicTensor((None, 2)), SymbolicTensor((None, 2))]
    assert reduce.sum(rows, 0).shape == (None, 2)
    assert shapes.concatenate([rows, rows], 0).shape == (4, None, 2)


def test_conversions_pass_gradients():
    a = Variable([1.0, 2.0])
    with GradientTape() as tape:
        wider = convert(a, "float64")
        y = reduce.sum(wider * wider)
    assert tape.gradient(y, a).numpy().tolist() == [2.0, 4.0]


def test_errors_name_the_arguments():
    with pytest.raises(
        ValueError,
        match=r"`concatenate` cannot take these arguments. Received: "
        r"xs=\[Tensor\(shape=\(2,\), dtype=float32\), Tensor\(shape=\(1, 1\)",
    ):
        shapes.concatenate([[1.0, 2.0], [[3.0]]])
    with pytest.raises(ValueError, match=r"`reshape` cannot take.*newshape=\(4, 4\)"):
        shapes.reshape([1, 2], (4, 4))
    with pytest.raises(ValueError, match=r"`sum` cannot take.*axis=3"):
        reduce.sum([1.0], 3)
    with pytest.raises(TypeError, match=r"cannot become a tensor. Received: \[None\]"):
        math.add(1.0, [None])


def test_a_kernel_is_compiled_once():
    calls = []

    @op(name="test_counted")
    def counted(x: Array, k: int = 1):
        calls.append(k)
        return x + k

    for _ in range(3):
        counted(convert([1.0]))
        counted(convert([1.0]), 2)
    assert calls == [1, 2]
    counted(convert([1.0, 2.0]))
    assert calls == [1, 2, 1]
