"""The names themselves: modules, types, variables, modules of variables, printing."""

import importlib
import io
import subprocess
import sys

import jax
import numpy as np
import pytest

from addax import core, tf

# Modules


def test_the_version_is_tensorflows():
    major, minor = tf.__version__.split(".")[:2]
    assert (int(major), int(minor)) >= (2, 16)
    assert "+addax" in tf.__version__


def test_a_missing_name_suggests_another():
    with pytest.raises(
        AttributeError, match=r"no attribute 'reduce_men'.*'reduce_mean'"
    ):
        _ = tf.reduce_men
    with pytest.raises(AttributeError, match=r"no attribute 'rando'.*'random'"):
        _ = tf.rando


@pytest.mark.parametrize(
    "name",
    [
        "math.reduce_mean", "nn.relu", "linalg.norm", "random.normal", "dtypes.float32",
        "nest.flatten", "config.list_physical_devices", "test.is_gpu_available",
        "errors.InvalidArgumentError", "debugging.assert_equal",
        "config.experimental.set_memory_growth", "keras", "newaxis", "init_scope",
        "losses.MeanSquaredError", "metrics.Mean", "optimizers.Adam",
        "initializers.Zeros", "version.VERSION",
    ],
)  # fmt: skip
def test_name_spaces(name):
    found = tf
    for part in name.split("."):
        found = getattr(found, part)


def test_what_is_the_cores_is_the_cores():
    assert tf.GradientTape is core.GradientTape
    assert tf.function is core.function
    assert tf.Tensor is core.Tensor
    assert tf.add is tf.math.add
    assert tf.float32 is tf.dtypes.float32


def test_keras_is_the_same_module_under_both_names():
    code = """
import addax.tf.keras.backend as K
from addax.tf.keras.layers import Dense
from addax.tf.keras import Sequential
from addax.tf.keras.datasets.mnist import load_data
import addax.tf as tf
import addax.keras
assert tf.keras is addax.keras
assert K is addax.keras.backend is tf.keras.backend
assert Dense is addax.keras.layers.Dense
assert addax.keras.layers.__spec__.name == "addax.keras.layers"
try:
    import addax.tf.keras.nothing
except ModuleNotFoundError as error:
    assert "nothing" in str(error)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_again_gives_the_same():
    assert importlib.import_module("addax.tf.nn") is tf.nn


# Types


def test_types():
    assert repr(tf.float32) == "tf.float32"
    assert tf.as_dtype("half") is tf.float16 is tf.half
    assert tf.double is tf.float64
    assert isinstance(tf.int8, tf.DType)
    assert tf.constant(1).dtype == tf.int32
    assert tf.cast(1, tf.bool).dtype == tf.bool
    assert tf.string.name == "string"


def test_what_is_a_tensor():
    assert all(map(tf.is_tensor, (tf.constant(1), tf.Variable(1))))
    assert not any(map(tf.is_tensor, (1, np.array(1), [tf.constant(1)])))
    inside = []
    tf.function(lambda x: inside.append(tf.executing_eagerly()) or x)(1.0)
    assert tf.executing_eagerly()
    assert not inside[0]


# Variables


def test_variables_look_like_tensorflows():
    v = tf.Variable([1.0, 2.0], name="w")
    assert repr(v) == (
        "<tf.Variable 'w:0' shape=(2,) dtype=float32, "
        "numpy=array([1., 2.], dtype=float32)>"
    )
    assert tf.Variable(1).name == "Variable:0"
    with tf.name_scope("net"):
        assert tf.Variable(1.0, name="w").name == "net/w:0"
    assert tf.Variable(1.0).path != tf.Variable(1.0).path


def test_variables_take_tensorflows_arguments():
    half = np.float16
    v = tf.Variable(lambda: [1, 2], False, dtype=half, shape=tf.TensorShape([None]))
    assert (v.dtype, v.trainable, v.constraint) == (tf.float16, False, None)
    clip = tf.nn.relu
    assert tf.Variable(initial_value=1.0, constraint=clip).constraint is clip
    with pytest.raises(ValueError, match="incompatible"):
        tf.Variable([1.0], shape=[2])
    with pytest.raises(ValueError, match="needs an initial value"):
        tf.Variable()


def test_weights_are_variables():
    assert isinstance(core.Variable(1.0), tf.Variable)
    assert isinstance(tf.Variable(1.0), core.Variable)
    assert not isinstance(tf.constant(1.0), tf.Variable)


def test_variables_train():
    w = tf.Variable(5.0)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.square(w - 2.0)
        w.assign_sub(0.25 * tape.gradient(loss, w))
        return loss

    for _ in range(10):
        step()
    assert abs(float(w) - 2.0) < 0.01


# Modules of variables


class Dense(tf.Module):
    def __init__(self, n, name=None):
        super().__init__(name=name)
        with self.name_scope:
            self.w = tf.Variable(tf.ones([n, n]), name="w")
            self.seen = tf.Variable(0, trainable=False, name="seen")

    def __call__(self, x):
        return x @ self.w


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.blocks = [Dense(2, "first"), Dense(2, "second")]
        self.named = {"head": Dense(2), "same": self.blocks[0]}
        self.scale = tf.Variable(2.0, name="scale")

    @tf.Module.with_name_scope
    def late(self):
        return tf.Variable(1.0, name="late")


def test_modules_find_their_variables():
    net = Net()
    assert net.name == "net"
    assert len(net.submodules) == 3
    assert len(net.variables) == 7
    assert len(net.trainable_variables) == 4
    assert len(net.non_trainable_variables) == 3
    assert net.blocks[0].w.path == "first/w"
    assert net.late().path == "net/late"
    assert net.blocks[0](tf.ones([1, 2])).numpy().tolist() == [[2.0, 2.0]]


# Random


def test_seeds_restart_everything():
    def draw():
        return [
            tf.random.normal([2]), tf.random.uniform([2], seed=1),
            tf.random.uniform([2], seed=1), tf.random.truncated_normal([2], seed=2),
            tf.random.shuffle(tf.range(9)), tf.random.categorical([[0.0, 0.0]], 5),
            tf.nn.dropout(tf.ones([9]), 0.5), tf.random.gamma([2], 2.0),
        ]  # fmt: skip

    compiled = tf.function(draw)
    compiled()
    for way in (draw, compiled):
        tf.random.set_seed(3)
        first = [x.numpy().tolist() for x in way()]
        tf.random.set_seed(3)
        assert [x.numpy().tolist() for x in way()] == first
        assert first[1] != first[2]  # one stream, two places in it
        tf.random.set_seed(4)
        assert [x.numpy().tolist() for x in way()] != first


def test_distributions():
    x = tf.random.normal([4000], mean=3.0, stddev=2.0, seed=1).numpy()
    assert (abs(x.mean() - 3) < 0.2, abs(x.std() - 2) < 0.2) == (True, True)
    x = tf.random.truncated_normal([4000], seed=1).numpy()
    assert abs(x).max() <= 2.0
    x = tf.random.uniform([4000], 5, 7).numpy()
    assert (x.min() >= 5, x.max() < 7, x.dtype.name) == (True, True, "float32")
    i = tf.random.uniform([4000], maxval=3, dtype=tf.int64)
    assert (set(i.numpy().tolist()), i.dtype) == ({0, 1, 2}, tf.int64)
    c = tf.random.categorical([[0.0, -50.0]], 5)
    assert (c.numpy().tolist(), c.dtype) == ([[0] * 5], tf.int64)
    assert sorted(tf.random.shuffle([3, 1, 2]).numpy().tolist()) == [1, 2, 3]
    assert tf.random.gamma([2], [1.0, 2.0, 3.0]).shape == (2, 3)


def test_stateless_draws_are_the_same():
    for fn in (
        tf.random.stateless_normal,
        tf.random.stateless_uniform,
        tf.random.stateless_truncated_normal,
    ):
        a, b, c = (fn([3], seed=s) for s in ((1, 2), (1, 2), (1, 3)))
        assert a.numpy().tolist() == b.numpy().tolist() != c.numpy().tolist()


# The rest


def test_nests():
    nested = {"b": [1, 2], "a": (3, None)}
    assert tf.nest.flatten(nested) == [3, None, 1, 2]
    packed = tf.nest.pack_sequence_as(nested, "wxyz")
    assert packed == {"a": ("w", "x"), "b": ["y", "z"]}
    assert tf.nest.map_structure(str, [1, (2,)]) == ["1", ("2",)]
    assert tf.nest.is_nested([1])
    tf.nest.assert_same_structure([1], [2])


def test_config():
    cpus = tf.config.list_physical_devices("CPU")
    assert cpus == [("/physical_device:CPU:0", "CPU")]
    assert tf.config.list_logical_devices("CPU")[0].name == "/device:CPU:0"
    assert tf.config.list_physical_devices()[0].device_type == "CPU"
    for gpu in tf.config.experimental.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    limit = tf.config.LogicalDeviceConfiguration(memory_limit=1024)
    tf.config.set_logical_device_configuration(cpus[0], [limit])
    assert tf.test.is_gpu_available() == bool(tf.config.list_physical_devices("GPU"))
    seen = []
    f = tf.function(lambda x: seen.append(tf.executing_eagerly()) or x)
    tf.config.run_functions_eagerly(True)
    try:
        assert tf.config.functions_run_eagerly()
        f(1.0)
    finally:
        tf.config.run_functions_eagerly(False)
    assert seen == [True]
    with tf.device("/CPU:0"):
        assert tf.constant(1.0).device.endswith("CPU:0")


@pytest.mark.parametrize(
    "values, text",
    [
        (("x =", 1, 2.5), "x = 1 2.5\n"),
        ((tf.constant([1.0, 2.5]),), "[1 2.5]\n"),
        ((tf.constant(1e-8), tf.constant(True)), "1e-08 1\n"),
        ((tf.range(10),), "[0 1 2 ... 7 8 9]\n"),
        ((tf.constant([[1, 2], [3, 4]]),), "[[1 2]\n [3 4]]\n"),
        ((tf.constant("a"), tf.constant(["a", "b"])), 'a ["a" "b"]\n'),
        (({"a": tf.constant(1), "b": [tf.constant([2])]},), "{'a': 1, 'b': [[2]]}\n"),
        ((), "\n"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda f: f, tf.function], ids=["eager", "traced"])
def test_printing(values, text, wrap):
    stream = io.StringIO()

    @wrap
    def show(*values):
        tf.print(*values, output_stream=stream)

    show(*values)
    jax.effects_barrier()
    assert stream.getvalue() == text


def test_printing_elsewhere(capsys, tmp_path):
    tf.print("a", tf.constant(1), sep="-", end="!")
    assert capsys.readouterr().err == "a-1!"
    path = tmp_path / "log.txt"
    for _ in range(2):
        tf.print(tf.range(9), output_stream=f"file://{path}", summarize=-1)
    assert path.read_text() == "[0 1 2 3 4 5 6 7 8]\n" * 2


def test_a_traced_function_prints_each_time(capsys):
    @tf.function
    def f(x):
        tf.print("x", x)
        return x

    f(tf.constant(1))
    f(tf.constant(2))
    jax.effects_barrier()
    assert capsys.readouterr().err == "x 1\nx 2\n"


@pytest.mark.parametrize(
    "check, good, bad",
    [
        (tf.debugging.assert_equal, (1, 1), (1, 2)),
        (tf.debugging.assert_none_equal, (1, 2), (1, 1)),
        (tf.debugging.assert_less, (1, 2), (2, 2)),
        (tf.debugging.assert_less_equal, (2, 2), (3, 2)),
        (tf.debugging.assert_greater, (2, 1), (1, 1)),
        (tf.debugging.assert_greater_equal, (1, 1), (0, 1)),
        (tf.debugging.assert_near, (1.0, 1.0 + 1e-7), (1.0, 1.1)),
        (tf.debugging.assert_rank, ([1], 1), ([1], 2)),
    ],
)
def test_checks(check, good, bad):
    check(*good)
    with pytest.raises(ValueError, match="Received: x="):
        check(*bad)
    with pytest.raises(ValueError, match="my words"):
        check(*bad, message="my words")


def test_checks_for_nan():
    x = tf.constant([1.0])
    assert tf.debugging.check_numerics(x, "fine") is x
    with pytest.raises(ValueError, match="broken : Tensor had Inf and NaN values"):
        tf.debugging.check_numerics([1.0, np.inf, np.nan], "broken")
    tf.function(lambda x: tf.debugging.check_numerics(x, "traced"))(x)


def test_products_are_exact_where_tf32_is_switched_off() -> None:
    def program() -> str:
        x = np.ones((4, 4), "float32")
        multiply = lambda a: tf.matmul(a, a)._value
        return jax.jit(multiply).lower(x).as_text()

    experimental = tf.config.experimental
    assert experimental.tensor_float_32_execution_enabled()
    assert "HIGHEST" not in program()
    experimental.enable_tensor_float_32_execution(False)
    try:
        assert not experimental.tensor_float_32_execution_enabled()
        assert "HIGHEST" in program()
    finally:
        experimental.enable_tensor_float_32_execution(True)
    assert experimental.tensor_float_32_execution_enabled()
