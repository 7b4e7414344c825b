"""The training cases: data for every peer, and models as any Keras user writes them.

The Keras code here runs unchanged on addax and on Keras 3 with each of its back ends:
whoever imports this module decides what `keras` is. Sizes are those of the documents
that addax answers to, cut so that an epoch takes a second or two on two cores.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks import _custom, _data, _feeds
from benchmarks._peers import PEERS

Data = tuple[Any, Any]


class Case(NamedTuple):
    """One thing to train.

    Attributes:
        data: Makes `(x, y)` of so many rows.
        rows: How many.
        model: Makes a compiled Keras model, given the `keras` module.
        batch: Rows a step.
        about: What it is, for the table.
        epoch: Makes a function that trains for an epoch and answers its loss, of
            `(keras, model, x, y, batch)`; `fit` if not given.
        peers: Who can run it, if not all: code of TensorFlow's needs TensorFlow.
        policy: The dtype policy.
        drift: By what part of it the loss of the first epoch may differ between
            peers, whose order of the rows differs.
        where: "gpu" if it says something on a GPU only.
    """

    data: Callable[[int], Data]
    rows: int
    model: Callable[[Any], Any]
    batch: int
    about: str
    epoch: Callable[..., Callable[[], float]] | None = None
    peers: tuple[str, ...] = ()
    policy: str = "float32"
    where: str = ""
    drift: float = 0.1

    def sample(self) -> Data:
        """The data."""
        return self.data(self.rows)


def _images(n: int) -> Data:
    return _data.pictures(n, 32, 32, 3)


def _classify(keras: Any, model: Any) -> Any:
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _mlp(keras: Any) -> Any:
    layers = keras.layers
    return _classify(
        keras,
        keras.Sequential(
            [
                keras.Input((784,)),
                layers.Dense(128, activation="relu"),
                layers.Dense(64, activation="relu"),
                layers.Dense(10, activation="softmax", dtype="float32"),
            ]
        ),
    )


def _cnn(keras: Any, *, norm: bool = False, augment: bool = False) -> Any:
    layers = keras.layers
    model = keras.Sequential([keras.Input((32, 32, 3))])
    if augment:
        model.add(layers.RandomFlip("horizontal"))
        model.add(layers.RandomRotation(0.1))
        model.add(layers.RandomZoom(0.1))
    for i, filters in enumerate((32, 64, 64)):
        model.add(layers.Conv2D(filters, 3, activation=None if norm else "relu"))
        if norm:
            model.add(layers.BatchNormalization())
            model.add(layers.ReLU())
        if i < 2:
            model.add(layers.MaxPooling2D())
        if norm:
            model.add(layers.Dropout(0.2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax", dtype="float32"))
    return _classify(keras, model)


def _small_cnn(keras: Any) -> Any:
    layers = keras.layers
    return _classify(
        keras,
        keras.Sequential(
            [
                keras.Input((_feeds.SIDE, _feeds.SIDE, 3)),
                layers.Conv2D(8, 3, 2, activation="relu"),
                layers.Conv2D(16, 3, 2, activation="relu"),
                layers.GlobalAveragePooling2D(),
                layers.Dense(10, activation="softmax", dtype="float32"),
            ]
        ),
    )


def _resnet(keras: Any, depth: int = 20) -> Any:
    layers = keras.layers

    def conv(x: Any, filters: int, stride: int = 1) -> Any:
        x = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    inputs = keras.Input((32, 32, 3))
    x = layers.ReLU()(conv(inputs, 16))
    for stage, filters in enumerate((16, 32, 64)):
        for block in range((depth - 2) // 6):
            stride = 2 if stage and not block else 1
            y = layers.ReLU()(conv(x, filters, stride))
            y = conv(y, filters)
            if stride == 2:
                x = layers.Conv2D(filters, 1, 2, use_bias=False)(x)
            x = layers.ReLU()(layers.add([x, y]))
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(10, activation="softmax", dtype="float32")(x)
    return _classify(keras, keras.Model(inputs, outputs))


def _text(keras: Any, length: int, *middle: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(10_000, 64),
            *middle,
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def _forecast(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((30, 1)),
            layers.LSTM(128, return_sequences=True),
            layers.LSTM(64),
            layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    return model


def _block(keras: Any, x: Any, width: int, *, causal: bool) -> Any:
    layers = keras.layers
    attended = layers.MultiHeadAttention(4, width // 4)(x, x, use_causal_mask=causal)
    x = layers.LayerNormalization(epsilon=1e-6)(x + attended)
    hidden = layers.Dense(4 * width, activation="relu")(x)
    return layers.LayerNormalization(epsilon=1e-6)(x + layers.Dense(width)(hidden))


def _transformer(keras: Any) -> Any:
    layers = keras.layers
    inputs = keras.Input((64,), dtype="int32")
    x = layers.Embedding(10_000, 64)(inputs)
    for _ in range(2):
        x = _block(keras, x, 64, causal=False)
    x = layers.GlobalAveragePooling1D()(x)
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def _language_model(keras: Any, length: int = 64, width: int = 128) -> Any:
    layers = keras.layers
    inputs = keras.Input((length,), dtype="int32")
    x = layers.Embedding(1000, width)(inputs)
    for _ in range(2):
        x = _block(keras, x, width, causal=True)
    model = keras.Model(inputs, layers.Dense(1000, dtype="float32")(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    return model


def _autoencoder(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(784, activation="sigmoid"),
        ]
    )
    model.compile("adam", "mse")
    return model


def _flat(n: int) -> Data:
    return _data.pictures(n, 784)


def _itself(n: int) -> Data:
    x = _flat(n)[0]
    return x, x


def _both_ways(k: Any) -> Any:
    return _text(k, 100, k.layers.Bidirectional(k.layers.LSTM(64)))


def _stacked(k: Any) -> Any:
    first = k.layers.LSTM(64, return_sequences=True)
    return _text(k, 100, first, k.layers.LSTM(64))


def _words(length: int) -> Callable[[int], Data]:
    return lambda n: _data.words(n, length)


# Whose code a custom step with TensorFlow's tapes is, and who has a loop like it.
_TAPES = tuple(p for p in PEERS if p not in ("keras-jax", "keras-torch"))

CASES: dict[str, Case] = {
    "mlp": Case(_flat, 60_000, _mlp, 32, "MNIST MLP 784-128-64-10, batch 32"),
    "mlp-256": Case(_flat, 60_000, _mlp, 256, "the same, batch 256"),
    "cnn": Case(
        _images,
        3200,
        _cnn,
        64,
        "CIFAR CNN 32-64-64, batch 64",
        drift=0.15,  # eight seeds of addax's end between 1.65 and 1.75
    ),
    "cnn-norm": Case(
        _images,
        3200,
        lambda k: _cnn(k, norm=True),
        64,
        "with BatchNormalization and Dropout",
    ),
    "cnn-augment": Case(
        _images,
        3200,
        lambda k: _cnn(k, augment=True),
        64,
        "with flip, rotation and zoom",
    ),
    "resnet": Case(_images, 1280, _resnet, 128, "ResNet-20, batch 128"),
    "lstm": Case(
        _words(100),
        3200,
        lambda k: _text(k, 100, k.layers.LSTM(64)),
        64,
        "Embedding + LSTM(64), 100 words, batch 64",
    ),
    "lstm-200": Case(
        _words(200),
        3200,
        lambda k: _text(k, 200, k.layers.LSTM(64)),
        64,
        "the same, 200 words",
    ),
    "lstm-both": Case(_words(100), 3200, _both_ways, 64, "Bidirectional LSTM(64)"),
    "lstm-stacked": Case(_words(100), 3200, _stacked, 64, "LSTM(64), LSTM(64)"),
    "gru": Case(
        _words(100),
        3200,
        lambda k: _text(k, 100, k.layers.GRU(64)),
        64,
        "Embedding + GRU(64), 100 words",
    ),
    "forecast": Case(
        lambda n: _data.series(n, 30),
        3200,
        _forecast,
        64,
        "LSTM(128), LSTM(64) on 30 steps",
    ),
    "transformer": Case(
        _words(64), 3200, _transformer, 64, "2 encoder blocks, width 64, 64 words"
    ),
    "language": Case(
        _data.next_words,
        1024,
        _language_model,
        32,
        "2 causal blocks, width 128, 64 words",
        # Keras on TensorFlow gets to 6.16 where addax and raw JAX get to 6.7 (with
        # fewer rows Keras on JAX and PyTorch are with addax, to four digits).
        drift=0.15,
    ),
    "autoencoder": Case(_itself, 60_000, _autoencoder, 128, "784-64-784, batch 128"),
    "gan": Case(
        _flat,
        12_800,
        _custom.gan,
        128,
        "dense GAN, a `train_step` of its own, batch 128",
        peers=_TAPES,
        drift=0.2,  # seeds alone make 0.1
    ),
    "loop": Case(
        _flat,
        12_800,
        _mlp,
        32,
        "MLP, `GradientTape` in a `tf.function` called for each batch",
        epoch=_custom.compiled_loop,
        peers=_TAPES,
    ),
    "loop-eager": Case(
        _flat,
        1_600,
        _mlp,
        32,
        "the same without `tf.function`",
        epoch=_custom.eager_loop,
        peers=_TAPES,
    ),
    "cnn-bf16": Case(
        _images, 3200, _cnn, 64, "CNN in bfloat16", policy="mixed_bfloat16", where="gpu"
    ),
    "cnn-f16": Case(
        _images,
        3200,
        _cnn,
        64,
        "CNN in float16, the loss scaled",
        policy="mixed_float16",
        where="gpu",
        # A hand-written scaling of the loss would be a case by itself.
        peers=tuple(p for p in PEERS if not p.startswith("jax")),
    ),
    "resnet-bf16": Case(
        _images,
        12_800,
        _resnet,
        128,
        "ResNet-20 in bfloat16",
        policy="mixed_bfloat16",
        where="gpu",
    ),
    "lstm-wide": Case(
        _words(100),
        12_800,
        lambda k: _text(k, 100, k.layers.LSTM(512)),
        128,
        "Embedding + LSTM(512): what cuDNN takes",
        where="gpu",
    ),
    "attention": Case(
        lambda n: _data.next_words(n, 512),
        2048,
        lambda k: _language_model(k, 512, 512),
        32,
        "2 causal blocks, width 512, 512 words",
        where="gpu",
    ),
    "attention-bf16": Case(
        lambda n: _data.next_words(n, 512),
        2048,
        lambda k: _language_model(k, 512, 512),
        32,
        "the same in bfloat16",
        policy="mixed_bfloat16",
        where="gpu",
    ),
}

_DATASETS = ("addax", "keras-tensorflow")

# The MLP again, fed in different ways.
INPUTS: dict[str, Case] = {
    "input-arrays": Case(_flat, 12_800, _mlp, 32, "MLP from arrays"),
    "input-dataset": Case(
        _flat,
        12_800,
        _mlp,
        32,
        "from a shuffled `Dataset` (PyTorch: `DataLoader`)",
        epoch=_feeds.dataset,
        peers=(*_DATASETS, "torch"),
    ),
    "input-map": Case(
        _flat,
        12_800,
        _mlp,
        32,
        "the same, each row mapped",
        epoch=_feeds.mapped,
        peers=_DATASETS,
    ),
    "input-generator": Case(
        _flat,
        12_800,
        _mlp,
        32,
        "from a Python generator",
        epoch=_feeds.generator,
        peers=(*_DATASETS, "keras-jax", "keras-torch"),
    ),
    "input-sequence": Case(
        _flat,
        12_800,
        _mlp,
        32,
        "from a `PyDataset`",
        epoch=_feeds.sequence,
        peers=(*_DATASETS, "keras-jax", "keras-torch"),
    ),
    "input-folder": Case(
        lambda n: _data.pictures(n, _feeds.SIDE, _feeds.SIDE, 3),
        64,
        _small_cnn,
        32,
        "small CNN from a folder of 640 PNG files",
        epoch=_feeds.folder,
        peers=_DATASETS,
    ),
}


def _deep(width: int = 64, depth: int = 2, batch: int = 32, rows: int = 3200) -> Case:
    def model(keras: Any) -> Any:
        layers = keras.layers
        middle = [layers.Dense(width, activation="relu") for _ in range(depth)]
        ends = [
            keras.Input((64,)),
            *middle,
            layers.Dense(10, activation="softmax", dtype="float32"),
        ]
        return _classify(keras, keras.Sequential(ends))

    about = f"{depth} Dense({width}), batch {batch}"
    return Case(lambda n: _data.pictures(n, 64), rows, model, batch, about)


def _long(length: int = 50, rows: int = 640) -> Case:
    return Case(
        _words(length),
        rows,
        lambda k: _text(k, length, k.layers.LSTM(64)),
        64,
        f"Embedding + LSTM(64), {length} words",
    )


# Cases with parameters, of whose growth there are plots.
_FAMILIES: dict[str, Callable[..., Case]] = {"deep": _deep, "long": _long}


def find(name: str) -> Case:
    """A case by its name; with parameters: `lstm@rows=256`, `deep@width=8,depth=4`."""
    base, _, given = name.partition("@")
    pairs = (each.partition("=") for each in given.split(",") if each)
    options = {name: int(value) for name, _, value in pairs}
    if base in _FAMILIES:
        return _FAMILIES[base](**options)
    return (CASES | INPUTS)[base]._replace(**options)


def model_name(case: str) -> str:
    """The model of a case, without its parameters and its type: `cnn` of `cnn-bf16`."""
    return re.sub(r"-b?f16$", "", case.partition("@")[0])
