"""What is converted, when, and how mistakes are told."""

# ruff: noqa: B007, B905, SIM113 - programs as users write them

from __future__ import annotations

import functools
import traceback

import numpy as np
import pytest

from addax import keras, tf
from addax.autograph import convert


@pytest.fixture(autouse=True)
def restart():
    keras.utils.set_random_seed(0)


# When


def test_functions_without_need_run_as_written():
    """Once, and in frames of their own."""
    seen = []

    @tf.function
    def f(x, flag=True):
        seen.append(traceback.extract_stack()[-1].name)
        return x * 2.0 if flag else x

    assert float(f(tf.constant(2.0))) == 4.0
    assert seen == ["f"]


def test_functions_with_need_are_traced_twice_at_first():
    seen = []

    @tf.function
    def f(x):
        seen.append(1)
        return x if x > 0 else -x

    assert [float(f(tf.constant(v))) for v in (2.0, -3.0)] == [2.0, 3.0]
    assert len(seen) == 2


def test_autograph_may_be_turned_off():
    f = tf.function(lambda x: x if x > 0 else -x, autograph=False)
    with pytest.raises(TypeError, match=r"AutoGraph does not(?s:.)*tf.where"):
        f(tf.constant(1.0))


@tf.autograph.experimental.do_not_convert
def _as_written(x):
    return "ok" if isinstance(x, tf.Tensor) else "?", x + 1.0


@tf.autograph.experimental.do_not_convert()
def _undecided(x):
    return x if x > 0 else -x


def test_do_not_convert():
    @tf.function
    def f(x):
        text, y = _as_written(x)
        return y if x > 0 and text == "ok" else x

    assert float(f(tf.constant(1.0))) == 2.0
    assert float(_undecided(tf.constant(-1.0))) == 1.0
    with pytest.raises(TypeError, match="AutoGraph does not"):
        tf.function(_undecided)(tf.constant(1.0))


def test_without_source_there_is_no_conversion():
    space = {}
    exec("def f(x):\n    return x if x > 0 else -x", space)
    with pytest.raises(TypeError, match="AutoGraph does not"):
        tf.function(space["f"])(tf.constant(1.0))
    with pytest.raises(ValueError, match="needs the text of a Python function"):
        tf.autograph.to_code(space["f"])


# What


def outer_scale(n):
    scale = 2.0

    def apply(x, *, plus=1.0, **options):
        if x > 0:
            return x * scale + plus
        return x - options.get("less", 0.0)

    def rescale(n):
        nonlocal scale
        scale = n

    return apply, rescale


def test_closures_defaults_and_keywords_are_the_functions_own():
    apply, rescale = outer_scale(1)
    f = tf.function(lambda x, **k: apply(x, **k) if x < 100.0 else x)
    x = tf.constant(3.0)
    assert float(f(x)) == 7.0
    assert float(f(x, plus=0.5)) == 6.5
    assert float(f(-x, less=1.0)) == -4.0
    rescale(10.0)
    assert float(tf.function(apply)(x)) == 31.0


COUNT = 0


def test_global_names():
    def f(x):
        global COUNT
        if x > 0:
            COUNT = 5
        else:
            COUNT = 5
        return COUNT + 1

    assert int(tf.function(f)(tf.constant(1.0))) == 6
    assert COUNT == 5


def test_lambdas_of_one_line_are_told_apart():
    a, b = (lambda x: x if x > 0 else -x), (lambda x: x * 2 if x > 0 else x * 3)
    both = tf.function(lambda x: (a(x), b(x)))
    assert [float(v) for v in both(tf.constant(-1.0))] == [1.0, -3.0]


def relu(x, slope):
    if x > 0:
        return x
    return slope * x


class Leaky(tf.Module):
    def __init__(self, slope):
        super().__init__()
        self.slope = tf.Variable(slope)

    def __call__(self, x):
        if x > 0:
            return x
        return self.slope * x


def doubled(fn):
    @functools.wraps(fn)
    def wrapper(*args):
        return fn(*args) * 2.0

    return wrapper


@doubled
def decorated(x):
    while x < 10.0:
        x = x * 2.0
    return x


def factorial(n):
    if n <= 1:
        return 1
    return n * factorial(n - 1)


@pytest.mark.parametrize("fn, expected", [
    (functools.partial(relu, slope=0.5), -0.5),
    (Leaky(0.25), -0.25),
    (lambda x: decorated(-x), 32.0),
    (lambda x: x * factorial(4) if x < 0 else x, -24.0),
    (tf.function(lambda x: x if x > 0 else x * 3.0), -3.0),
    (lambda x: tf.cond(x < 0, lambda: relu(x, 4.0), lambda: x), -4.0),
    (lambda x: tf.map_fn(lambda v: v if v > 0 else v * 5.0, x[None])[0], -5.0),
    (lambda x: sum([relu(v, 6.0) for v in [x]]), -6.0),
], ids=[
    "partial", "object", "decorated", "recursive", "function", "cond", "map_fn", "list",
])  # fmt: skip
def test_what_is_called_is_converted(fn, expected):
    assert float(tf.function(lambda x: fn(x))(tf.constant(-1.0))) == expected


def test_variables_in_branches_and_loops():
    v, best = tf.Variable(0.0), tf.Variable(-1.0)

    @tf.function
    def f(xs):
        for x in xs:
            v.assign_add(x)
            if x > best:
                best.assign(x)
        while v > 4.0:
            v.assign_sub(1.0)

    f(tf.constant([1.0, 5.0, 2.0]))
    assert (float(v), float(best)) == (4.0, 5.0)


def test_training_in_a_compiled_loop():
    """The same weights as step by step."""

    def run(compiled):
        w, optimizer = tf.Variable(0.0), keras.optimizers.SGD(0.1)

        def train(x, steps):
            loss = 0.0
            for i in tf.range(steps):
                with tf.GradientTape() as tape:
                    loss = (w * x - 3.0) ** 2
                    if i > 1:
                        loss = loss * 0.5
                optimizer.apply_gradients([(tape.gradient(loss, w), w)])
            return loss

        fn = tf.function(train) if compiled else train
        return float(fn(tf.constant(2.0), tf.constant(4))), float(w)

    np.testing.assert_allclose(run(True), run(False), rtol=1e-5)


def test_random_numbers_are_those_of_plain_python():
    def draw(generator):
        total = 0.0
        for _ in tf.range(3):
            x = keras.random.uniform((), seed=generator)
            if x > 0.5:
                total += x
        return total

    eager = draw(keras.random.SeedGenerator(1))
    generator = keras.random.SeedGenerator(1)
    assert float(tf.function(lambda: draw(generator))()) == pytest.approx(float(eager))


def test_loop_options():
    @tf.function
    def f(n):
        i = 0
        while i < n:
            tf.autograph.experimental.set_loop_options(maximum_iterations=3)
            i += 1
        for j in tf.range(10):
            tf.autograph.experimental.set_loop_options(maximum_iterations=2)
            i += 10
        return i

    assert int(f(tf.constant(8))) == 23


def test_assertions():
    @tf.function
    def f(x):
        assert x > 0, "only positive"
        return x * 2.0

    assert float(f(tf.constant(1.0))) == 2.0
    with pytest.raises(AssertionError, match="only positive"):
        f(tf.constant(-1.0))
    assert float(f(tf.constant(1.0))) == 2.0


def test_to_code_and_convert():
    code = tf.autograph.to_code(relu)
    assert "ag__.if_(x > 0, ag__body, ag__orelse" in code
    assert code.startswith("def relu(x, slope):")
    assert tf.autograph.to_code(tf.function(relu)) == code
    fn = convert(relu)
    assert float(fn(tf.constant(-2.0), 0.5)) == -1.0
    assert fn.__name__ == "relu"
    assert tf.autograph.to_graph(relu)(2.0, 0.1) == 2.0


# Keras and data sets


class Steep(keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, x, training=False):
        if training:
            x = x * 1.0
        if tf.reduce_sum(x) > 0:
            return x * self.w
        else:
            return -x * self.w


def capped(y_true, y_pred):
    error = tf.reduce_mean(tf.abs(y_true - y_pred))
    if error > 10.0:
        error = tf.constant(10.0)
    return error


@pytest.mark.parametrize("functional", [False, True])
def test_fit_with_layers_and_losses_that_decide(functional):
    if functional:
        inputs = keras.Input((3,))
        model = keras.Model(inputs, keras.layers.Dense(1)(Steep()(inputs)))
    else:
        model = keras.Sequential([Steep(), keras.layers.Dense(1)])
    x = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
    histories = []
    model.build((None, 3))
    start = model.get_weights()
    for eager in (False, True):
        model.set_weights(start)
        model.compile("sgd", capped, run_eagerly=eager)
        fitted = model.fit(x, x[:, :1], epochs=2, batch_size=8, verbose=0,
                           shuffle=False)  # fmt: skip
        histories.append(fitted.history["loss"])
    np.testing.assert_allclose(*histories, rtol=1e-5)
    assert model.predict(x, verbose=0).shape == (16, 1)


def test_a_train_step_that_decides():
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(1)

        def call(self, x):
            for _ in tf.range(2):
                x = x * 0.5
            return self.dense(x)

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x) - y) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            scale = 1.0 if loss > 0.5 else 0.1
            gradients = [g * scale for g in gradients]
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            return {"loss": loss}

    model = Model()
    model.compile("sgd")
    history = model.fit(np.ones((8, 2), "float32"), np.ones((8, 1)), verbose=0)
    assert np.isfinite(history.history["loss"][0])


def test_data_sets_map_functions_that_decide():
    data = tf.data.Dataset.range(-3, 3).map(lambda x: x if x > 0 else -x)
    assert [int(x) for x in data] == [3, 2, 1, 0, 1, 2]


def test_loops_over_data_sets_run_in_python():
    v = tf.Variable(tf.zeros([], tf.int64))

    @tf.function
    def total(data):
        for x in data:
            if x > 2:
                break
            v.assign_add(x)
        return v * 1

    data = tf.data.Dataset.range(5)
    assert [int(total(data)) for _ in range(2)] == [3, 6]
    iterator = iter(data)
    following = tf.function(lambda: next(iterator) * 10)
    assert [int(following()) for _ in range(3)] == [0, 10, 20]


def test_bodies_of_loops_over_data_sets_are_compiled():
    """Once, for all later calls, with what they read as arguments."""
    w, traces = tf.Variable(0.0), []
    optimizer = keras.optimizers.SGD(0.1)

    def count():
        traces.append(1)

    def epoch(data, scale):
        total, steps = 0.0, 0
        for i, (x, y) in enumerate(data):
            count()
            with tf.GradientTape() as tape:
                loss = (w * x - y) ** 2 * scale
            optimizer.apply_gradients([(tape.gradient(loss, w), w)])
            if loss > 0.5:
                total += loss
            steps += 1
        return total, steps, loss, i

    x = tf.constant([1.0, 2.0, 0.5, 1.5])
    data = tf.data.Dataset.from_tensor_slices((x, x * 3.0))
    results, seen = [], []
    for fn in (epoch, tf.function(epoch)):
        w.assign(0.0)
        traces.clear()
        results.append([])
        for scale in (1.0, 2.0, 0.5):
            out = fn(data, tf.constant(scale))
            results[-1] += [float(v) for v in out] + [float(w)]
            seen.append(len(traces))
    np.testing.assert_allclose(*results, rtol=1e-5)
    assert seen[:3] == [4, 8, 12]
    assert seen[3] == seen[5] < 8


def test_loops_over_data_sets_that_keep_a_value():
    @tf.function
    def sums(data):
        n, s = 0, tf.constant(0, tf.int64)
        for x in data:
            if n > 0:
                s = last + x  # noqa: F821
            last = x  # noqa: F841
            n += 1
        return s

    assert int(sums(tf.data.Dataset.range(5))) == 7


# Mistakes


def _grows(n):
    x = tf.zeros([1])
    while n > 0:
        x = tf.concat([x, x], 0)
        n -= 1
    return x


def _one_sided(n):
    if n > 0:
        y = 1.0
    return y


def _one_sided_elif(n):
    if n > 5:
        y = 1.0
    elif n > 3:
        pass
    else:
        y = 2.0
    return y + 1.0


def _kinds(n):
    if n > 0:
        y = tf.zeros([2])
    else:
        y = tf.zeros([3])
    return y


def _returns(n):
    if n > 0:
        return tf.zeros([2])
    return None


def _inside(n):
    for i in tf.range(n):
        last = i
    return last


def _none(n):
    best = None
    while n > 0:
        best = n
        n -= 1
    return best


def _types(n):
    x = tf.constant(0)
    while n > 0:
        x = x + 1 if n > 3 else tf.cast(x, tf.float32)
        n -= 1
    return x


def _many(n):
    if tf.stack([n, n]) > 0:
        return n
    return -n


def _never(n):
    if n > 0:
        print(undefined_name)  # noqa: F821
    return n


@pytest.mark.parametrize("fn, error, text", [
    (_grows, ValueError, r"changes the kind of 'x'.*x=Tensor\(shape=\(1,\).*before, "
     r"x=Tensor\(shape=\(2,\)(?s:.)*tf.TensorArray"),
    (_one_sided, ValueError, r"'y' is used after the `if` of line \d+, but it has a "
     r"value only in one(?s:.)*`else` branch(?s:.)*both branches"),
    (_one_sided_elif, ValueError, r"'y' is used after the `if` of line"),
    (_kinds, ValueError, r"give 'y' values of different kinds.*y=Tensor\(shape=\(2,\)"
     r".*if true, y=Tensor\(shape=\(3,\)"),
    (_returns, ValueError, r"give 'the result' values of different kinds"),
    (_inside, ValueError, r"'last' is used after the loop.*only inside"),
    (_none, ValueError, r"changes the kind of 'best'. Received: best=None before"),
    (_types, ValueError, r"different kinds"),
    (_many, ValueError, r"truth of a tensor with more than one element"),
    (_never, NameError, "undefined_name"),
], ids=lambda x: getattr(x, "__name__", ""))  # fmt: skip
def test_mistakes(fn, error, text):
    with pytest.raises(error, match=text):
        tf.function(fn)(tf.constant(2))


def test_tracebacks_show_the_users_lines():
    def f(x):
        if x > 0:
            y = tf.ones([2]) + tf.ones([3])
        else:
            y = x
        return y

    with pytest.raises(ValueError, match="add") as caught:
        tf.function(f)(tf.constant(1.0))
    lines = [e.line for e in traceback.extract_tb(caught.tb)]
    assert {e.name for e in traceback.extract_tb(caught.tb)[1:]} == {"f"}
    assert any("tf.ones([2]) + tf.ones([3])" in line for line in lines)
    assert not any("addax" in e.filename.split("tests")[0].rsplit("/", 2)[-1]
                   for e in traceback.extract_tb(caught.tb)[-1:])  # fmt: skip


def test_fit_says_what_cannot_be_compiled():
    class Peeks(keras.layers.Layer):
        def call(self, x):
            return tf.py_function(lambda v: v * 2, [x], tf.float32)

    model = keras.Sequential([Peeks(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(Exception, match=r"needs the shapes(?s:.)*run_eagerly=True"):
        model.fit(np.ones((4, 2), "float32"), np.ones((4, 1)), verbose=0)


def test_python_print_prints_values_on_request(capsys):
    def f(x):
        print("x is", x, sep=": ")
        return x if x > 0 else -x

    options = tf.autograph.experimental.Feature.BUILTIN_FUNCTIONS
    g = tf.function(f, experimental_autograph_options=options)
    g(tf.constant(1.0))
    g(tf.constant(-2.0))
    assert capsys.readouterr().out == "x is: 1\nx is: -2\n"
    h = tf.function(f)
    h(tf.constant(1.0))
    capsys.readouterr()
    h(tf.constant(2.0))
    assert capsys.readouterr().out == ""


def test_layers_metrics_and_sampling_in_loops():
    """What a loop builds, counts and draws is there afterwards."""
    dense, drop = keras.layers.Dense(2), keras.layers.Dropout(0.5)
    mean, cell = keras.metrics.Mean(), keras.layers.GRUCell(4)

    @tf.function
    def run(x, n):
        state, tokens = tf.zeros([1, 4]), tf.TensorArray(tf.int64, size=6)
        y, i = tf.zeros([1, 2]), 0
        while i < n:
            y = dense(x)
            if tf.reduce_max(y) > -100.0:
                y = drop(y, training=True)
            state, _ = cell(y, [state])
            mean.update_state(tf.reduce_sum(state))
            token = tf.random.categorical(y, 1)[0, 0]
            tokens = tokens.write(i, token)
            if token > 5:
                break
            i += 1
        return y, tokens.stack(), i

    y, tokens, i = run(tf.ones([1, 3]), tf.constant(4))
    assert (y.shape, tokens.shape, int(i)) == ((1, 2), (6,), 4)
    assert (len(dense.weights), len(cell.weights)) == (2, 3)
    assert float(mean.count) == 4.0
