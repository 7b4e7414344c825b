"""Files go both ways between addax and Keras: same predictions, same training after."""

import json
import zipfile

import h5py
import keras as theirs
import numpy as np
import pytest

from addax import keras as ours

RANDOM = np.random.RandomState(0)


def data(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def sequential(k):
    return k.Sequential(
        [
            k.Input((4,)),
            k.layers.Dense(8, activation="relu", name="first"),
            k.layers.BatchNormalization(),
            k.layers.Dropout(0.5),
            k.layers.Dense(3, kernel_regularizer="l2", use_bias=False),
        ]
    )


def convolutional(k):
    return k.Sequential(
        [
            k.Input((8, 8, 3)),
            k.layers.Rescaling(1 / 255.0),
            k.layers.Conv2D(4, 3, padding="same", activation="relu"),
            k.layers.MaxPooling2D(),
            k.layers.Conv2D(4, (3, 1), strides=2),
            k.layers.GlobalAveragePooling2D(),
            k.layers.LayerNormalization(),
            k.layers.Dense(2, activation="softmax"),
        ]
    )


def functional(k):
    left, right = k.Input((4,), name="left"), k.Input((3,), name="right")
    shared = k.layers.Dense(5, activation="tanh", name="shared")
    bridge = k.layers.Dense(4, name="bridge")(right)
    x = k.layers.Concatenate()([shared(left), shared(bridge)])
    x = k.layers.Add()([x, k.layers.Dense(10)(left)])
    return k.Model(
        inputs={"left": left, "right": right},
        outputs=[
            k.layers.Dense(1, name="a")(x),
            k.layers.Activation("relu", name="b")(x),
        ],
        name="two_in_two_out",
    )


def nested(k):
    inner = k.Sequential([k.Input((4,)), k.layers.Dense(4)], name="inner")
    x = k.Input((4,))
    graph = k.Model(x, k.layers.Dense(4)(inner(x)), name="graph")
    tail = k.Sequential([k.Input((4,)), k.layers.Dense(2)], name="tail")
    y = k.Input((4,))
    return k.Model(y, tail(graph(graph(y))), name="outer")


def tokens(k):
    return k.Sequential(
        [
            k.Input((6,), dtype="int32"),
            k.layers.Embedding(10, 4),
            k.layers.Conv1D(3, 2, padding="causal"),
            k.layers.Flatten(),
            k.layers.Dense(1, activation="sigmoid"),
        ]
    )


def operations(k):
    ops = k.ops
    x = inputs = k.Input((4,))
    x = 2.0 * ops.relu(x) + 1.0
    x = ops.concatenate([ops.softmax(x, axis=-1), inputs[:, :2]], axis=-1)
    x = ops.reshape(ops.sum(x, axis=1, keepdims=True), (-1, 1))
    a, b, c = ops.split(ops.matmul(x, ops.ones((1, 3))), 3, axis=-1)
    x = ops.expand_dims(ops.where(a > 0, b, c), 1)
    x = ops.mean(x, axis=(1, 2)) ** 2
    x = ops.one_hot(ops.cast(x, "int32"), 3) + x[:, None]
    x = ops.pad(ops.clip(-x, -5, 0.5), [[0, 0], [1, 2]])
    x = ops.top_k(ops.einsum("ab,cb->ac", x, x) / 3, 2)[0]
    x = ops.stack([x, 1 - x], axis=1)[:, 0, 0:2]
    return k.Model(inputs, ops.gelu(ops.transpose(x, (1, 0))))


MODELS = {
    "sequential": (sequential, lambda: data(5, 4)),
    "convolutional": (convolutional, lambda: data(5, 8, 8, 3)),
    "functional": (
        functional,
        lambda: {"left": data(5, 4), "right": data(5, 3)},
    ),
    "nested": (nested, lambda: data(5, 4)),
    "operations": (operations, lambda: data(5, 4)),
    "tokens": (tokens, lambda: RANDOM.randint(0, 10, (5, 6))),
}
DIRECTIONS = {"to Keras": (ours, theirs), "from Keras": (theirs, ours)}


def predict(model, x):
    found = model(x, training=False)
    return [np.asarray(y) for y in (found if isinstance(found, list) else [found])]


def shake(model):
    """Gives all weights values that no initialiser gives."""
    random = np.random.RandomState(1)
    model.set_weights([random.normal(size=w.shape) ** 2 for w in model.get_weights()])


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", MODELS)
def test_models(name, direction, tmp_path):
    make, inputs = MODELS[name]
    source, target = DIRECTIONS[direction]
    model, x = make(source), inputs()
    shake(model)
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = target.models.load_model(path)
    for a, b in zip(predict(model, x), predict(loaded, x), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert [layer.name for layer in loaded.layers] == [y.name for y in model.layers]
    assert loaded.name == model.name


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", MODELS)
def test_weights(name, direction, tmp_path):
    make, inputs = MODELS[name]
    source, target = DIRECTIONS[direction]
    model, other, x = make(source), make(target), inputs()
    shake(model)
    path = tmp_path / "model.weights.h5"
    model.save_weights(path)
    other.load_weights(path)
    for a, b in zip(predict(model, x), predict(other, x), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_layout(name, tmp_path):
    """The same groups and arrays, but for the state of generators that we add."""
    make, _ = MODELS[name]
    contents = []
    for k in (theirs, ours):
        path = tmp_path / "model.weights.h5"
        k.utils.clear_session()
        model = make(k)
        model.compile("adam", "mse")
        model.optimizer.build(model.trainable_variables)
        model.save_weights(path)
        found = {}

        def note(name, item, found=found):
            if "seed_generator" not in name:
                shape = item.shape if isinstance(item, h5py.Dataset) else None
                found[name] = shape, dict(item.attrs)

        with h5py.File(path) as file:
            file.visititems(note)
        contents.append(found)
    assert contents[1] == contents[0]


@pytest.mark.parametrize(
    "ending, source, target",
    [
        (".keras", ours, theirs),
        (".keras", theirs, ours),
        # Keras 3.15 on JAX cannot go on from an `.h5` file, its own included.
        (".h5", theirs, ours),
        (".h5", ours, ours),
    ],
    ids=["keras to Keras", "keras from Keras", "h5 from Keras", "h5"],
)
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda k: k.optimizers.Adam(0.01),
        lambda k: k.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
        lambda k: k.optimizers.RMSprop(
            k.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5), centered=True
        ),
    ],
    ids=["adam", "sgd", "rmsprop"],
)
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5")
def test_training_goes_on(optimizer, ending, source, target, tmp_path):
    model = source.Sequential(
        [
            source.Input((4,)),
            source.layers.Dense(8, activation="relu"),
            source.layers.BatchNormalization(),
            source.layers.Dense(1),
        ]
    )
    model.compile(optimizer(source), "mse", metrics=["mae"])
    x, y = data(32, 4), data(32, 1)
    model.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0)
    path = tmp_path / f"model{ending}"
    model.save(path)
    loaded = target.models.load_model(path)
    assert int(loaded.optimizer.iterations) == 8
    after = [
        each.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0).history
        for each in (model, loaded)
    ]
    assert sorted(after[0]) == sorted(after[1]) == ["loss", "mae"]
    for key, values in after[0].items():
        np.testing.assert_allclose(values, after[1][key], rtol=1e-4)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5")
@pytest.mark.parametrize("name", ["sequential", "functional", "convolutional"])
def test_older_h5_files(name, direction, tmp_path):
    make, inputs = MODELS[name]
    source, target = DIRECTIONS[direction]
    model, x = make(source), inputs()
    shake(model)
    path = tmp_path / "model.h5"
    model.save(path)
    loaded = target.models.load_model(path, compile=False)
    for a, b in zip(predict(model, x), predict(loaded, x), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def block(k):
    """Classes with parts in lists, dicts and properties, under both names."""

    class Block(k.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self._hidden = k.layers.Dense(units)
            self.steps = [k.layers.Dense(units), k.layers.Dense(units)]
            self.named = {"b": k.layers.Dense(units), "a": [k.layers.Dense(units)]}
            self.last = self.steps[1]
            self.scale = self.add_weight(
                shape=(units,), name="scale", initializer="ones"
            )
            self.count = self.add_weight(
                shape=(), name="count", trainable=False, initializer="zeros"
            )

        @property
        def entrance(self):
            return self._hidden

        def call(self, x):
            x = self._hidden(x)
            for step in [*self.steps, self.named["b"], self.named["a"][0], self.last]:
                x = step(x)
            return x * self.scale + self.count

        def get_config(self):
            return {**super().get_config(), "units": self.units}

    class Whole(k.Model):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.block = Block(units)
            self.head = k.layers.Dense(1)

        def call(self, x):
            return self.head(self.block(x))

        def get_config(self):
            return {"units": self.units, "name": self.name}

    return {"Block": Block, "Whole": Whole}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.filterwarnings("ignore:`build.*` was called on layer")
def test_classes_of_users(direction, tmp_path):
    source, target = DIRECTIONS[direction]
    x, y = data(8, 4), data(8, 1)
    model = block(source)["Whole"](4)
    model.compile("adam", "mse")
    model.fit(x, y, verbose=0)
    shake(model)
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = target.models.load_model(path, custom_objects=block(target))
    np.testing.assert_allclose(
        predict(model, x)[0], predict(loaded, x)[0], rtol=1e-4, atol=1e-5
    )
    assert int(loaded.optimizer.iterations) == 1


def test_metadata_and_members(tmp_path):
    members = []
    for k in (theirs, ours):
        path = tmp_path / "model.keras"
        sequential(k).save(path)
        with zipfile.ZipFile(path) as archive:
            infos = [(i.filename, i.compress_type) for i in archive.infolist()]
            metadata = json.loads(archive.read("metadata.json"))
        members.append((infos, metadata))
    (their_infos, their_metadata), (our_infos, our_metadata) = members
    assert our_infos == their_infos
    assert our_metadata["keras_version"] == their_metadata["keras_version"]
    assert set(our_metadata) == set(their_metadata) | {"addax_version"}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_files_of_half_precision(direction, tmp_path):
    source, target = DIRECTIONS[direction]
    models = [
        k.Sequential([k.Input((4,)), k.layers.Dense(3, dtype="bfloat16")])
        for k in (source, target)
    ]
    path = tmp_path / "model.weights.h5"
    models[0].save_weights(path)
    models[1].load_weights(path)
    kernels = [np.asarray(m.get_weights()[0], "float32") for m in models]
    np.testing.assert_array_equal(*kernels)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_folders(direction, tmp_path):
    source, target = DIRECTIONS[direction]
    model, x = sequential(source), data(5, 4)
    model.save(tmp_path / "folder", zipped=False)
    loaded = target.models.load_model(tmp_path / "folder")
    np.testing.assert_allclose(
        predict(model, x)[0], predict(loaded, x)[0], rtol=1e-5, atol=1e-6
    )


def test_lambdas_both_ways(tmp_path):
    for write, read in ((theirs, ours), (ours, theirs)):
        model = write.Sequential(
            [write.Input((2,)), write.layers.Lambda(lambda x: x * 3.0)]
        )
        model.save(tmp_path / "m.keras")
        loaded = read.models.load_model(tmp_path / "m.keras", safe_mode=False)
        x = np.ones((1, 2), "float32")
        np.testing.assert_array_equal(loaded.predict(x, verbose=0), 3 * x)


def test_weights_in_parts_both_ways(tmp_path):
    for write, read in ((theirs, ours), (ours, theirs), (ours, ours)):
        folder = tmp_path / f"{write.__name__} to {read.__name__}"
        folder.mkdir()
        first, second = sequential(write), sequential(read)
        for model in (first, second):
            model.compile("adam", "mse")
            model.fit(data(8, 4), data(8, 3), verbose=0)
        first.save_weights(folder / "w.weights.json", max_shard_size=3e-7)
        parts = sorted(each.name for each in folder.iterdir())
        assert parts[0] == "w.weights.json"
        assert parts[1] == "w_00000.weights.h5"
        assert len(parts) > 3
        second.load_weights(folder / "w.weights.json")
        x = data(2, 4)
        np.testing.assert_allclose(
            first.predict(x, verbose=0), second.predict(x, verbose=0), rtol=1e-5
        )
        for a, b in zip(
            first.optimizer.variables, second.optimizer.variables, strict=True
        ):
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
