"""Parts of variables: slices that can be assigned, scattering, indexed slices."""

import numpy as np
import pytest

from addax import tf


def test_slices_are_assigned():
    v = tf.Variable(np.arange(12.0, dtype="float32").reshape(3, 4))
    expected = v.numpy()
    v[0].assign([9.0, 8.0, 7.0, 6.0])
    expected[0] = [9, 8, 7, 6]
    v[1:, ::2].assign(tf.zeros([2, 2]))
    expected[1:, ::2] = 0
    v[-1, 1].assign_add(5.0)
    expected[-1, 1] += 5
    v[..., 3].assign_sub([1.0, 2.0, 3.0])
    expected[..., 3] -= [1, 2, 3]
    v[:, 1].assign(tf.constant(2.0))  # broadcasts
    expected[:, 1] = 2
    np.testing.assert_array_equal(v, expected)
    assert float(v[0, 0] * 2.0) == 18.0


def test_slices_are_assigned_in_functions():
    v = tf.Variable(tf.zeros([4]))

    @tf.function
    def put(i, x):
        v[i].assign(x)
        return v[0] + v[1]

    assert float(put(tf.constant(1), tf.constant(3.0))) == 3.0
    assert v.numpy().tolist() == [0, 3, 0, 0]


def test_gradients_flow_through_slices():
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(v[1:] ** 2)
    assert tape.gradient(y, v).numpy().tolist() == [0, 4, 6]


def test_other_tensors_do_not_change():
    with pytest.raises(AttributeError, match=r"no attribute 'assign'.\n.*tf.Variable"):
        tf.constant([1.0])[0].assign(2.0)
    assert not hasattr(tf.constant(1.0), "assign")


@pytest.mark.parametrize(
    "name, expected",
    [
        ("update", [1, 10, 3, 20]), ("add", [1, 12, 3, 24]), ("sub", [1, -8, 3, -16]),
        ("max", [1, 10, 3, 20]), ("min", [1, 2, 3, 4]),
    ],
)  # fmt: skip
def test_scattering(name, expected):
    v = tf.Variable([1, 2, 3, 4])
    getattr(v, f"scatter_nd_{name}")([[1], [3]], [10, 20])
    assert v.numpy().tolist() == expected
    v = tf.Variable([1, 2, 3, 4])
    delta = tf.IndexedSlices([10, 20], [1, 3])
    assert getattr(v, f"scatter_{name}")(delta) is v
    assert v.numpy().tolist() == expected


def test_scaling_parts():
    v = tf.Variable([1.0, 2.0, 4.0])
    v.scatter_mul(tf.IndexedSlices([3.0], [1]))
    v.scatter_div(tf.IndexedSlices([2.0], [2]))
    assert v.numpy().tolist() == [1, 6, 2]


def test_reading_parts():
    v = tf.Variable([[1, 2], [3, 4]])
    assert v.sparse_read([1, 0]).numpy().tolist() == [[3, 4], [1, 2]]
    assert v.gather_nd([[0, 1], [1, 1]]).numpy().tolist() == [2, 4]
    assert v.value().numpy().tolist() == v.eval().tolist() == [[1, 2], [3, 4]]
    assert v.is_initialized()


def test_indexed_slices():
    slices = tf.IndexedSlices(tf.ones([2, 3]), [0, 4], dense_shape=[5, 3])
    assert slices.shape == [5, 3]
    assert slices.dtype == tf.float32
    assert float((-slices).values[0, 0]) == -1.0
    dense = tf.convert_to_tensor(slices)
    assert dense.numpy().sum(1).tolist() == [3, 0, 0, 0, 3]


def test_variables_may_start_from_random_tensors_in_the_first_call():
    """As in TensorFlow's guide to modules, whose layers are built when first called."""

    class Layer:
        w = None

        def __init__(self):
            self.ran = 0

        @tf.function
        def __call__(self, x):
            self.ran += 1
            if self.w is None:
                self.w = tf.Variable(tf.random.normal([x.shape[-1], 2]))
            return x @ self.w

    layer = Layer()
    x = tf.ones([1, 3])
    first = layer(x)
    np.testing.assert_allclose(first, layer(x), rtol=1e-6)
    np.testing.assert_allclose(first, x.numpy() @ layer.w.numpy(), rtol=1e-6)
    ran = layer.ran
    layer(x)
    assert layer.ran == ran  # compiled by now


def test_variables_may_not_start_from_tensors_in_every_call():
    @tf.function
    def f(x):
        return x + tf.Variable(x)

    f(tf.constant(1.0))
    with pytest.raises(ValueError, match="cannot start from a value inside a traced"):
        f(tf.constant(1.0))
