"""Weights that do not fit; files that are hostile; files of Keras 2."""

import json

import h5py
import numpy as np
import pytest

from addax import keras
from addax.keras.saving.walk import walk

X = np.random.RandomState(0).normal(size=(4, 4)).astype("float32")


def network(units=3, name="second"):
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(5, name="first"),
            keras.layers.Dense(units, name=name),
        ]
    )


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.weights.h5"
    network().save_weights(path)
    return path


# What does not fit


def test_other_shape_leaves_the_model_as_it_was(path):
    model = network(units=7)
    before = model.get_weights()
    with pytest.raises(ValueError, match="weights of 1 part of the model do") as caught:
        model.load_weights(path)
    text = str(caught.value)
    assert "- 'second' (layers/dense_1): 'kernel' has shape (5, 7)" in text
    assert "the file holds shape (5, 3)" in text
    assert "skip_mismatch=True" in text
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_fits_can_be_taken(path):
    model = network(units=7)
    before = model.get_weights()
    with pytest.warns(UserWarning, match="'second'"):
        model.load_weights(path, skip_mismatch=True)
    after = model.get_weights()
    assert (after[0] != before[0]).any()
    np.testing.assert_array_equal(after[2], before[2])


def test_more_layers_than_the_file(path):
    model = network()
    model.add(keras.layers.Dense(2))
    with pytest.raises(
        ValueError, match=r"2 variables \(kernel, bias\), the file holds 0"
    ):
        model.load_weights(path)


def test_model_that_is_not_built(path):
    model = keras.Sequential([keras.layers.Dense(5), keras.layers.Dense(3)])
    with pytest.raises(ValueError, match=r"has not been built yet(.*\n)*"):
        model.load_weights(path)


def test_by_name_is_for_older_files(path):
    with pytest.raises(ValueError, match="Only files of older versions are matched"):
        network().load_weights(path, by_name=True)


def test_weights_of_a_whole_model(tmp_path):
    source, model = network(), network()
    source.save(tmp_path / "model.keras")
    model.load_weights(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(X).numpy(), source(X).numpy())


# Paths


def test_paths():
    shared = keras.layers.Dense(2)

    class Parts(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self._private = shared
            self.list = [keras.layers.Dense(2), [shared, keras.layers.Dropout(0.5)]]
            self.table = {"x": keras.layers.Dense(2)}

        @property
        def public(self):
            return shared

        @property
        def broken(self):
            raise RuntimeError

    paths = [path for path, _ in walk(Parts())]
    assert paths == [
        "",
        "list/dense",
        "list/container/dense",
        "list/container/dropout",
        "list/container/dropout/seed_generator",
        "table/dense",
    ]


# Files that do harm


def change(path, what):
    with h5py.File(path, "a") as file:
        del file["layers/dense/vars/0"]
        what(file)


def external_link(file):
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/x")


def soft_link(file):
    file["layers/dense/vars/0"] = h5py.SoftLink("/layers/dense/vars/1")


def external_storage(file):
    group = file["layers/dense/vars"]
    where = [("/etc/passwd", 0, 80)]
    group.create_dataset("0", (4, 5), "float32", external=where)


def virtual(file):
    layout = h5py.VirtualLayout((4, 5), "float32")
    layout[:] = h5py.VirtualSource("/etc/hosts", "x", (4, 5))
    file["layers/dense/vars"].create_virtual_dataset("0", layout)


def bomb(file):
    file["layers/dense/vars"].create_dataset(
        "0", (2**20, 2**20), "float32", chunks=(1024, 1024), fillvalue=1
    )


@pytest.mark.parametrize(
    "harm, text",
    [
        (external_link, "is a link"),
        (soft_link, "is a link"),
        (external_storage, "takes its values elsewhere"),
        (virtual, "takes its values elsewhere"),
        (bomb, "unfolds to 4,398,046,511,104 bytes"),
    ],
)
def test_hostile_files(path, harm, text):
    change(path, harm)
    with pytest.raises(ValueError, match=text):
        network().load_weights(path)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_truncated_files(path, part):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(ValueError, match="not an HDF5 file, or it is cut short"):
        network().load_weights(path)


# Files of Keras 2


def old_layer(kind, **config):
    return {"class_name": kind, "config": config}


def dense(name, units, activation):
    return old_layer(
        "Dense",
        name=name,
        trainable=True,
        dtype="float32",
        units=units,
        activation=activation,
        use_bias=True,
        kernel_initializer=old_layer("GlorotUniform", seed=None),
        bias_initializer=old_layer("Zeros"),
        kernel_regularizer=old_layer("L2", l2=0.01),
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
    )


def write_keras_2(path, wrap=True):
    """A file as TensorFlow 2.8 wrote it."""
    random = np.random.RandomState(0)
    arrays = {
        "dense": {"kernel": random.rand(4, 3), "bias": random.rand(3)},
        "dense_1": {"kernel": random.rand(3, 1), "bias": random.rand(1)},
    }
    config = old_layer(
        "Sequential",
        name="sequential",
        layers=[
            old_layer(
                "InputLayer",
                batch_input_shape=[None, 4],
                dtype="float32",
                sparse=False,
                ragged=False,
                name="dense_input",
            ),
            dense("dense", 3, "relu"),
            dense("dense_1", 1, "linear"),
        ],
    )
    adam = old_layer(
        "Adam", name="Adam", learning_rate=0.01, decay=0.0, beta_1=0.9, beta_2=0.999,
        epsilon=1e-07, amsgrad=False,
    )  # fmt: skip
    training = {
        "loss": "mse", "metrics": ["mae"], "weighted_metrics": None,
        "loss_weights": None, "optimizer_config": adam,
    }  # fmt: skip
    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights") if wrap else file
        group.attrs["keras_version"] = b"2.8.0"
        group.attrs["layer_names"] = [name.encode() for name in arrays]
        for name, weights in arrays.items():
            layer = group.create_group(name)
            layer.attrs["weight_names"] = [f"{name}/{w}:0".encode() for w in weights]
            for weight, value in weights.items():
                layer[f"{name}/{weight}:0"] = value.astype("float32")
        if wrap:
            file.attrs["model_config"] = json.dumps(config)
            file.attrs["training_config"] = json.dumps(training)
    hidden = np.maximum(X @ arrays["dense"]["kernel"] + arrays["dense"]["bias"], 0)
    return hidden @ arrays["dense_1"]["kernel"] + arrays["dense_1"]["bias"]


def test_models_of_keras_2(tmp_path):
    expected = write_keras_2(tmp_path / "model.h5")
    model = keras.models.load_model(tmp_path / "model.h5")
    np.testing.assert_allclose(model(X).numpy(), expected, rtol=1e-5)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    assert len(model.losses) == 2
    model.fit(X, X[:, :1], verbose=0)


def test_weights_of_keras_2(tmp_path):
    path = tmp_path / "weights.h5"
    expected = write_keras_2(path, wrap=False)

    def make(*names):
        a, b = (
            keras.layers.Dense(3, activation="relu", name=names[0]),
            keras.layers.Dense(1, name=names[1]),
        )
        return keras.Sequential([keras.Input((4,)), a, b])

    model = make("one", "two")
    model.load_weights(path)
    np.testing.assert_allclose(model(X).numpy(), expected, rtol=1e-5)
    other = make("dense", "other")
    other.load_weights(path, by_name=True)
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
    assert (other.get_weights()[2] != model.get_weights()[2]).any()
    with pytest.raises(ValueError, match=r"weights of layer 'first' do not fit"):
        network().load_weights(path)
    with pytest.raises(ValueError, match="This file holds no model"):
        keras.models.load_model(path)
    deeper = make("a", "b")
    deeper.add(keras.layers.Dense(1))
    with pytest.raises(ValueError, match="weights of 2 layers, the model has 3"):
        deeper.load_weights(path)


def test_older_files_go_round(tmp_path):
    model = network()
    model.compile("adam", "mse")
    model.fit(X, X[:, :3], verbose=0)
    model.save(tmp_path / "model.h5")
    loaded = keras.models.load_model(tmp_path / "model.h5")
    assert int(loaded.optimizer.iterations) == 1
    model.save_weights(tmp_path / "weights.h5")
    other = network()
    other.load_weights(tmp_path / "weights.h5")
    for each in (loaded, other):
        np.testing.assert_array_equal(each(X).numpy(), model(X).numpy())


def test_long_lists_of_names(tmp_path):
    inputs = keras.Input((2,))
    name = "a_layer_with_a_rather_long_name_" * 50
    x = inputs
    for i in range(50):
        x = keras.layers.Dense(2, use_bias=False, name=f"{name}{i}")(x)
    model = keras.Model(inputs, x)
    model.save_weights(tmp_path / "weights.h5")
    with h5py.File(tmp_path / "weights.h5") as file:
        assert "layer_names0" in file.attrs
    fresh = keras.Model.from_config(model.get_config())
    fresh.load_weights(tmp_path / "weights.h5")
    for a, b in zip(model.get_weights(), fresh.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


# Weights in parts


@pytest.fixture
def parts(tmp_path):
    network().save_weights(tmp_path / "w.weights.json", max_shard_size=1e-7)
    return tmp_path / "w.weights.json"


def test_parts_are_found_by_either_name(parts):
    source, model = network(), network()
    source.load_weights(parts)
    model.load_weights(parts.with_name("w.weights.h5"))
    np.testing.assert_array_equal(model(X).numpy(), source(X).numpy())


def test_missing_part(parts):
    (parts.parent / "w_00001.weights.h5").unlink()
    model = network()
    before = model.get_weights()
    with pytest.raises(FileNotFoundError, match=r"part of the weights is missing"):
        model.load_weights(parts)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_array_larger_than_a_part(tmp_path):
    with pytest.raises(ValueError, match=r"larger than a part(.|\n)*max_shard_size=1"):
        network().save_weights(tmp_path / "w.weights.h5", max_shard_size=1e-9)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["{", "[]", '{"weight_map": 3}'])
def test_damaged_index(parts, content):
    parts.write_text(content)
    with pytest.raises(ValueError, match="does not say where the weights are"):
        network().load_weights(parts)


@pytest.mark.parametrize("part", ["../w.weights.h5", "/etc/passwd"])
def test_parts_elsewhere(parts, part):
    parts.write_text(json.dumps({"weight_map": {"/layers/dense/vars": [part]}}))
    with pytest.raises(ValueError, match="names a part elsewhere"):
        network().load_weights(parts)
