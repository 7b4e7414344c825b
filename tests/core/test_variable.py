"""Variables: making, reading, assigning, copying."""

import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax.core import Variable, convert, function, scope
from addax.core.branch import when
from addax.core.scope import name_scope, use_names
from addax.ops import math


def test_making():
    v = Variable([[1.0, 2.0]], name="w")
    assert (v.shape, v.dtype, v.name, v.path) == ((1, 2), "float32", "w", "w")
    assert (v.trainable, v.ndim, v.size, len(v)) == (True, 2, 2, 1)
    assert v.handle is v
    assert v.constraint is v.regularizer is None


@pytest.mark.parametrize(
    "args, kwargs, expected",
    [
        ((3,), {}, ("int32", 3)),
        ((3,), {"dtype": "float32"}, ("float32", 3.0)),
        ((np.array([1.5]),), {}, ("float64", [1.5])),
        ((lambda: [1.0, 2.0],), {}, ("float32", [1.0, 2.0])),
        (
            (lambda shape, dtype: np.ones(shape, dtype.name), (2,)),
            {},
            ("float32", [1, 1]),
        ),
        (
            (lambda shape, dtype: np.ones(shape, dtype.name),),
            {"shape": (2,), "dtype": "int32"},
            ("int32", [1, 1]),
        ),
        ((), {"initializer": [1, 2]}, ("int32", [1, 2])),
        ((1.0, False), {}, ("float32", 1.0)),
        ((convert([1.0]),), {}, ("float32", [1.0])),
        ((jnp.float32(1.0),), {}, ("float32", 1.0)),
        ((Variable(2.0),), {}, ("float32", 2.0)),
    ],
)
def test_initial_values(args, kwargs, expected):
    v = Variable(*args, **kwargs)
    assert (v.dtype, v.numpy().tolist()) == expected


def test_the_second_argument_may_be_tensorflows():
    assert not Variable(1.0, False).trainable
    assert Variable(1.0, True).trainable


def test_it_needs_a_value():
    with pytest.raises(
        ValueError, match=r"needs an initial value(?s:.)*shape=\(3, 2\)"
    ):
        Variable()
    with pytest.raises(ValueError, match=r"'w' was given a value of another shape"):
        Variable([1.0, 2.0], shape=(3,), name="w")
    with pytest.raises(ValueError, match=r"'w' was given a value of another shape"):
        Variable([[1.0, 2.0]], shape=(2,), name="w")


def test_assigning():
    v = Variable([1.0, 2.0], name="w")
    assert v.assign([3, 4]) is v
    assert v.assign_add([1, 1]).assign_sub([0.5, 0.5]).numpy().tolist() == [3.5, 4.5]
    v.assign(convert([1, 2]))  # converted to its type
    assert (v.dtype, v.numpy().tolist()) == ("float32", [1.0, 2.0])
    v.assign_add(1.0)
    assert v.numpy().tolist() == [2.0, 3.0]
    v.assign_add(Variable([1, 1]))
    assert v.numpy().tolist() == [3.0, 4.0]
    with pytest.raises(
        ValueError, match=r"another shape than variable 'w'.*Received.*shape=\(3,\)"
    ):
        v.assign([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="another shape"):
        v.assign(1.0)


def test_a_value_that_was_read_stays():
    v = Variable([1.0, 2.0])
    tensor, array, value = v.read_value(), v.numpy(), v.value
    v.assign([5.0, 6.0])
    for old in (tensor.numpy(), array, value.numpy()):
        assert old.tolist() == [1.0, 2.0]
    array[0] = 9.0  # a copy of its own
    assert v.numpy()[0] == 5.0


def test_an_array_that_was_given_is_not_shared():
    array = np.array([1.0, 2.0], "float32")
    v = Variable(array)
    array[0] = 9.0
    assert v.numpy().tolist() == [1.0, 2.0]
    v.assign(array)
    array[0] = 7.0
    assert v.numpy().tolist() == [9.0, 2.0]


def test_paths_follow_name_scopes():
    with name_scope("model"), name_scope("dense") as path:
        assert path == "model/dense"
        v = Variable(1.0, name="kernel")
        with use_names(("other",)):
            assert Variable(1.0, name="bias").path == "other/bias"
        with name_scope(""):
            assert Variable(1.0, name="bias").path == "bias"
    assert v.path == "model/dense/kernel"
    assert Variable(1.0, name="kernel").path == "kernel"
    assert Variable(1.0).name != Variable(1.0).name


def test_a_compute_type_applies_where_a_layer_asks():
    v, fixed = Variable([1.0]), Variable([1.0], autocast=False)
    count = Variable([1])
    with scope.use(autocast="bfloat16"):
        assert v.dtype == v.value.dtype == (v + v).dtype == "bfloat16"
        assert fixed.dtype == fixed.value.dtype == "float32"
        assert count.value.dtype == "int32"
        v.assign_add([1.0 + 2**-12])  # kept in full
    assert v.dtype == "float32"
    assert v.numpy().tolist() == [2.0 + 2**-12]


def test_looks_and_python():
    v = Variable(2.5, name="w")
    assert repr(v) == "<Variable path=w, shape=(), dtype=float32, numpy=2.5>"
    assert (float(v), int(v), bool(v), f"{v:.1f}") == (2.5, 2, True, "2.5")
    assert [10, 20, 30][Variable(1)] == 20
    assert len({v, Variable(2.5)}) == 2  # by identity
    assert v.ref() == v.ref()
    assert v.ref().deref() is v


def test_copies_are_independent():
    v = Variable([1.0], name="w")
    table = {"a": v, "b": v}
    copied = copy.deepcopy(table)
    assert copied["a"] is copied["b"]
    copied["a"].assign([5.0])
    assert v.numpy().tolist() == [1.0]

    @function
    def step(x):
        v.assign_add(x)

    step([1.0])  # donates
    twin = copy.deepcopy(v)
    step([1.0])
    assert (v.numpy().tolist(), twin.numpy().tolist()) == ([3.0], [2.0])


def test_pickles():
    v = Variable([1.0, 2.0], name="w", trainable=False)
    again = pickle.loads(pickle.dumps(v))
    assert (again.name, again.trainable) == ("w", False)
    again.assign_add([1.0, 1.0])
    assert again.numpy().tolist() == [2.0, 3.0]
    assert v.numpy().tolist() == [1.0, 2.0]


@pytest.mark.parametrize("wrap", [lambda f: f, function], ids=["eager", "traced"])
def test_changes_that_happen_on_a_condition(wrap):
    total, calls = Variable(0.0), Variable(0)

    @wrap
    def step(x):
        calls.assign_add(1)
        when(math.greater(x, 0.0), lambda: total.assign_add(x))
        return total * 1.0

    assert [float(step(convert(x))) for x in (1.0, -5.0, 2.0)] == [1.0, 1.0, 3.0]
    assert (float(total), int(calls)) == (3.0, 3)


def test_a_variable_under_a_jax_transform_is_refused():
    v = Variable(1.0, name="w")
    add = function(lambda x: v.assign_add(x))
    add(1.0)
    for change in (lambda x: v.assign(convert(x)).value, add):
        with pytest.raises(
            ValueError, match=r"inside a JAX trace cannot be kept in variable\s+'w'"
        ):
            jax.jit(lambda x, change=change: jnp.asarray(change(x)))(1.0)
        assert float(v) == 2.0


def test_a_function_that_changes_nothing_goes_through_jax():
    v = Variable(3.0)
    scale = function(lambda x: v * x)
    assert jax.jit(lambda x: scale(x)._value)(2.0) == 6.0
    assert jax.grad(lambda x: scale(x)._value)(2.0) == 3.0
