"""Images by chance, initializers, tf.experimental, tf.compat, and single names."""

import logging
import operator

import numpy as np
import pytest

from addax import tf
from addax.ops.operators import Rules

X = np.random.default_rng(0).uniform(size=(2, 6, 8, 3)).astype("float32")


# tf.image by chance


def test_random_changes_follow_the_seed():
    changes = [
        lambda: tf.image.random_brightness(X, 0.3, seed=1),
        lambda: tf.image.random_contrast(X, 0.2, 0.8, seed=2),
        lambda: tf.image.random_hue(X, 0.2, seed=3),
        lambda: tf.image.random_saturation(X, 0.2, 0.8, seed=4),
        lambda: tf.image.random_crop(X, [2, 3, 4, 3], seed=5),
        lambda: tf.image.random_flip_left_right(X, seed=6),
        lambda: tf.image.random_flip_up_down(X, seed=7),
    ]
    for change in changes:
        tf.random.set_seed(1)
        first, second = change(), change()
        tf.random.set_seed(1)
        np.testing.assert_array_equal(first, change())
        assert first.shape == second.shape
    assert changes[4]().shape == (2, 3, 4, 3)


def test_flips_are_fair_and_whole():
    flipped = sum(
        bool(np.allclose(tf.image.random_flip_left_right(X[0]), X[0, :, ::-1]))
        for _ in range(60)
    )
    assert 10 < flipped < 50
    many = tf.image.random_flip_up_down(np.repeat(X[:1], 40, 0)).numpy()
    turned = [np.allclose(x, X[0, ::-1]) for x in many]
    assert 5 < sum(turned) < 35


def test_random_changes_in_functions():
    @tf.function
    def change(x):
        x = tf.image.random_crop(x, [2, 4, 4, 3])
        return tf.image.random_brightness(tf.image.random_flip_left_right(x), 0.2)

    assert not np.allclose(change(X), change(X))


def test_jpeg_quality():
    smooth = np.tile(np.linspace(0, 255, 16, dtype="uint8")[:, None, None], (1, 16, 3))
    good = tf.image.adjust_jpeg_quality(smooth, 95)
    poor = tf.image.adjust_jpeg_quality(smooth, 5)
    assert good.dtype == tf.uint8
    error = [np.abs(x.numpy().astype(int) - smooth).mean() for x in (good, poor)]
    assert error[0] < 2 < error[1]
    fixed = [
        tf.image.stateless_random_jpeg_quality(smooth, 5, 95, (1, 2)) for _ in "ab"
    ]
    np.testing.assert_array_equal(*fixed)
    assert tf.image.random_jpeg_quality(smooth / 255, 5, 95).dtype == tf.float64
    with pytest.raises(ValueError, match=r"between 0 and 100.*max_jpeg_quality=5"):
        tf.image.random_jpeg_quality(smooth, 10, 5)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: tf.image.resize(X, [3, 3], "bilinea"), "Did you mean 'bilinear'"),
        (lambda: tf.image.resize(X[0, 0], [3, 3]), "adds a channel axis"),
        (lambda: tf.image.resize(X, 3), "a height and a width"),
        (lambda: tf.image.central_crop(X, 0.0), "above 0 and at most 1"),
        (lambda: tf.image.crop_to_bounding_box(X, 4, 0, 4, 4), "within the image"),
        (lambda: tf.image.pad_to_bounding_box(X, 0, 0, 4, 4), "must fit"),
        (lambda: tf.image.random_crop(X, [2, 9, 4, 3]), "not be larger"),
        (lambda: tf.image.random_contrast(X, 2.0, 1.0), "greater than `lower`"),
        (lambda: tf.image.random_hue(X, 0.7), "at most 0.5"),
        (lambda: tf.image.adjust_gamma(X, -1), "not negative"),
        (lambda: tf.image.image_gradients(X[0]), "takes a batch"),
        (lambda: tf.nn.conv2d(X, X[:1, :1], 1, "FULL"), "'VALID', 'SAME'"),
        (lambda: tf.random.Generator.from_seed(1, "threefry"), "is Philox here"),
        (lambda: tf.random.Generator.from_seed(1).uniform([2], dtype="int32"),
         "upper bound"),
        (lambda: tf.random.stateless_uniform([2], [1, 2], 1, None, "int32"), "both"),
        (lambda: tf.math.polyval(tf.ones(2), 1.0), r"tf.unstack\(coeffs\)"),
        (lambda: tf.broadcast_static_shape(tf.TensorShape([2]), tf.TensorShape([3])),
         "do not broadcast"),
    ],
)  # fmt: skip
def test_mistakes(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_complex_numbers_are_asked_for():
    with pytest.raises(TypeError, match=r"tf.cast\(input, tf.complex64\)"):
        tf.signal.fft(tf.ones(3))


def test_gradients_of_images():
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.image.resize(tf.image.adjust_contrast(x, 2.0), [3, 4]))
        y += tf.reduce_sum(tf.image.ssim(x, x * 0.5, 1.0, filter_size=3))
    assert np.isfinite(tape.gradient(y, x)).all()


# Random numbers in variables


def test_generators_go_on_in_functions_and_checkpoints(tmp_path):
    g = tf.random.Generator.from_seed(1)
    draw = tf.function(lambda: g.normal([2]))
    other = tf.random.Generator.from_seed(1)
    for _ in range(2):
        np.testing.assert_array_equal(draw(), other.normal([2]))
    path = tf.train.Checkpoint(g=g).save(f"{tmp_path}/c")
    expected = g.normal([2])
    fresh = tf.random.Generator.from_non_deterministic_state()
    tf.train.Checkpoint(g=fresh).restore(path).assert_consumed()
    np.testing.assert_array_equal(fresh.normal([2]), expected)
    tf.random.set_global_generator(tf.random.Generator.from_state([1, 0, 0]))
    np.testing.assert_array_equal(
        tf.random.get_global_generator().uniform([2]),
        tf.random.Generator.from_seed(1).uniform([2]),
    )
    by_name = tf.random.Generator.from_seed(1, tf.random.Algorithm.PHILOX)
    assert by_name.state.numpy().tolist() == [1, 0, 0]
    assert tf.as_string([1, 2]).numpy().tolist() == [b"1", b"2"]
    copy = tf.random.Generator(copy_from=g)
    copy.reset_from_key_counter(5, [1, 2])
    assert copy.state.numpy().tolist() == [1, 2, 5]
    made = tf.random.Generator.from_key_counter(5, [1, 2])
    assert made.state.numpy().tolist() == [1, 2, 5]


def test_other_distributions():
    tf.random.set_seed(3)
    poisson = tf.random.poisson([4000], [1.0, 5.0])
    np.testing.assert_allclose(poisson.numpy().mean(0), [1, 5], rtol=0.1)
    seed = [1, 2]
    binomial = tf.random.stateless_binomial([4000], seed, 10.0, 0.3)
    assert binomial.dtype == tf.int32
    np.testing.assert_allclose(binomial.numpy().mean(), 3, rtol=0.1)
    gamma = tf.random.stateless_gamma([4000], seed, alpha=2.0, beta=4.0)
    np.testing.assert_allclose(gamma.numpy().mean(), 0.5, rtol=0.1)
    assert tf.random.stateless_poisson([3], seed, 2.0).dtype == tf.int32
    cut = tf.random.stateless_parameterized_truncated_normal(
        [4000], seed, 1.0, 2.0, 0.0, 3.0
    ).numpy()
    assert 0 <= cut.min() < 0.1 < 2.9 < cut.max() <= 3
    classes = tf.random.stateless_categorical([[0.0, 2.0]], 1000, seed)
    np.testing.assert_allclose(classes.numpy().mean(), 0.88, atol=0.05)
    order = tf.random.experimental.stateless_shuffle(tf.range(5), seed)
    assert sorted(order.numpy()) == [0, 1, 2, 3, 4]
    drawn = [int(tf.random.experimental.index_shuffle(i, seed, 4)) for i in range(5)]
    assert sorted(drawn) == [0, 1, 2, 3, 4]


def test_candidate_samplers():
    tf.random.set_seed(0)
    sampled, near, others = tf.random.log_uniform_candidate_sampler(
        [[0], [5]], num_true=1, num_sampled=4, unique=True, range_max=10
    )
    assert len(set(sampled.numpy())) == 4
    assert near.shape == (2, 1)
    assert others.shape == (4,)
    assert float(near[0, 0]) > float(near[1, 0])
    _, even, _ = tf.random.uniform_candidate_sampler([[0]], 1, 3, False, 10)
    np.testing.assert_allclose(even, [[0.3]], rtol=1e-6)
    found, *_ = tf.random.fixed_unigram_candidate_sampler(
        [[0]], 1, 50, False, 3, unigrams=[0.0, 1.0, 0.0]
    )
    assert set(found.numpy()) == {1}


# tf.experimental, tf.compat


def test_numpy_functions():
    tnp = tf.experimental.numpy
    x = tnp.ones([2, 3], dtype=tnp.float32)
    assert tnp.sum(tnp.add(x, tnp.arange(3))).numpy() == 12
    assert tnp.matmul(
        x, tnp.expand_dims(tnp.sqrt(tnp.array([4.0, 9.0, 0.0])), 1)
    ).shape == (2, 1)
    assert tnp.asarray([1, 2], dtype=tnp.int64).dtype == tf.int64
    assert tnp.maximum(tnp.copy(x), tnp.square(2.0)).numpy().max() == 4
    assert tnp.exp(tnp.array(0.0)).numpy() == 1
    assert isinstance(x, tnp.ndarray)
    assert x[:, tnp.newaxis].shape == (2, 1, 3)
    tnp.random.seed(1)
    assert tnp.random.randn(2, 3).shape == (2, 3)
    assert tnp.random.randint(5, size=(3,)).numpy().max() < 5
    assert tnp.random.uniform(1.0, 2.0, (4,)).numpy().min() >= 1
    assert tnp.atleast_1d(3).shape == (1,)
    assert tnp.shape(x) == (2, 3)
    with pytest.raises(AttributeError, match="no attribute 'nothing_such'"):
        _ = tnp.nothing_such


def test_numpy_behaviour(monkeypatch):
    given = ("T", "astype", "clip", "max", "mean", "min", "ravel", "reshape", "sum")
    for name in (*given, "transpose"):  # taken away again after the test
        monkeypatch.setattr(tf.Tensor, name, None, raising=False)
    monkeypatch.setattr(Rules, "promote", False)
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    x = tf.ones([2, 3])
    assert x.T.shape == (3, 2)
    assert x.reshape(3, 2).shape == x.transpose().shape == (3, 2)
    assert x.astype(tf.int32).sum() == 6
    whole = tf.constant([1, 2])
    for found in (whole + 0.5, 0.5 + whole, tf.add(whole, [0.5, 0.5])):
        assert found.dtype == tf.float32
        np.testing.assert_allclose(found, [1.5, 2.5])
    assert (whole / tf.constant(2.0)).dtype == tf.float32
    assert (whole / 2).dtype == tf.float64


def test_layouts():
    """As in TensorFlow's guide to DTensor."""
    dtensor = tf.experimental.dtensor
    mesh = dtensor.create_mesh(
        [("x", 3), ("y", 2)], devices=[f"CPU:{i}" for i in range(6)]
    )
    assert mesh.size == 6
    layout = dtensor.Layout(["x", dtensor.UNSHARDED], mesh)
    parts = [tf.constant([[float(i // 2)]] * 2) for i in range(6)]
    whole = dtensor.pack(parts, layout=layout)
    assert whole.numpy().ravel().tolist() == [0, 0, 1, 1, 2, 2]
    assert dtensor.fetch_layout(whole) == layout
    for part, given in zip(dtensor.unpack(whole), parts, strict=True):
        np.testing.assert_array_equal(part, given)
    both = dtensor.relayout(whole, layout=dtensor.Layout.replicated(mesh, rank=2))
    assert dtensor.fetch_layout(both).is_fully_replicated()
    made = dtensor.call_with_layout(
        tf.ones, dtensor.Layout.batch_sharded(mesh, "y", rank=2), shape=(4, 2)
    )
    variable = dtensor.DVariable(initial_value=made)
    assert variable.layout.sharding_specs == ["y", "unsharded"]
    variable.assign_add(made)
    assert tf.reduce_sum(variable).numpy() == 16
    dtensor.check_layout(whole, layout)
    assert dtensor.is_dtensor(whole)
    with pytest.raises(ValueError, match="has no layout"):
        dtensor.fetch_layout(tf.ones(2))
    with pytest.raises(ValueError, match=r"axes 'x', 'y'.*'z'"):
        dtensor.Layout(["z"], mesh)
    with pytest.raises(ValueError, match="cuts one axis"):
        dtensor.Layout(["x", "x"], mesh)
    with pytest.raises(ValueError, match="Axis 0 of size 4 is cut into 3"):
        dtensor.copy_to_mesh(tf.ones([4, 2]), layout)
    with pytest.raises(ValueError, match="for each of 6 devices"):
        dtensor.pack(parts[:2], layout)


def test_compat():
    assert tf.compat.as_bytes("a") == b"a"
    assert tf.compat.as_str(b"a") == tf.compat.as_text("a") == "a"
    assert tf.compat.as_str_any(3) == "3"
    assert tf.compat.v2 is tf
    tf.compat.v1.enable_eager_execution()
    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    assert tf.get_logger().level == logging.ERROR
    tf.compat.v1.logging.set_verbosity(0)
    with pytest.raises(RuntimeError, match=r"graphs and sessions(.|\n)*tf.function"):
        tf.compat.v1.disable_eager_execution()
    with pytest.raises(AttributeError, match="TensorFlow 1"):
        tf.compat.v1.Session()


# Single names


def test_initializers():
    start = tf.random_normal_initializer(stddev=2.0, seed=1)
    assert start(shape=(3, 2)).shape == (3, 2)
    assert tf.zeros_initializer()((2,)).numpy().tolist() == [0, 0]
    assert tf.ones_initializer()((2,), dtype=tf.int32).dtype == tf.int32
    assert tf.constant_initializer(3)((1,)).numpy().tolist() == [3]
    assert np.abs(tf.random_uniform_initializer(-1, 1)((9,)).numpy()).max() <= 1


def test_single_names():
    assert isinstance(tf.TensorSpec([]), tf.TypeSpec)
    assert tf.type_spec_from_value({"a": tf.ones(2)})["a"] == tf.TensorSpec([2])
    assert tf.get_static_value(tf.constant([1, 2])).tolist() == [1, 2]
    seen = []

    @tf.function
    def look(x):
        seen.append((tf.is_symbolic_tensor(x), tf.get_static_value(x)))
        return x

    look(tf.constant(1.0))
    assert seen == [(True, None)]
    assert not tf.is_symbolic_tensor(tf.constant(1))
    assert tf.timestamp().dtype == tf.float64
    assert tf.tuple([1, 2]) == [1, 2]
    with tf.name_scope("a"):
        assert tf.get_current_name_scope() == "a"
    x = tf.Variable(1.5)
    with tf.GradientTape() as tape:
        y = tf.grad_pass_through(tf.round)(x) * 3.0
    assert (float(y), float(tape.gradient(y, x))) == (6.0, 3.0)
    assert tf.VariableAggregation.MEAN.name == "MEAN"
    assert float(tf.realdiv(1.0, 4.0)) == 0.25
    values, _ = tf.eig(np.diag([1.0, 2.0]).astype("float32"))
    assert sorted(values.numpy().real) == [1, 2]


def test_losses_of_regularization_and_ways_to_resize():
    assert float(tf.nn.scale_regularization_loss([1.0, 2.0])) == 3.0
    method = tf.image.ResizeMethod.NEAREST_NEIGHBOR
    found = tf.image.resize(X, [12, 16], method)
    np.testing.assert_array_equal(found, X.repeat(2, 1).repeat(2, 2))


class TestAssertions(tf.test.TestCase):
    def test_what_holds(self):
        x = tf.constant([1.0, 2.0])
        self.assertAllEqual(x, [1.0, 2.0])
        self.assertAllClose({"a": x}, {"a": x + 1e-7})
        self.assertNotAllClose(x, x + 1)
        self.assertNotAllEqual(x, x + 1)
        self.assertShapeEqual(x, tf.ones(2))
        self.assertAllInRange(x, 1, 2)
        assert self.evaluate([x])[0].tolist() == [1, 2]

    def test_what_does_not(self):
        x = tf.constant([1.0, 2.0])
        with pytest.raises(AssertionError, match="not equal"):
            self.assertAllEqual(x, [1.0, 3.0])
        with pytest.raises(AssertionError, match="elements are close"):
            self.assertNotAllClose(x, x)


def test_profiles(tmp_path):
    tf.profiler.experimental.start(str(tmp_path))
    tf.reduce_sum(tf.ones(3))
    tf.profiler.experimental.stop()
    assert any(tmp_path.rglob("*.xplane.pb"))
    with tf.profiler.experimental.Trace("step", step_num=1):
        pass


@pytest.mark.parametrize(
    "name, message",
    [
        ("log", "Did you mean 'tf.math.log'"),
        ("dropout", "Did you mean 'tf.nn.dropout'"),
        ("math.relu", "Did you mean 'tf.nn.relu'"),
        ("nn.conv9d", "Did you mean 'conv"),
        ("Session", "no sessions"),
        ("placeholder", "arguments of a function"),
        ("contrib.layers", "left TensorFlow with version 2"),
        ("estimator.Estimator", r"compile\(\) and fit\(\)"),
        ("linalg.LinearOperatorCirculant", "LinearOperatorFullMatrix"),
        ("distribute.experimental.TPUStrategy", "MirroredStrategy"),
        ("config.experimental.set_memory_growt", "Did you mean 'set_memory_growth'"),
        ("random_normal", "Use tf.random.normal"),
    ],
)
def test_absent_names_say_what_to_use(name, message):
    with pytest.raises(AttributeError, match=message):
        operator.attrgetter(name)(tf)
