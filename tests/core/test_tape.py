"""What a gradient tape watches, keeps, answers and refuses."""

import jax
import numpy as np
import pytest

from addax.core import (
    GradientTape,
    SymbolicTensor,
    UnconnectedGradients,
    Variable,
    cast,
    convert,
    function,
)
from addax.ops import linalg, math, reduce, sort
from addax.ops import shape as shapes

ways = pytest.mark.parametrize(
    "wrap", [lambda f: f, function], ids=["eager", "function"]
)


def value(x):
    return None if x is None else x.numpy().tolist()


# What is watched


@ways
def test_trainable_variables_are_watched_and_others_not(wrap):
    a, b = Variable(2.0), Variable(3.0, trainable=False)
    c = Variable([1], dtype="int32")

    @wrap
    def run():
        with GradientTape() as tape:
            y = a * a * b + cast(c, "float32")[0]
        assert [v is a for v in tape.watched_variables()] == [True]
        return tape.gradient(y, [a, b, c])

    assert list(map(value, run())) == [12.0, None, None]


@ways
def test_tensors_and_other_variables_are_watched_on_request(wrap):
    b = Variable(3.0, trainable=False)

    @wrap
    def run(x):
        with GradientTape() as tape:
            tape.watch([x, b])
            y = x * x * b
        return tape.gradient(y, {"x": x, "b": b})

    assert {k: value(v) for k, v in run(convert(2.0)).items()} == {"x": 12.0, "b": 4.0}


@ways
def test_variables_can_be_left_alone(wrap):
    a, b = Variable(2.0), Variable(3.0)

    @wrap
    def run():
        with GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(b)
            y = a * b
        return tape.gradient(y, [a, b])

    assert list(map(value, run())) == [None, 2.0]


@ways
def test_a_pause_leaves_operations_out(wrap):
    a = Variable(2.0)

    @wrap
    def run():
        with GradientTape() as tape:
            y = a * a
            with tape.stop_recording():
                hidden = a * 100.0
            z = y + hidden
        return tape.gradient(z, a)

    assert value(run()) == 4.0


def test_reset_forgets():
    a = Variable(2.0)
    with GradientTape() as tape:
        old = a * a
        tape.reset()
        new = a * 3.0
    assert list(map(value, (tape.gradient(old + new, [a])))) == [None]
    with GradientTape() as tape:
        tape.reset()
        y = a * 3.0
    assert value(tape.gradient(y, a)) == 3.0


def test_what_happens_before_and_after_the_block_is_not_recorded():
    a = Variable(2.0)
    before = a * 5.0
    with GradientTape() as tape:
        y = a * before
    after = y * 7.0
    assert value(tape.gradient([y], a)) == 10.0
    with GradientTape() as tape:
        y = a * before
    assert tape.gradient(after, a) is None


# What is answered


@ways
def test_targets_add_up_and_sources_keep_their_structure(wrap):
    a, b = Variable([1.0, 2.0]), Variable(3.0)

    @wrap
    def run():
        with GradientTape() as tape:
            y, z = a * b, b * b
        return tape.gradient({"y": y, "z": [z]}, (a, {"b": b}))

    da, db = run()
    assert (value(da), value(db["b"])) == ([3.0, 3.0], 9.0)


@ways
def test_output_gradients_weigh_the_targets(wrap):
    a = Variable([1.0, 2.0])

    @wrap
    def run(weights):
        with GradientTape() as tape:
            y = a * a
            z = a * 10.0
        return tape.gradient([y, z], a, output_gradients=[weights, None])

    assert value(run(convert([1.0, 100.0]))) == [12.0, 410.0]


@ways
def test_intermediate_sources(wrap):
    @wrap
    def run(x):
        with GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x
            z = y * y * x
        one = tape.gradient(z, y)
        both = tape.gradient(z, [x, y])
        return one, both, tape.gradient(y, y), tape.gradient(y, [x, y])

    one, both, itself, also = run(convert(2.0))
    assert value(one) == 16.0  # 2 * y * x
    assert list(map(value, both)) == [80.0, 16.0]
    assert value(itself) == 1.0
    assert list(map(value, also)) == [4.0, 1.0]


@ways
def test_the_same_source_twice(wrap):
    a = Variable(3.0)

    @wrap
    def run():
        with GradientTape() as tape:
            y = a * a
        return tape.gradient(y, [a, a])

    assert list(map(value, run())) == [6.0, 6.0]


@ways
def test_each_read_of_a_variable_counts_and_an_assignment_cuts(wrap):
    v, w = Variable(3.0), Variable(5.0)

    @wrap
    def run():
        v.assign(3.0)
        with GradientTape() as tape:
            y = v * v  # 6 by v
            v.assign(y * w)  # TensorFlow gives no gradient through an assignment
            z = v * 2.0 + y
        return z, tape.gradient(z, [v, w])

    z, (dv, dw) = run()
    assert value(z) == 99.0
    assert (value(dv), value(dw)) == (8.0, None)
    assert float(v) == 45.0


@ways
@pytest.mark.parametrize(
    "name, fn",
    [
        ("floor", math.floor),
        ("ceil", math.ceil),
        ("round", math.round),
        ("rint", math.rint),
        ("argmax", lambda x: cast(reduce.argmax(x), "float32")),
        ("argsort", lambda x: cast(sort.argsort(x), "float32")),
        ("comparison", lambda x: cast(math.greater(x, 0.0), "float32")),
        ("to int and back", lambda x: cast(cast(x, "int32"), "float32")),
        ("stop_gradient", math.stop_gradient),
        ("floor_divide", lambda x: math.floor_divide(x, 2.0)),
        ("elsewhere", lambda x: math.add(1.0, 2.0)),
    ],
)
def test_unconnected_sources(wrap, name, fn):
    x = convert([1.5, -2.5])

    @wrap
    def run(x):
        with GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = fn(x)
        zero = UnconnectedGradients.ZERO
        return tape.gradient(y, x), tape.gradient(y, [x], unconnected_gradients=zero)

    none, (zeros,) = run(x)
    assert none is None
    assert zeros.dtype == "float32"
    assert value(zeros) == [0.0, 0.0]


@ways
def test_jacobian_of_what_is_not_connected(wrap):
    @wrap
    def run(x, y):
        with GradientTape(persistent=True) as tape:
            tape.watch([x, y])
            z = x * 2.0
        by_y = tape.jacobian(z, y)
        zeros = tape.jacobian(z, [x, y], unconnected_gradients="zero")
        whole = tape.jacobian(cast(z, "int32"), x)
        batch = tape.batch_jacobian(z, y, unconnected_gradients="zero")
        return by_y, zeros, whole, batch

    by_y, (dx, dy), whole, batch = run(convert([1.0, 2.0]), convert([[3.0], [4.0]]))
    assert by_y is None
    assert whole is None
    assert value(dx) == [[2.0, 0.0], [0.0, 2.0]]
    assert dy.shape == (2, 2, 1)
    assert batch.shape == (2, 1)


def test_integers_have_no_gradients():
    x = convert([1, 2])
    with GradientTape() as tape, pytest.warns(UserWarning, match="int32 has no grad"):
        tape.watch(x)
    with GradientTape() as tape:
        y = cast(x, "float32") * 2.0
    assert tape.gradient(y, x) is None
    a = Variable(2.0)
    with GradientTape() as tape:
        y = a * cast(x, "float32")
        count = cast(a, "int32")
    assert value(tape.gradient([y, count], a)) == 3.0


@ways
def test_complex_numbers(wrap):
    """TensorFlow's convention: for a real target, the direction in which it grows."""

    @wrap
    def run(z):
        with GradientTape() as tape:
            tape.watch(z)
            y = reduce.sum(math.real(z) ** 2 + math.imag(z) ** 2 * 3.0)
        return tape.gradient(y, z)

    np.testing.assert_allclose(run(convert([1 + 2j])).numpy(), [2 + 12j])


@ways
def test_half_precision_stays_half(wrap):
    a = Variable([1.0, 2.0], dtype="bfloat16")

    @wrap
    def run():
        with GradientTape() as tape:
            y = reduce.sum(a * a)
        return tape.gradient(y, a)

    assert run().dtype == "bfloat16"


# Several tapes


def test_two_tapes_watch_at_once():
    a, b = Variable(2.0), Variable(3.0)
    with GradientTape() as first, GradientTape() as second:
        y = a * b
    assert value(first.gradient(y, a)) == 3.0
    assert value(second.gradient(y, b)) == 2.0


@ways
def test_a_gradient_of_a_gradient_by_a_variable(wrap):
    """A penalty on the slope, as in a Wasserstein GAN."""
    w = Variable([[0.5], [-1.0]])

    @wrap
    def run(x):
        with GradientTape() as outer:
            with GradientTape() as inner:
                inner.watch(x)
                y = reduce.sum(math.tanh(linalg.matmul(x, w)))
            slope = inner.gradient(y, x)
            penalty = reduce.mean((math.sqrt(reduce.sum(slope * slope, 1)) - 1.0) ** 2)
        return penalty, outer.gradient(penalty, w)

    x = np.array([[1.0, 2.0], [0.5, -1.0]], "float32")

    def plain(w):
        slope = jax.grad(lambda x: jax.numpy.tanh(x @ w).sum())(x)
        return ((jax.numpy.sqrt((slope**2).sum(1)) - 1) ** 2).mean()

    penalty, found = run(convert(x))
    np.testing.assert_allclose(float(penalty), plain(w.numpy()), rtol=1e-5)
    np.testing.assert_allclose(found.numpy(), jax.grad(plain)(w.numpy()), rtol=1e-5)


@ways
def test_a_persistent_tape_answers_again_and_differentiates_itself(wrap):
    @wrap
    def run(x):
        with GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x**3
            slope = tape.gradient(y, x)
        return tape.gradient(y, x), tape.gradient(slope, x)

    first, second = run(convert(2.0))
    assert (value(first), value(second)) == (12.0, 12.0)


@ways
def test_values_are_the_same_before_and_after_the_gradient(wrap):
    """Inside a trace the replay takes the first pass's place."""
    w, seen = Variable([1.0, 2.0]), Variable([0.0, 0.0], trainable=False)

    @wrap
    def run(x):
        with GradientTape() as tape:
            hidden = math.tanh(w * x)
            seen.assign(hidden * 10.0)
            aside = hidden + 1.0
            loss = reduce.sum(hidden * hidden)
        grad = tape.gradient(loss, w)
        return loss, hidden, aside, seen * 1.0, grad, loss * 2.0

    w_, x = np.array([1.0, 2.0]), np.array([0.3, -0.2])
    hidden = np.tanh(w_ * x)
    expected = [
        (hidden**2).sum(), hidden, hidden + 1, hidden * 10,
        2 * hidden * (1 - hidden**2) * x, 2 * (hidden**2).sum(),
    ]  # fmt: skip
    for found, wanted in zip(run(convert(x, "float32")), expected, strict=True):
        np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-5)
    np.testing.assert_allclose(seen.numpy(), hidden * 10, rtol=1e-5)


def test_a_function_has_one_forward_pass():
    w = Variable([1.0, 2.0])

    def step(x):
        with GradientTape() as tape:
            loss = reduce.sum(math.tanh(w * x))
        w.assign_sub(tape.gradient(loss, w))
        return loss

    concrete = function(step).get_concrete_function(convert([0.1, 0.2]))
    assert str(concrete.lifted.program).count(" tanh ") == 1


def test_several_outputs_of_one_operation():
    x = convert([[3.0, 1.0, 2.0]])
    with GradientTape() as tape:
        tape.watch(x)
        best, places = sort.top_k(x, 2)
        a, b = shapes.split(best, 2, 1)
        y = a * 10.0 + b
    assert value(places) == [[0, 2]]
    assert value(tape.gradient(y, x)) == [[10.0, 0.0, 1.0]]


# What is refused


def test_a_second_gradient_is_refused():
    a = Variable(1.0)
    with GradientTape() as tape:
        y = a * a
    tape.gradient(y, a)
    with pytest.raises(RuntimeError, match=r"persistent=True"):
        tape.gradient(y, a)


def test_a_second_block_is_refused():
    with (
        GradientTape() as tape,
        pytest.raises(ValueError, match="recording already"),
        tape,
    ):
        pass


@pytest.mark.parametrize(
    "source, text",
    [
        (3.0, r"Sources are tensors or variables that the tape watched.*3\.0"),
        (None, "Sources are tensors or variables"),
        (SymbolicTensor((2,)), "A gradient needs values"),
    ],
)
def test_other_sources_are_refused(source, text):
    a = Variable(1.0)
    with GradientTape() as tape:
        y = a * a
    with pytest.raises(ValueError, match=text):
        tape.gradient(y, source)


def test_only_tensors_can_be_watched():
    with GradientTape() as tape, pytest.raises(ValueError, match="Convert it first"):
        tape.watch(3.0)


def test_output_gradients_must_fit():
    a = Variable([1.0, 2.0])
    with GradientTape(persistent=True) as tape:
        y = a * a
    with pytest.raises(ValueError, match="2 gradients for 1 targets"):
        tape.gradient(y, a, output_gradients=[y, y])
    with pytest.raises(ValueError, match=r"shape.*\(3,\).*\(2,\)"):
        tape.gradient(y, a, output_gradients=convert([1.0, 2.0, 3.0]))


def test_a_batch_needs_one_size():
    with GradientTape() as tape:
        x, y = convert([[1.0]]), convert([[1.0], [2.0]])
    with pytest.raises(ValueError, match="same batch size"):
        tape.batch_jacobian(y, x)


def test_stop_recording_needs_a_recording_tape():
    with (
        pytest.raises(ValueError, match="not recording"),
        GradientTape().stop_recording(),
    ):
        pass
