"""Small models of every family, written once for both libraries (`k`)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

RANDOM = np.random.default_rng(0)
N = 8


def numbers(*shape: int) -> Any:
    return RANDOM.normal(size=(N, *shape)).astype("float32")


def indices(most: int, *shape: int) -> Any:
    return RANDOM.integers(0, most, (N, *shape)).astype("int32")


ROW, WIDE = numbers(5), numbers(6)
IMAGE, SIGNAL, VOLUME = numbers(6, 6, 3), numbers(8, 3), numbers(4, 4, 4, 2)
SERIES, TOKENS = numbers(5, 3), indices(7, 5)
MASKED = np.where(np.arange(5) < indices(4)[:, None] + 2, TOKENS, 0).astype("int32")
CLASSES, VALUES = indices(3), numbers(2)
ROWS = {"left": ROW, "right": WIDE}


class Entry(NamedTuple):
    """A model of the zoo: how to make it, what it is fed, how it is compiled."""

    make: Callable[[Any], Any]
    x: Any
    y: Any
    options: Callable[[Any], dict[str, Any]]
    custom: Callable[[Any], dict[str, Any]]


ZOO: dict[str, Entry] = {}


def zoo(x: Any, y: Any = VALUES, optimizer: Any = None, custom: Any = None, **options):
    """Adds a model; the optimizer is SGD if none is given."""

    def add(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def arguments(k: Any) -> dict[str, Any]:
            made = optimizer(k) if optimizer else k.optimizers.SGD(0.05)
            return {"optimizer": made, "loss": "mse", **options}

        name = make.__name__
        ZOO[name] = Entry(make, x, y, arguments, custom or (lambda k: {}))
        return make

    return add


def stack(k: Any, shape: Any, *layers: Any, out: int = 2, **kwargs: Any) -> Any:
    return k.Sequential(
        [k.Input(shape, **kwargs), *layers, k.layers.Flatten(), k.layers.Dense(out)]
    )


# Dense


@zoo(ROW, CLASSES, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
def classifier(k):
    layers = [k.layers.Dense(4, activation="relu"), k.layers.Dropout(0.0)]
    head = k.layers.Dense(3, activation="softmax")
    return k.Sequential([k.Input((5,)), *layers, head])


@zoo(ROW, metrics=["mae"])
def activations(k):
    names = ("gelu", "silu", "elu", "selu", "softplus", "tanh", "mish")
    layers = [k.layers.Dense(4, activation=n) for n in names]
    more = [k.layers.LeakyReLU(0.1), k.layers.PReLU(), k.layers.Softmax()]
    return stack(k, (5,), *layers, *more)


@zoo(ROW, ROW)
def autoencoder(k):
    x = k.Input((5,))
    code = k.layers.Dense(2, activation="tanh", name="code")(x)
    return k.Model(x, k.layers.Dense(5, name="decoded")(code))


@zoo(ROW)
def residual(k):
    x = inputs = k.Input((5,))
    for _ in range(2):
        inner = k.layers.Dense(5, activation="relu")(k.layers.LayerNormalization()(x))
        x = k.layers.Add()([x, inner])
    return k.Model(inputs, k.layers.Dense(2)(x))


@zoo(ROW)
def penalties(k):
    hidden = k.layers.Dense(
        4,
        kernel_regularizer=k.regularizers.L1L2(0.01, 0.02),
        bias_regularizer="l2",
        activity_regularizer="l1",
        kernel_constraint=k.constraints.MaxNorm(1.0),
        bias_constraint="non_neg",
    )
    unit = k.layers.Dense(4, kernel_constraint="unit_norm", use_bias=False)
    return stack(k, (5,), hidden, unit, k.layers.ActivityRegularization(l2=0.1))


@zoo(ROW)
def einsum(k):
    dense = k.layers.EinsumDense("ab,bc->ac", output_shape=4, bias_axes="c")
    return stack(k, (5,), dense, k.layers.Reshape((2, 2)), k.layers.Permute((2, 1)))


# Convolutions


@zoo(IMAGE, CLASSES, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
def cnn(k):
    layers = [
        k.layers.Rescaling(0.5, offset=0.1),
        k.layers.Conv2D(4, 3, padding="same", use_bias=False),
        k.layers.BatchNormalization(),
        k.layers.ReLU(),
        k.layers.MaxPooling2D(),
        k.layers.Conv2D(4, 2, dilation_rate=2),
        k.layers.GlobalAveragePooling2D(),
        k.layers.Dense(3, activation="softmax"),
    ]
    return k.Sequential([k.Input((6, 6, 3)), *layers])


@zoo(SIGNAL)
def conv_1d(k):
    layers = [
        k.layers.ZeroPadding1D(1),
        k.layers.Conv1D(4, 3, strides=2, activation="relu"),
        k.layers.UpSampling1D(2),
        k.layers.SeparableConv1D(3, 2),
        k.layers.DepthwiseConv1D(2),
        k.layers.AveragePooling1D(2),
    ]
    return stack(k, (8, 3), *layers)


@zoo(SIGNAL)
def causal(k):
    dilated = [k.layers.Conv1D(3, 2, padding="causal", dilation_rate=d) for d in (1, 2)]
    return stack(k, (8, 3), *dilated, k.layers.GlobalMaxPooling1D())


@zoo(VOLUME)
def conv_3d(k):
    conv = k.layers.Conv3D(3, 2, groups=1, activation="relu")
    return stack(k, (4, 4, 4, 2), conv, k.layers.AveragePooling3D(2))


@zoo(IMAGE, IMAGE)
def transposed(k):
    layers = [
        k.layers.Conv2D(4, 2, strides=2, activation="relu"),
        k.layers.Conv2DTranspose(3, 2, strides=2),
        k.layers.Cropping2D(1),
        k.layers.ZeroPadding2D(1),
    ]
    return k.Sequential([k.Input((6, 6, 3)), *layers])


@zoo(IMAGE)
def separable(k):
    layers = [
        k.layers.SeparableConv2D(4, 3, depth_multiplier=2, padding="same"),
        k.layers.DepthwiseConv2D(2, activation="relu"),
        k.layers.GlobalMaxPooling2D(),
    ]
    return stack(k, (6, 6, 3), *layers)


@zoo(IMAGE)
def groups(k):
    layers = [
        k.layers.Conv2D(4, 3),
        k.layers.GroupNormalization(2),
        k.layers.SpatialDropout2D(0.0),
        k.layers.UnitNormalization(),
    ]
    return stack(k, (6, 6, 3), *layers)


@zoo(IMAGE, np.eye(4, dtype="float32")[indices(4, 6, 6)], loss="dice")
def segmentation(k):
    x = k.Input((6, 6, 3))
    down = k.layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    deep = k.layers.Conv2D(4, 3, padding="same")(k.layers.MaxPooling2D()(down))
    up = k.layers.UpSampling2D(2, interpolation="bilinear")(deep)
    joined = k.layers.Concatenate()([down, up])
    return k.Model(x, k.layers.Conv2D(4, 1, activation="softmax")(joined))


# Series


@zoo(SERIES)
def simple_rnn(k):
    first = k.layers.SimpleRNN(4, return_sequences=True, go_backwards=True)
    return stack(k, (5, 3), first, k.layers.SimpleRNN(3))


@zoo(SERIES)
def lstm(k):
    layers = [k.layers.LSTM(4, return_sequences=True), k.layers.LSTM(3, unroll=True)]
    return stack(k, (5, 3), *layers)


@zoo(SERIES)
def gru(k):
    layers = [
        k.layers.GRU(4, return_sequences=True, reset_after=False),
        k.layers.GRU(3, recurrent_regularizer="l2"),
    ]
    return stack(k, (5, 3), *layers)


@zoo(SERIES)
def stateful(k):
    lstm = k.layers.LSTM(4, stateful=True)
    return k.Sequential([k.Input(batch_shape=(N, 5, 3)), lstm, k.layers.Dense(2)])


@zoo(TOKENS, CLASSES, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
def bidirectional(k):
    layers = [
        k.layers.Embedding(7, 4),
        k.layers.Bidirectional(k.layers.LSTM(3, return_sequences=True)),
        k.layers.Bidirectional(k.layers.GRU(2), merge_mode="sum"),
        k.layers.Dense(3, activation="softmax"),
    ]
    return k.Sequential([k.Input((5,), dtype="int32"), *layers])


@zoo(MASKED)
def masked_tokens(k):
    layers = [k.layers.Embedding(7, 4, mask_zero=True), k.layers.LSTM(3)]
    return stack(k, (5,), *layers, dtype="int32")


@zoo(SERIES)
def masked_series(k):
    x = k.Input((5, 3))
    masked = k.layers.Masking(0.0)(x)
    each = k.layers.TimeDistributed(k.layers.Dense(4, activation="relu"))(masked)
    return k.Model(x, k.layers.Dense(2)(k.layers.GlobalAveragePooling1D()(each)))


@zoo(SERIES)
def cells(k):
    cells = [k.layers.LSTMCell(3), k.layers.GRUCell(2)]
    return stack(k, (5, 3), k.layers.RNN(k.layers.StackedRNNCells(cells)))


@zoo((TOKENS, MASKED), numbers(5, 4))
def encoder_decoder(k):
    source, target = (k.Input((5,), dtype="int32", name=n) for n in ("s", "t"))
    embed = k.layers.Embedding(7, 4)
    _, h, c = k.layers.LSTM(4, return_state=True)(embed(source))
    decoder = k.layers.LSTM(4, return_sequences=True)
    return k.Model([source, target], decoder(embed(target), initial_state=[h, c]))


# Attention


@zoo(TOKENS, CLASSES, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
def transformer(k):
    tokens = k.Input((5,), dtype="int32")
    x = k.layers.Embedding(7, 4)(tokens)
    attended = k.layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)
    x = k.layers.LayerNormalization()(x + attended)
    inner = k.layers.Dense(4)(k.layers.Dense(6, activation="gelu")(x))
    x = k.layers.GlobalAveragePooling1D()(k.layers.RMSNormalization()(x + inner))
    return k.Model(tokens, k.layers.Dense(3, activation="softmax")(x))


@zoo(SERIES)
def attention(k):
    x = k.Input((5, 3))
    a = k.layers.Attention(use_scale=True)([x, x])
    b = k.layers.AdditiveAttention()([x, x])
    c = k.layers.GroupQueryAttention(4, 4, 2)(x, x)
    joined = k.layers.Concatenate()([a, b, c])
    return k.Model(x, k.layers.Dense(2)(k.layers.GlobalAveragePooling1D()(joined)))


# Several inputs, outputs, parts


@zoo(ROWS, {"kind": CLASSES, "value": VALUES}, loss_weights={"kind": 2.0, "value": 0.5},
     loss={"kind": "sparse_categorical_crossentropy", "value": "mae"})  # fmt: skip
def dicts(k):
    left, right = k.Input((5,), name="left"), k.Input((6,), name="right")
    x = k.layers.Concatenate()([left, right])
    outputs = {
        "kind": k.layers.Dense(3, activation="softmax", name="kind")(x),
        "value": k.layers.Dense(2, name="value")(x),
    }
    return k.Model({"left": left, "right": right}, outputs)


@zoo([ROW, WIDE], [CLASSES, VALUES], loss=["sparse_categorical_crossentropy", "mse"])
def lists(k):
    left, right = k.Input((5,)), k.Input((6,))
    both = k.layers.Multiply()([k.layers.Dense(4)(left), k.layers.Dense(4)(right)])
    first = k.layers.Dense(3, activation="softmax", name="a")(both)
    return k.Model([left, right], [first, k.layers.Dense(2, name="b")(both)])


@zoo([ROW, ROW[::-1].copy()], indices(2, 1).astype("float32"),
     loss="binary_crossentropy", metrics=["AUC"])  # fmt: skip
def siamese(k):
    # Of a vector of zeros, as relu may give, Keras's gradient is not a number.
    tower = k.Sequential([k.Input((5,)), k.layers.Dense(4, "tanh"), k.layers.Dense(3)])
    a, b = k.Input((5,)), k.Input((5,))
    near = k.layers.Dot(1, normalize=True)([tower(a), tower(b)])
    return k.Model([a, b], k.layers.Dense(1, activation="sigmoid")(near))


@zoo(ROW)
def shared_layers(k):
    dense = k.layers.Dense(5, activation="tanh", name="shared")
    x = k.Input((5,))
    return k.Model(x, k.layers.Dense(2)(dense(dense(x))))


@zoo(ROW)
def nested(k):
    x = k.Input((5,))
    inner = k.Model(x, k.layers.Dense(4, name="inner_dense")(x), name="inner")
    block = [k.Input((4,)), k.layers.BatchNormalization(), k.layers.Dense(3)]
    return stack(k, (5,), inner, k.Sequential(block, name="block"))


@zoo(ROW)
def operations(k):
    x = k.Input((5,))
    y = k.layers.Dense(4)(x)
    y = k.ops.concatenate([y[:, :2] * 2.0, k.ops.sin(y[:, 2:]) + 1.0], axis=-1)
    y = k.ops.expand_dims(y, 1) - k.ops.mean(y, axis=-1, keepdims=True)[:, None]
    return k.Model(x, k.layers.Dense(2)(k.ops.squeeze(y, 1)))


# Classes of a user's own


@functools.cache
def network_class(k):
    @k.saving.register_keras_serializable("zoo")
    class Network(k.Model):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.hidden = [k.layers.Dense(units), k.layers.LayerNormalization()]
            self.out = k.layers.Dense(2)

        def call(self, x, training=False):
            for layer in self.hidden:
                x = layer(x)
            return self.out(x)

        def get_config(self):
            return {**super().get_config(), "units": self.units}

    return Network


@zoo(ROW, custom=lambda k: {"zoo>Network": network_class(k)})
def subclassed(k):
    model = network_class(k)(4)
    model(ROW)
    return model


@functools.cache
def layer_class(k):
    @k.saving.register_keras_serializable("zoo")
    class Scaled(k.layers.Layer):
        def __init__(self, power=1.0, **kwargs):
            super().__init__(**kwargs)
            self.power = power

        def build(self, input_shape):
            self.scale = self.add_weight(
                shape=(input_shape[-1],), initializer="ones", name="scale"
            )
            self.count = self.add_weight(initializer="zeros", trainable=False)

        def call(self, x):
            self.add_loss(0.01 * k.ops.sum(k.ops.square(self.scale)))
            self.count.assign_add(1.0)
            return x * self.scale**self.power + self.count * 0.1

        def get_config(self):
            return {**super().get_config(), "power": self.power}

    return Scaled


@zoo(ROW, custom=lambda k: {"zoo>Scaled": layer_class(k)})
def own_layer(k):
    return stack(k, (5,), layer_class(k)(2.0), k.layers.Dense(3))


@functools.cache
def trained_class(k):
    @k.saving.register_keras_serializable("zoo")
    class Weighted(k.Model):
        """Its loss is doubled for whatever is fed."""

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, **kw):
            return 2 * super().compute_loss(x, y, y_pred, sample_weight, **kw)

    return Weighted


@zoo(ROW, custom=lambda k: {"zoo>Weighted": trained_class(k)})
def own_training(k):
    x = k.Input((5,))
    return trained_class(k)(x, k.layers.Dense(2)(k.layers.Dense(4)(x)))


# Optimizers and precision


@zoo(ROW, optimizer=lambda k: k.optimizers.AdamW(0.01, weight_decay=0.1, use_ema=True))
def averaged(k):
    return stack(k, (5,), k.layers.Dense(4))


@zoo(ROW, optimizer=lambda k: k.optimizers.Adam(
    k.optimizers.schedules.CosineDecay(0.01, 10), gradient_accumulation_steps=2,
    global_clipnorm=0.5))  # fmt: skip
def accumulated(k):
    return stack(k, (5,), k.layers.Dense(4))


@zoo(ROW, optimizer=lambda k: k.optimizers.RMSprop(0.01, momentum=0.9, centered=True,
                                                   clipvalue=0.1))  # fmt: skip
def clipped(k):
    return stack(k, (5,), k.layers.Dense(4, use_bias=False), k.layers.Dense(3))


@zoo(ROW, optimizer=lambda k: k.optimizers.Nadam(0.01))
def bfloat16(k):
    policy = "mixed_bfloat16"
    return k.Sequential(
        [
            k.Input((5,)),
            k.layers.Dense(8, activation="relu", dtype=policy),
            k.layers.Dense(2, dtype="float32"),
        ]
    )


@zoo(ROW, optimizer=lambda k: k.optimizers.LossScaleOptimizer(k.optimizers.SGD(0.01)))
def float16(k):
    hidden = k.layers.Dense(8, activation="relu", dtype="mixed_float16")
    return k.Sequential([k.Input((5,)), hidden, k.layers.Dense(2, dtype="float32")])


@zoo(ROW, optimizer=lambda k: k.optimizers.Lion(0.001))
def frozen(k):
    norm = k.layers.BatchNormalization(trainable=False)
    hidden = k.layers.Dense(4, trainable=False)
    return stack(k, (5,), hidden, norm, k.layers.Dense(4))
