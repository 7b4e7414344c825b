"""Control flow functions of tf: eagerly and traced alike, by facts of the API."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from addax import tf

X = tf.constant([1.0, -2.0, 3.0])


def both(fn, *args):
    """The result eagerly and compiled, which must agree."""
    eager, compiled = fn(*args), tf.function(fn)(*args)
    a, b = tf.nest.flatten(eager), tf.nest.flatten(compiled)
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        assert tf.convert_to_tensor(x).dtype == tf.convert_to_tensor(y).dtype
        np.testing.assert_allclose(np.asarray(x), np.asarray(y), rtol=1e-5)
    return eager


def _pairs(x):
    return [(x < 0.0, lambda: -x), (x > 5.0, lambda: x * 5.0)]


def _table(default=None):
    fns = {1: lambda: 10, 3: lambda: 30}
    return lambda i: tf.switch_case(i, fns, default=default)


@pytest.mark.parametrize("fn, args, expected", [
    (lambda x: tf.cond(x > 0, lambda: x * 2.0, lambda: -x), [3.0], 6.0),
    (lambda x: tf.cond(x > 0, lambda: x * 2.0, lambda: -x), [-3.0], 3.0),
    (lambda x: tf.case(_pairs(x), default=lambda: x + 1.0), [1.0], 2.0),
    (lambda x: tf.case(_pairs(x), default=lambda: x + 1.0), [6.0], 30.0),
    (lambda x: tf.case(_pairs(x)), [2.0], 10.0),  # the last is the default
    (_table(), [1], 10), (_table(), [3], 30), (_table(), [2], 30), (_table(), [-1], 30),
    (_table(lambda: -1), [2], -1), (_table(lambda: -1), [9], -1),
    (lambda n: tf.while_loop(lambda i, s: i < n, lambda i, s: (i + 1, s + i),
                             [0, 0])[1], [5], 10),
    (lambda n: tf.while_loop(lambda i: i < n, lambda i: [i + 1], [0],
                             maximum_iterations=3)[0], [5], 3),
    (lambda x: tf.map_fn(lambda v: v * v, x), [X], [1.0, 4.0, 9.0]),
    (lambda x: tf.map_fn(lambda v: v > 0, x, fn_output_signature=tf.bool), [X],
     [True, False, True]),
    (lambda x: tf.map_fn(lambda t: t[0] * t[1], (x, x), dtype=tf.float32), [X],
     [1.0, 4.0, 9.0]),
    (lambda x: tf.scan(lambda a, v: a + v, x), [X], [1.0, -1.0, 2.0]),
    (lambda x: tf.scan(lambda a, v: a + v, x, 10.0), [X], [11.0, 9.0, 12.0]),
    (lambda x: tf.scan(lambda a, v: a - v, x, reverse=True), [X], [4.0, 5.0, 3.0]),
    (lambda x: tf.foldl(lambda a, v: a - v, x), [X], 0.0),
    (lambda x: tf.foldr(lambda a, v: a - v, x), [X], 4.0),
    (lambda x: tf.foldr(lambda a, v: a * v, x, 2.0), [X], -12.0),
    (lambda x: tf.vectorized_map(lambda v: tf.reduce_sum(v * x), x), [X],
     [2.0, -4.0, 6.0]),
])  # fmt: skip
def test_values(fn, args, expected):
    got = both(fn, *map(tf.constant, args))
    np.testing.assert_allclose(np.asarray(got), expected)


def test_structures_go_through():
    def step(i, state):
        return i + 1, {"a": state["a"] * 2.0, "b": [state["b"][0] + i]}

    start = (0, {"a": tf.constant(1.0), "b": [tf.constant(0)]})
    fn = lambda n: tf.while_loop(lambda i, _: i < n, step, start)
    i, state = both(fn, tf.constant(4))
    assert (int(i), float(state["a"]), int(state["b"][0])) == (4, 16.0, 6)
    out = both(lambda x: tf.map_fn(lambda v: (v, {"n": -v}), x), X)
    np.testing.assert_allclose(out[1]["n"].numpy(), -X.numpy())


def test_gradients_of_folds_and_loops():
    fns = [
        lambda x: tf.scan(lambda a, v: a * v, x)[-1],
        lambda x: tf.foldl(lambda a, v: a + v * a, x),
        lambda x: tf.while_loop(
            lambda i, y: i < tf.cast(tf.reduce_sum(x), tf.int32) + 2,
            lambda i, y: (i + 1, y * x), (0, x)
        )[1][0],
        lambda x: tf.reduce_sum(tf.map_fn(lambda v: v * x[0], x)),
    ]  # fmt: skip
    for fn in fns:

        def slope(x, fn=fn):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = fn(x)
            return tape.gradient(y, x)

        assert np.isfinite(both(slope, X).numpy()).all()


def test_what_needs_no_meaning_here():
    with tf.control_dependencies([X]):
        assert tf.group(X, X) is None
    assert tf.no_op() is None
    assert not tf.inside_function()
    assert bool(tf.function(lambda: tf.inside_function())())
    with pytest.raises(TypeError, match=r"`false_fn` of tf\.cond is a function"):
        tf.cond(True, lambda: 1, 2)


# TensorArray


def test_tensor_arrays():
    ta = tf.TensorArray(tf.float32, size=3, element_shape=())
    ta = ta.write(0, 1.0).write(2, 3)
    assert ta.stack().numpy().tolist() == [1.0, 0.0, 3.0]
    assert float(ta.read(2)) == 3.0
    assert int(ta.size()) == 3
    assert ta.gather([2, 0]).numpy().tolist() == [3.0, 1.0]
    assert (ta.dtype, tuple(ta.element_shape)) == (tf.float32, ())
    with pytest.raises(IndexError, match=r"no such entry(?s:.)*dynamic_size=True"):
        ta.write(3, 1.0)
    grows = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    assert int(grows.write(0, 5).write(1, 6).size()) == 2
    rows = tf.TensorArray(tf.float32, 2).unstack([[1.0, 2.0], [3.0, 4.0]])
    assert rows.read(1).numpy().tolist() == [3.0, 4.0]
    assert rows.concat().numpy().tolist() == [1.0, 2.0, 3.0, 4.0]
    pieces = tf.TensorArray(tf.float32, 2).split([1.0, 2.0, 3.0], [1, 2])
    assert pieces.read(1).numpy().tolist() == [2.0, 3.0]
    placed = tf.TensorArray(tf.int32, 3).scatter([2, 0, 1], [7, 8, 9])
    assert placed.stack().numpy().tolist() == [8, 9, 7]
    with pytest.raises(ValueError, match="read before any was written"):
        tf.TensorArray(tf.float32, 2).stack()


def _collects(x):
    ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in tf.range(4):
        ta = ta.write(i, x * tf.cast(i, tf.float32))
    return ta.stack()


def _running(x):
    ta, total, i = tf.TensorArray(tf.float32, x.shape[0]), 0.0, 0
    while i < tf.cast(tf.reduce_sum(tf.ones_like(x)), tf.int32):
        total += x[i]
        if total > 0:
            ta = ta.write(i, total)
        else:
            ta = ta.write(i, -total)
        i += 1
    return ta.stack()


def _appends(x):
    ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True, element_shape=())
    for v in x:
        ta = ta.write(ta.size(), v * 2.0)
    return ta.stack()


def _by_loop(x):
    _, ta = tf.while_loop(
        lambda i, ta: i < 3,
        lambda i, ta: (i + 1, ta.write(i, x[i] * x[i])),
        (0, tf.TensorArray(tf.float32, 3, element_shape=())),
    )
    return ta.stack()


@pytest.mark.parametrize("fn", [_collects, _running, _appends, _by_loop])
def test_tensor_arrays_in_loops(fn):
    both(fn, X)

    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(fn(x) ** 2)
        return tape.gradient(y, x)

    both(slope, X)


# What only running can tell: such functions run as plain Python


def _counts(n):
    ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    for i in tf.range(n):
        for j in tf.range(2):
            ta = ta.write(i * 2 + j, j)
    return ta.stack()


def _stops(n):
    ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    for i in tf.range(10):
        if i > n:
            break
        ta = ta.write(i, i)
    return ta.stack()


def _filters(n):
    ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for v in X:
        if v > tf.cast(n, tf.float32) - 2.0:
            ta = ta.write(ta.size(), v)
    return ta.stack(), ta.size()


def _one_branch(n):
    ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    if n > 2:
        ta = ta.write(0, n).write(1, n)
    else:
        ta = ta.write(0, -n)
    return ta.stack()


def _takes_over(n):
    ta = tf.TensorArray(tf.int32, 1, dynamic_size=True).write(0, 7)
    step = lambda i, ta: (i + 1, ta.write(i, i))
    return tf.while_loop(lambda i, ta: i < n, step, (1, ta))[1].stack()


def _lengthens(n):
    x = tf.zeros([0], tf.int32)
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(
            shape_invariants=[(x, tf.TensorShape([None]))]
        )
        x = tf.concat([x, [i]], 0)
    return x


def _lengthened(n):
    start = (0, tf.zeros([0], tf.int32))
    step = lambda i, x: (i + 1, tf.concat([x, [i]], 0))
    kinds = (tf.TensorShape([]), tf.TensorShape([None]))
    return tf.while_loop(lambda i, x: i < n, step, start, shape_invariants=kinds)[1]


SHAPES = {
    "range": lambda n: tf.range(n),
    "zeros": lambda n: tf.zeros([n, 2]),
    "slice": lambda n: X[:n],
    "reshape": lambda n: tf.reshape(tf.zeros([6]), [n, -1]),
    "tile": lambda n: tf.tile(X, [n]),
    "one hot": lambda n: tf.one_hot(0, n),
    "pad": lambda n: tf.pad(X, [[0, n]]),
    "top": lambda n: tf.math.top_k(X, n).values,
    "mask": lambda n: tf.boolean_mask(X, tf.cast(n, tf.float32) - 2.0 < X),
    "places": lambda n: tf.where(tf.cast(n, tf.float32) < X),
    "unique": lambda n: tf.unique(tf.stack([n, 1, n])).y,
    "ragged": lambda n: tf.RaggedTensor.from_row_lengths(X, [n, 1]).to_tensor(),
    "sized": lambda n: tf.TensorArray(tf.int32, size=n, element_shape=()).stack(),
}  # fmt: skip
LOOPS = (
    _counts, _stops, _filters, _one_branch, _takes_over, _lengthens, _lengthened,
)  # fmt: skip


@pytest.mark.parametrize("fn", [*LOOPS, *SHAPES.values()], ids=[
    *(fn.__name__ for fn in LOOPS), *SHAPES,
])  # fmt: skip
def test_shapes_that_values_decide(fn):
    both(fn, tf.constant(2))


def test_a_list_is_no_tensor_array():
    @tf.function
    def collects(n):
        found = []
        for i in tf.range(n):
            found.append(i)
        return tf.stack(found)

    with pytest.raises(ValueError, match=r"used after the trace(?s:.)*TensorArray"):
        collects(tf.constant(3))


# Python in programs


@pytest.mark.parametrize("out", [tf.float32, tf.TensorSpec([3], tf.float32)])
def test_python_functions(out):
    python = lambda x: tf.py_function(
        lambda v: v * 2.0 if float(v[0]) > 0 else v, [x], out
    )
    numpy = lambda x: tf.numpy_function(lambda v: v + v.sum(), [x], out)
    np.testing.assert_allclose(both(python, X).numpy(), X.numpy() * 2)
    np.testing.assert_allclose(both(numpy, X).numpy(), X.numpy() + 2)
    with tf.GradientTape() as tape:
        tape.watch(X)
        y = python(X)
    assert tape.gradient(y, X).numpy().tolist() == [2.0] * 3


def test_python_functions_by_decorator():
    @tf.numpy_function(Tout=[tf.float32, tf.int32])
    def extremes(x):
        return x.max(), x.argmin().astype("int32")

    high, place = both(lambda x: extremes(x), X)
    assert (float(high), int(place)) == (3.0, 1)


def test_python_functions_of_many_and_no_results():
    seen = []
    f = lambda x: tf.py_function(
        lambda v: [v, v.numpy().size], [x], [tf.float32, tf.int32]
    )
    assert int(both(f, X)[1]) == 3
    tf.function(lambda x: tf.py_function(seen.append, [x], []))(X)
    assert seen[0].numpy().tolist() == X.numpy().tolist()
    wrong = tf.function(
        lambda x: tf.py_function(lambda v: v[:2], [x], tf.TensorSpec([3], tf.float32))
    )
    with pytest.raises(ValueError, match=r"another shape than Tout.*\(2,\)"):
        wrong(X)


# Gradients of one's own


def test_custom_gradients():
    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)
        return tf.math.log(1.0 + e), lambda up: up * (1.0 - 1.0 / (1.0 + e))

    w = tf.Variable(3.0)

    @tf.custom_gradient
    def scaled(x, by=1.0):
        def grad(upstream, variables=None):
            assert [v is w for v in variables] == [True]
            return upstream * 10.0 * by, [upstream * 100.0]

        return x * w * by, grad

    @tf.custom_gradient
    def swap(a, b):
        return (b * 1.0, a * 1.0), lambda up_b, up_a: (up_a * 2.0, None)

    @tf.custom_gradient
    def cube(x):
        @tf.custom_gradient
        def square(x):
            return 3.0 * x * x, lambda up: up * 7.0

        return x**3, lambda up: up * square(x)

    def slopes(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            a, b = log1pexp(x), scaled(x, by=2.0)
            c = tf.add_n(
                [v * k for v, k in zip(swap(x, x * 1.0), (1.0, 5.0), strict=True)]
            )
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = cube(x)
            d = inner.gradient(y, x)
        return [
            tape.gradient(a, x), *tape.gradient(b, [x, w]), tape.gradient(c, x),
            d, tape.gradient(d, x),
        ]  # fmt: skip

    got = both(slopes, tf.constant(100.0))
    assert [float(g) for g in got] == [1.0, 20.0, 100.0, 10.0, 30000.0, 7.0]


def test_gradients_by_computing_again():
    w = tf.Variable(2.0)
    plain = lambda x: tf.sin(x * w) * w
    again = tf.recompute_grad(plain)

    def slope(x, fn):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = fn(x)
        return tape.gradient(y, [x, w])

    for eager in (True, False):
        run = slope if eager else tf.function(slope)
        for a, b in zip(run(X, plain), run(X, again), strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6)


# What programs say


def test_prints_and_checks_happen_each_time(capsys):
    v = tf.Variable(0.0)

    @tf.function
    def fn(x):
        tf.print("x", x, output_stream=sys.stdout, end="!")
        if x > 0:
            tf.print("up", output_stream=sys.stdout)
        tf.debugging.assert_greater(x, -5.0, message="too small")
        v.assign_add(x)
        return x * 2.0

    for x in (1.0, -1.0):
        fn(tf.constant(x))
    assert capsys.readouterr().out == "x 1!up\nx -1!"
    with pytest.raises(tf.errors.InvalidArgumentError, match="too small"):
        fn(tf.constant(-9.0))
    fn(tf.constant(1.0))
    assert np.isfinite(float(v))


def test_prints_are_not_repeated_for_gradients(capsys):
    @tf.function
    def fn(x):
        tf.print("once", output_stream=sys.stdout)
        return x * x

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = fn(x)
    assert float(tape.gradient(y, x)) == 6.0
    assert capsys.readouterr().out == "once\n"


# tf.function


def test_signatures_are_shown():
    @tf.function
    def power(a, b=2):
        return {"y": a**b}

    power(tf.constant(3.0))
    assert power.pretty_printed_concrete_signatures().split("\n") == [
        "Input Parameters:",
        f"  a (POSITIONAL_OR_KEYWORD): {tf.TensorSpec([], tf.float32)}",
        "  b (POSITIONAL_OR_KEYWORD): Literal[2]",
        "Output Type:",
        "  {'y': TensorSpec(shape=(), dtype=tf.float32, name=None)}",
    ]
    concrete = power.get_concrete_function(tf.TensorSpec(None, tf.float32), b=3)
    assert float(concrete(tf.constant(2.0))["y"]) == 8.0
    assert concrete(X)["y"].shape == (3,)
    args, kwargs = concrete.structured_input_signature
    assert args == (tf.TensorSpec(None, tf.float32), 3)
    assert kwargs == {}
    rows = power.get_concrete_function(tf.TensorSpec([None, 2], tf.float32))
    assert rows.structured_outputs == {"y": tf.TensorSpec([None, 2], tf.float32)}
    with pytest.raises(TypeError, match=r"another value of 'b'. Received: b=4"):
        concrete(tf.constant(2.0), b=4)


def test_string_arguments_run_as_python():
    traces = []

    @tf.function
    def double(a):
        traces.append(a)
        return a + a

    assert [double(tf.constant(t)).numpy() for t in "ab"] == [b"aa", b"bb"]
    concrete = double.get_concrete_function(tf.TensorSpec([], tf.string))
    assert concrete(a=tf.constant("c")).numpy() == b"cc"


def test_signatures_with_keywords_and_defaults():
    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def following(x, training=False):
        return tf.where(x % 2 == 0, x // 2, 3 * x + 1), training

    assert following(x=[1, 2])[0].numpy().tolist() == [4, 1]
    assert following(tf.constant([1, 2, 3]))[0].shape == (3,)
    assert following.experimental_get_tracing_count() == 1
    with pytest.raises(TypeError, match=r"shape=\(None,\), dtype=tf.int32"):
        following(tf.constant([[1]]))


@pytest.mark.parametrize("check, error, text", [
    (lambda x: tf.Assert(tf.reduce_all(x < 2.0), [x]), ValueError, r"data\[0\]=\[1.0"),
    (tf.debugging.assert_positive, ValueError, "x > y does not hold"),
    (tf.debugging.assert_non_positive, ValueError, "x <= y does not hold"),
    (lambda x: tf.debugging.assert_rank_in(x, [0, 2]), ValueError, r"one of \[0, 2\]"),
    (lambda x: tf.debugging.assert_rank_at_least(x, 2), ValueError, "2 axes or more"),
    (tf.debugging.assert_scalar, ValueError, "must be a scalar"),
    (lambda x: tf.debugging.assert_type(x, tf.int32), TypeError, "of type tf.int32"),
    (tf.debugging.assert_integer, TypeError, "whole numbers"),
    (lambda x: tf.debugging.assert_shapes([(x, ("N",)), (x[:2], ("N",))]), ValueError,
     r"must have the shape \('N',\)"),
])  # fmt: skip
def test_checks(check, error, text):
    def checked(x):
        check(x)
        return x

    for fn in (checked, tf.function(checked)):
        with pytest.raises(error, match=text):
            fn(X)


def test_checks_that_hold():
    tf.debugging.assert_shapes([(X, (3,)), (X[:, None], ("N", None))])
    tf.debugging.assert_negative(-tf.abs(X))
    tf.Assert(True, [])
    assert tf.debugging.is_numeric_tensor(X)
    assert not tf.debugging.is_numeric_tensor(tf.constant("a"))


def test_trace_types_say_when_to_trace_again():
    class Kind(tf.types.experimental.TraceType):
        def __init__(self, kind):
            self.kind = kind

        def __eq__(self, other):
            return isinstance(other, Kind) and self.kind == other.kind

        def __hash__(self):
            return hash(self.kind)

    class Fruit(tf.types.experimental.SupportsTracingProtocol):
        def __init__(self, kind):
            self.kind = kind

        def __tf_tracing_type__(self, context):
            return Kind(self.kind)

    price = tf.function(lambda fruit, x: x * len(fruit.kind))
    got = [float(price(Fruit(k), tf.constant(1.0))) for k in ("fig", "fig", "lime")]
    assert got == [3.0, 3.0, 4.0]
    assert price.experimental_get_tracing_count() == 2
