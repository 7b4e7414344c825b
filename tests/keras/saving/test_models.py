"""Saving and loading within addax: exact continuation, hooks, mistakes."""

import json
import zipfile

import numpy as np
import pytest

from addax import keras

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(16, 4)).astype("float32")
Y = RANDOM.normal(size=(16, 2)).astype("float32")


def network(*extra, name=None):
    layers = [keras.Input((4,)), keras.layers.Dense(3, activation="relu"), *extra]
    return keras.Sequential([*layers, keras.layers.Dense(2)], name=name)


def train(model, epochs=1):
    return model.fit(
        X, Y, batch_size=4, epochs=epochs, shuffle=False, verbose=0
    ).history


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.keras"


@pytest.mark.parametrize("zipped", [True, False])
def test_training_goes_on_exactly_with_dropout(tmp_path, zipped):
    """The state of random generators is kept too."""
    path = tmp_path / ("model.keras" if zipped else "model")
    model = network(keras.layers.Dropout(0.5), keras.layers.BatchNormalization())
    model.compile("adam", "mse", metrics=["mae"])
    train(model)
    model.save(path)
    loaded = keras.models.load_model(path)
    assert train(model, 2) == train(loaded, 2)
    for a, b in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_go_on_with_the_optimizer(tmp_path):
    path = tmp_path / "model.weights.h5"
    model = network()
    model.compile("adam", "mse")
    train(model)
    model.save_weights(path)
    other = network()
    other.compile("adam", "mse")
    other.load_weights(path)
    assert int(other.optimizer.iterations) == 4
    assert train(model) == train(other)


def test_another_optimizer_starts_afresh(tmp_path):
    path = tmp_path / "model.weights.h5"
    model = network()
    model.compile("adam", "mse")
    train(model)
    model.save_weights(path)
    other = network()
    other.compile("sgd", "mse")
    with pytest.warns(
        UserWarning, match=r"'sgd\w*' was not loaded(.*\n)+.*a fresh optimi"
    ):
        other.load_weights(path)
    np.testing.assert_array_equal(model.get_weights()[0], other.get_weights()[0])


def test_not_compiled_and_not_to_compile(path):
    model = network()
    model.save(path)
    assert keras.models.load_model(path).optimizer is None
    model.compile("adam", "mse")
    model.save(path)
    assert keras.models.load_model(path, compile=False).optimizer is None


@pytest.mark.parametrize("name", ["model.keras", "model", "model.h5"])
def test_without_the_optimizer(tmp_path, name):
    model = network()
    model.compile("adam", "mse")
    train(model)
    model.save(tmp_path / name, include_optimizer=False)
    loaded = keras.models.load_model(tmp_path / name)
    assert loaded.optimizer is None
    np.testing.assert_array_equal(model(X).numpy(), loaded(X).numpy())


def test_unknown_loss_says_how_to_do_without(path):
    def my_loss(y_true, y_pred):
        return keras.ops.mean(y_true - y_pred)

    model = network()
    model.compile("adam", my_loss)
    model.save(path)
    with pytest.raises(TypeError, match="function 'my_loss' is not known") as caught:
        keras.models.load_model(path)
    assert caught.value.__notes__ == [
        "To load the model without: load_model(path, compile=False)"
    ]


def test_not_built(path):
    keras.Sequential([keras.layers.Dense(3)]).save(path)
    loaded = keras.models.load_model(path)
    assert not loaded.built
    assert loaded(X).shape == (16, 3)


def test_frozen_layers_stay_frozen(path):
    model = network()
    model.layers[0].trainable = False
    model.save(path)
    loaded = keras.models.load_model(path)
    assert len(loaded.trainable_weights) == 2
    np.testing.assert_array_equal(model.get_weights()[0], loaded.get_weights()[0])


def test_compile_arguments(path):
    model = network()
    model.compile(
        keras.optimizers.SGD(
            keras.optimizers.schedules.CosineDecay(0.1, 10), momentum=0.5
        ),
        keras.losses.Huber(delta=2.0),
        metrics=["mae", keras.metrics.MeanSquaredError(name="squares")],
        steps_per_execution=2,
    )
    expected = train(model)
    assert list(expected) == ["loss", "mae", "squares"]
    model.save(path)
    loaded = keras.models.load_model(path)
    assert loaded.optimizer.get_config() == model.optimizer.get_config()
    before, after = (m.evaluate(X, Y, verbose=0) for m in (model, loaded))
    np.testing.assert_allclose(before, after, rtol=1e-6)


def test_a_crash_leaves_the_former_file(path, monkeypatch):
    network().save(path)
    former = path.read_bytes()

    def fail(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("addax.keras.saving.archive.save_assets", fail)
    with pytest.raises(KeyboardInterrupt):
        network().save(path)
    assert path.read_bytes() == former
    assert [each.name for each in path.parent.iterdir()] == ["model.keras"]


def test_existing_files_may_be_kept(path):
    model = network()
    model.save(path)
    with pytest.raises(FileExistsError, match="is there already"):
        model.save(path, overwrite=False)
    weights = path.with_name("a.weights.h5")
    model.save_weights(weights)
    with pytest.raises(FileExistsError, match="is there already"):
        model.save_weights(weights, overwrite=False)


# Users' classes


@keras.saving.register_keras_serializable("tests")
class Scale(keras.layers.Layer):
    """Stores its variable under a name of its own, and a file beside it."""

    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.words = []

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(input_shape[-1],), name="bias")

    def call(self, x):
        return x * self.factor + self.bias

    def save_own_variables(self, store):
        store["the bias"] = self.bias.numpy()
        store["words"] = np.array(self.words)

    def load_own_variables(self, store):
        self.bias.assign(store["the bias"])
        self.words = [word.decode() for word in store["words"]]

    def save_assets(self, dir_path):
        with open(f"{dir_path}/note.txt", "w") as file:
            file.write("here")

    def load_assets(self, dir_path):
        with open(f"{dir_path}/note.txt") as file:
            self.note = file.read()


@pytest.mark.parametrize("zipped", [True, False])
def test_hooks(tmp_path, zipped):
    path = tmp_path / ("model.keras" if zipped else "model")
    model = network(Scale(3.0))
    model.layers[1].bias.assign([1.0, 2.0, 3.0])
    model.layers[1].words = ["one", "größer"]
    model.save(path)
    loaded = keras.models.load_model(path)
    scale = loaded.layers[1]
    assert (scale.factor, scale.note, scale.words) == (3.0, "here", ["one", "größer"])
    assert scale.bias.numpy().tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(model(X).numpy(), loaded(X).numpy())


def test_a_model_of_a_users_class(path):
    @keras.saving.register_keras_serializable("tests")
    class Two(keras.Model):
        def __init__(self, units):
            super().__init__()
            self.parts = [keras.layers.Dense(units), keras.layers.Dense(2)]

        def call(self, x):
            return self.parts[1](self.parts[0](x))

    model = Two(5)
    model.compile("adam", "mse")
    train(model)
    model.save(path)
    loaded = keras.models.load_model(path)
    assert isinstance(loaded, Two)
    np.testing.assert_array_equal(model(X).numpy(), loaded(X).numpy())
    assert train(model) == train(loaded)


def test_functions_by_name(path):
    def double(x):
        return 2 * x

    model = network(keras.layers.Activation(double))
    model.save(path)
    with pytest.raises(
        TypeError, match=r"function 'double' is not known(.*\n)+.*def dou"
    ):
        keras.models.load_model(path)
    loaded = keras.models.load_model(path, custom_objects={"double": double})
    np.testing.assert_array_equal(model(X).numpy(), loaded(X).numpy())


def test_unknown_classes(path):
    class Mine(keras.layers.Layer):
        def call(self, x):
            return x

    network(Mine()).save(path)
    with pytest.raises(TypeError, match="The class 'Mine' is not known here"):
        keras.models.load_model(path)


def test_lambdas_need_leave(path):
    model = network(keras.layers.Lambda(lambda x: x * 3))
    model.save(path)
    with pytest.raises(ValueError, match=r"Python code(.*\n)+.*safe_mode=False"):
        keras.models.load_model(path)
    loaded = keras.models.load_model(path, safe_mode=False)
    np.testing.assert_allclose(model(X).numpy(), loaded(X).numpy())


# Files that are something else


def test_no_file(tmp_path):
    for load in (keras.models.load_model, network().load_weights):
        with pytest.raises(FileNotFoundError, match="There is no such file"):
            load(tmp_path / "nothing.weights.h5")


@pytest.mark.parametrize(
    "content, text",
    [
        (b"", "not a zip file, or it is cut short"),
        (b"text", "not a zip file, or it is cut short"),
    ],
)
def test_not_a_model(path, content, text):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=text):
        keras.models.load_model(path)
    other = path.with_suffix(".bin")
    other.write_bytes(content)
    with pytest.raises(ValueError, match="This file is not a saved model"):
        keras.models.load_model(other)


def rewrite(path, **changes):
    """Changes members of an archive; `None` leaves one out."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members |= {name.replace("_", "."): new for name, new in changes.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)


@pytest.mark.parametrize(
    "changes, text",
    [
        ({"config_json": None}, r"not a saved model: it holds no config\.json"),
        ({"model_weights_h5": None}, r"holds no model\.weights\.h5"),
        ({"config_json": b"{"}, "configuration in 'config.json' cannot be read"),
        ({"config_json": b"[]"}, "does not describe a model"),
        ({"config_json": b"{}"}, "does not describe a model"),
        ({"model_weights_h5": b"\x89HDF"}, "not an HDF5 file, or it is cut short"),
    ],
    ids=str,
)
def test_damaged_archives(path, changes, text):
    network().save(path)
    rewrite(path, **changes)
    with pytest.raises(ValueError, match=text):
        keras.models.load_model(path)


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_truncated_archives(path, part):
    network().save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(ValueError, match="not a zip file, or it is cut short"):
        keras.models.load_model(path)


def test_archives_that_lead_outside(path):
    network().save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("assets/../../harm.txt", "x")
    with pytest.raises(ValueError, match="leads outside the folder"):
        keras.models.load_model(path)


@pytest.mark.parametrize(
    "module, name",
    [("os", "system"), ("builtins", "eval"), ("keras.utils", "get_file"), (None, "x")],
)
def test_configurations_that_name_something_else(path, module, name):
    network().save(path)
    config = {"module": module, "class_name": name, "config": {"command": "x"}}
    rewrite(path, config_json=json.dumps(config).encode())
    with pytest.raises(
        (TypeError, ValueError), match=r"not known here|addax has no|named"
    ):
        keras.models.load_model(path)


def test_saved_model_of_tensorflow(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    with pytest.raises(ValueError, match="SavedModel of TensorFlow cannot be loaded"):
        keras.models.load_model(tmp_path)


def test_folder_that_is_no_model(tmp_path):
    with pytest.raises(ValueError, match=r"holds no config\.json and no model"):
        keras.models.load_model(tmp_path)


@pytest.mark.parametrize("ending", [".pt", ".onnx", ".weights.bin"])
def test_endings(tmp_path, ending):
    with pytest.raises(ValueError, match=r"stands for no format(.*\n)+.*\.keras"):
        network().save(tmp_path / f"model{ending}")
    with pytest.raises(ValueError, match=r"ends with `\.weights\.h5`"):
        network().save_weights(tmp_path / f"model{ending}")


def test_arguments_that_nobody_takes(path):
    with pytest.raises(TypeError, match=r"does not take these arguments.*signatures=1"):
        keras.saving.save_model(network(), path, signatures=1)
    with pytest.raises(TypeError, match=r"does not take these arguments.*parts=1"):
        network().save_weights(path.with_name("a.weights.h5"), parts=1)


@pytest.mark.parametrize("name", ["m.keras", "m"])
def test_training_goes_on_exactly_from_a_file(tmp_path, name):
    x = np.random.RandomState(0).normal(size=(32, 4)).astype("float32")
    y = x[:, :1] * 2

    def train(model, epochs):
        return model.fit(x, y, epochs=epochs, shuffle=False, verbose=0).history

    def weights(model):
        return [v.numpy() for v in (*model.variables, *model.optimizer.variables)]

    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dropout(0.5), keras.layers.BatchNormalization()]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)])
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.9)
    model.compile(keras.optimizers.Adam(rate, use_ema=True), "mse")
    train(model, 2)
    model.save(tmp_path / name)
    loaded = keras.models.load_model(tmp_path / name)
    assert train(loaded, 2) == train(model, 2)
    for a, b in zip(weights(loaded), weights(model), strict=True):
        np.testing.assert_array_equal(a, b)
