"""Saved models: what comes back computes the same without the Python code."""

import json
import pathlib

import numpy as np
import pytest

from addax import tf

pytest.importorskip("flatbuffers")


class Custom(tf.Module):
    def __init__(self):
        super().__init__()
        self.v = tf.Variable(2.0)
        self.parts = [tf.Variable([1.0, 2.0], trainable=False), {"a": tf.Variable(3)}]

    @tf.function
    def __call__(self, x):
        return x * self.v

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def mutate(self, value):
        self.v.assign(value)

    @tf.function
    def nested(self, d, times=3, *, shift=None):
        return {"a": d["x"] * times, "b": (d["x"] + self.parts[0], None)}

    @tf.function(input_signature=[tf.TensorSpec([None, 2]), tf.TensorSpec([None, 2])])
    def rows(self, a, b):
        return tf.concat([a + b, tf.zeros_like(a[:, :1])], axis=1)


class Plain(tf.Module):
    f = outside = None


@pytest.fixture
def loaded(tmp_path):
    module = Custom()
    module(tf.constant(1.0))
    module(tf.ones([2, 2]))
    module.nested({"x": tf.ones(2)})
    signatures = {
        "serving_default": module.rows,
        "call": module.__call__.get_concrete_function(tf.TensorSpec([3], tf.float32)),
    }
    tf.saved_model.save(module, tmp_path / "m", signatures)
    return tf.saved_model.load(tmp_path / "m")


def test_functions_come_back(loaded):
    assert float(loaded(3.0)) == 6.0
    assert loaded(np.full((2, 2), 4, "float32")).numpy().tolist() == [[8, 8], [8, 8]]
    found = loaded.nested({"x": [1.0, 2.0]}, times=3, shift=None)
    assert found["a"].numpy().tolist() == [3, 6]
    assert found["b"][0].numpy().tolist() == [2, 4]
    assert found["b"][1] is None


def test_sizes_stay_open(loaded):
    for n in (1, 5):
        a = np.ones((n, 2), "float32")
        np.testing.assert_array_equal(
            loaded.rows(a, 2 * a), np.pad(3 * a, [(0, 0), (0, 1)])
        )


def test_variables_come_back_and_change(loaded):
    assert isinstance(loaded.v, tf.Variable)
    assert loaded.parts[0].numpy().tolist() == [1, 2]
    assert loaded.parts[1]["a"].numpy() == 3
    assert len(loaded.trainable_variables) == 2
    loaded.mutate(5.0)
    assert float(loaded(3.0)) == 15.0


def test_gradients_flow_and_functions_nest(loaded):
    with tf.GradientTape() as tape:
        y = loaded(tf.constant(3.0)) ** 2
    assert float(tape.gradient(y, loaded.v)) == 36.0
    assert float(tf.function(lambda x: loaded(x) + 1.0)(tf.constant(3.0))) == 7.0


def test_signatures(loaded):
    rows = loaded.signatures["serving_default"]
    assert list(rows.structured_input_signature[1]) == ["a", "b"]
    assert rows.structured_outputs["output_0"].shape == [None, 3]
    a = tf.ones([1, 2])
    assert rows(a=a, b=a)["output_0"].numpy().tolist() == [[2, 2, 0]]
    call = loaded.signatures["call"]
    assert call(tf.ones(3))["output_0"].numpy().tolist() == [2, 2, 2]
    with pytest.raises(TypeError, match=r"takes a, b.*\['a'\]"):
        rows(a=a)
    with pytest.raises(TypeError, match=r"'b': TensorSpec\(shape=\(None, 2\)"):
        rows(a=a, b=tf.ones([3]))


def test_other_arguments_are_refused(loaded):
    with pytest.raises(ValueError, match=r"not saved for such.*\n.*saved for"):
        loaded(tf.ones([7]))


@pytest.mark.parametrize("again", [False, True])
def test_a_keras_model_serves(tmp_path, again):
    model = tf.keras.Sequential([
        tf.keras.Input((6, 6, 1)), tf.keras.layers.Conv2D(2, 3, padding="same"),
        tf.keras.layers.BatchNormalization(), tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(), tf.keras.layers.Dropout(0.5),
        tf.keras.layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    tf.saved_model.save(model, tmp_path / "m")
    found = tf.saved_model.load(tmp_path / "m")
    if again:  # what was loaded can be trained on and read by name
        path = str(tmp_path / "m" / "variables" / "variables")
        other = tf.keras.models.clone_model(model)
        tf.train.Checkpoint(other).restore(path).assert_existing_objects_matched()
        model = other
    x = np.random.default_rng(0).normal(size=(4, 6, 6, 1)).astype("float32")
    serve = found.signatures["serving_default"]
    assert list(serve.structured_input_signature[1]) == ["inputs"]
    np.testing.assert_allclose(serve(x)["output_0"], model(x), rtol=1e-5)


def test_folders(tmp_path):
    with pytest.raises(OSError, match="no saved model in this folder"):
        tf.saved_model.load(tmp_path)
    assert not tf.saved_model.contains_saved_model(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert tf.saved_model.contains_saved_model(tmp_path)
    with pytest.raises(ValueError, match=r"saved by TensorFlow(.|\n)*Checkpoint"):
        tf.saved_model.load(tmp_path)
    tf.saved_model.save(tf.Module(), tmp_path, options=tf.saved_model.SaveOptions())
    assert not (tmp_path / "saved_model.pb").exists()  # replaced as a whole
    with pytest.raises(TypeError, match=r"could not be called(.|\n)*none"):
        tf.saved_model.load(tmp_path)(1)
    path = tmp_path / "addax_saved_model.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "version": 99}))
    with pytest.raises(ValueError, match="newer version of addax"):
        tf.saved_model.load(tmp_path, options=tf.saved_model.LoadOptions())


def test_what_cannot_be_saved(tmp_path):
    outside = tf.Variable(1.0)
    module = Plain()
    module.f = tf.function(lambda x: x + outside)
    module.f(1.0)
    module.f(tf.ones(2))
    with pytest.raises(AssertionError, match="no attribute of the object leads to"):
        tf.saved_model.save(module, tmp_path / "m")
    module.outside = outside
    with pytest.raises(ValueError, match=r"one known signature.*signatures\['f'\]"):
        tf.saved_model.save(module, tmp_path / "m", {"f": lambda x: x})


def test_sizes_that_are_not_known_cannot_be_computed_with(tmp_path):
    module = Plain()
    signature = [tf.TensorSpec([None, 2], tf.float32)]
    module.f = tf.function(lambda x: tf.zeros(tf.shape(x)), signature)
    with pytest.raises(ValueError, match=r"any size must not(.|\n)*zeros_like"):
        tf.saved_model.save(module, tmp_path / "m")
    rows = [tf.TensorSpec([None, None], tf.float32)]
    module.f = tf.function(lambda x: x @ tf.ones([3, 1]), rows)
    with pytest.raises(ValueError, match=r"certain ones(.|\n)*Say the sizes"):
        tf.saved_model.save(module, tmp_path / "m")


class AnyRank(tf.Module):
    """Doubles in steps that a gradient of its own cuts short."""

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def __call__(self, x):
        @tf.custom_gradient
        def short(y):
            return y, lambda dy: tf.clip_by_norm(dy, 0.5)

        return {"doubled": short(x) * 2.0}


def test_ranks_stay_open(tmp_path):
    module = AnyRank()
    serve = module.__call__.get_concrete_function(tf.TensorSpec(None, tf.float32))
    tf.saved_model.save(module, tmp_path / "m", {"serve": serve})
    loaded = tf.saved_model.load(tmp_path / "m")
    for shape in ((), (2,), (1, 2, 3)):
        found = loaded(tf.ones(shape))["doubled"]
        assert (found.shape, float(tf.reduce_max(found))) == (shape, 2.0)
        assert loaded.signatures["serve"](x=tf.ones(shape))["doubled"].shape == shape
    (spec,) = loaded.signatures["serve"].outputs
    assert "shape=<unknown>" in repr(spec)
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = loaded(v)["doubled"]
    assert float(tape.gradient(y, v)) == 0.5


def test_the_call_that_makes_the_variables_counts(tmp_path):
    class Flexible(tf.Module):
        w = None

        @tf.function
        def __call__(self, x):
            if self.w is None:
                self.w = tf.Variable(tf.random.normal([x.shape[-1], 2]))
            return x @ self.w

    module = Flexible()
    expected = module(tf.constant([[1.0, 2.0]]))
    tf.saved_model.save(module, tmp_path / "m")
    found = tf.saved_model.load(tmp_path / "m")([[1.0, 2.0]])
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_program_leaves_without_native_kernels(tmp_path: pathlib.Path) -> None:
    layers = tf.keras.layers
    model = tf.keras.Sequential([tf.keras.Input((8, 8, 3)), layers.Conv2D(4, 3)])
    model.add(layers.Reshape((36, 4)))
    model.add(layers.LSTM(8))
    x = np.random.default_rng(0).random((2, 8, 8, 3), np.float32)

    class Network(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        @tf.function
        def __call__(self, x: object) -> object:
            return self.model(x)

    network = Network()
    expected = network(tf.constant(x))
    tf.saved_model.save(network, str(tmp_path / "saved"))
    for program in (tmp_path / "saved" / "functions").iterdir():
        assert b"addax.conv" not in program.read_bytes()
    loaded = tf.saved_model.load(str(tmp_path / "saved"))
    np.testing.assert_allclose(loaded(x), expected, rtol=1e-5, atol=1e-6)
