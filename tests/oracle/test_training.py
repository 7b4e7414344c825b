"""fit, evaluate and predict against the real Keras: histories, weights, outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras as real
import numpy as np
import pytest

from addax import keras

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 6)).astype("float32")
IMAGES = RNG.normal(size=(50, 8, 8, 3)).astype("float32")
CLASSES = RNG.integers(0, 3, 50).astype("int32")
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]
BINARY = (CLASSES > 0).astype("float32")[:, None]
VALUES = RNG.normal(size=(50, 2)).astype("float32")
WEIGHTS = RNG.uniform(0.5, 2.0, 50).astype("float32")


def mlp(k: Any, out: int = 3, activation: str | None = "softmax") -> Any:
    return k.Sequential(
        [
            k.Input((6,)),
            k.layers.Dense(8, activation="relu"),
            k.layers.Dense(out, activation=activation),
        ]
    )


def regularised(k: Any) -> Any:
    x = k.Input((6,))
    y = k.layers.Dense(8, activation="tanh", kernel_regularizer="l2")(x)
    y = k.layers.Dense(
        2, bias_regularizer=k.regularizers.L1(0.1), activity_regularizer="l2"
    )(y)
    return k.Model(x, y)


def cnn(k: Any) -> Any:
    # No bias before the normalisation: its gradient is rounding noise, which Adam
    # would blow up to steps of full size.
    return k.Sequential(
        [
            k.Input((8, 8, 3)),
            k.layers.Conv2D(4, 3, padding="same", use_bias=False),
            k.layers.BatchNormalization(),
            k.layers.Activation("relu"),
            k.layers.MaxPooling2D(),
            k.layers.Flatten(),
            k.layers.Dense(3),
        ]
    )


def frozen(model: Any) -> Any:
    model.layers[1].trainable = False  # uses, and keeps, its moving statistics
    return model


def two_outputs(k: Any) -> Any:
    x = k.Input((6,))
    shared = k.layers.Dense(5, activation="relu")(x)
    a = k.layers.Dense(3, activation="softmax", name="kind")(shared)
    b = k.layers.Dense(2, name="value")(shared)
    return k.Model(x, [a, b])


def dict_outputs(k: Any) -> Any:
    x = k.Input((6,))
    a = k.layers.Dense(3, activation="softmax", name="kind")(x)
    b = k.layers.Dense(2, name="value")(x)
    return k.Model(x, {"kind": a, "value": b})


class Case(NamedTuple):
    model: Callable[[Any], Any]
    compile: Callable[[Any], dict[str, Any]]
    x: Any
    y: Any
    fit: dict[str, Any] = {}  # noqa: RUF012 - a fixed table


CASES = {
    "sparse": Case(
        mlp,
        lambda k: {
            "optimizer": "adam",
            "loss": "sparse_categorical_crossentropy",
            "metrics": ["accuracy"],
        },
        X,
        CLASSES,
    ),
    "one-hot, sgd with momentum": Case(
        mlp,
        lambda k: {
            "optimizer": k.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
            "loss": "categorical_crossentropy",
            "metrics": ["acc", k.metrics.Precision(), "mse"],
        },
        X,
        ONE_HOT,
        {"batch_size": 7},
    ),
    "binary with validation split": Case(
        lambda k: mlp(k, 1, "sigmoid"),
        lambda k: {
            "optimizer": "rmsprop",
            "loss": "binary_crossentropy",
            "metrics": ["accuracy", "AUC"],
        },
        X,
        BINARY,
        {"validation_split": 0.2},
    ),
    "regression with sample weights": Case(
        lambda k: mlp(k, 2, None),
        lambda k: {
            "optimizer": "adagrad",
            "loss": "mse",
            "metrics": ["mae"],
            "weighted_metrics": ["mse"],
        },
        X,
        VALUES,
        {"sample_weight": WEIGHTS},
    ),
    "class weights": Case(
        mlp,
        lambda k: {
            "optimizer": "sgd",
            "loss": "sparse_categorical_crossentropy",
            "weighted_metrics": ["accuracy"],
        },
        X,
        CLASSES,
        {"class_weight": {0: 1.0, 1: 2.0, 2: 0.5}},
    ),
    "penalties": Case(
        regularised, lambda k: {"optimizer": "sgd", "loss": "mse"}, X, VALUES
    ),
    "decaying rate, clipped": Case(
        lambda k: mlp(k, 2, None),
        lambda k: {
            "optimizer": k.optimizers.Adam(
                k.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), clipnorm=0.1
            ),
            "loss": "huber",
        },
        X,
        VALUES,
    ),
    "batch normalisation, last batch smaller": Case(
        cnn,
        lambda k: {
            "optimizer": "adam",
            "loss": k.losses.SparseCategoricalCrossentropy(from_logits=True),
            "metrics": ["accuracy"],
        },
        IMAGES,
        CLASSES,
        {"batch_size": 16, "validation_data": (IMAGES[:9], CLASSES[:9])},
    ),
    "two outputs, lists": Case(
        two_outputs,
        lambda k: {
            "optimizer": "adam",
            "loss": ["categorical_crossentropy", "mse"],
            "loss_weights": [1.0, 0.3],
            "metrics": [["accuracy"], ["mae"]],
        },
        X,
        [ONE_HOT, VALUES],
    ),
    "two outputs, names": Case(
        two_outputs,
        lambda k: {
            "optimizer": "adam",
            "loss": {"kind": "categorical_crossentropy", "value": "mae"},
            "metrics": {"kind": "accuracy"},
        },
        X,
        {"kind": ONE_HOT, "value": VALUES},
    ),
    "two outputs, weights of samples": Case(
        two_outputs,
        lambda k: {
            "optimizer": "adam",
            "loss": ["categorical_crossentropy", "mse"],
            "weighted_metrics": [["accuracy"], ["mae"]],
        },
        X,
        [ONE_HOT, VALUES],
        {"sample_weight": [WEIGHTS, WEIGHTS[::-1].copy()]},
    ),
    "dicts of targets and of weights": Case(
        dict_outputs,
        lambda k: {
            "optimizer": "adam",
            "loss": {"kind": "categorical_crossentropy", "value": "mse"},
            "weighted_metrics": {"value": "mae"},
        },
        X,
        {"kind": ONE_HOT, "value": VALUES},
        {"sample_weight": {"kind": WEIGHTS, "value": WEIGHTS[::-1].copy()}},
    ),
    "frozen normalisation": Case(
        lambda k: frozen(cnn(k)),
        lambda k: {
            "optimizer": "sgd",
            "loss": k.losses.SparseCategoricalCrossentropy(from_logits=True),
        },
        IMAGES,
        CLASSES,
    ),
    "dict of outputs": Case(
        dict_outputs,
        lambda k: {
            "optimizer": "adam",
            "loss": {"kind": "categorical_crossentropy", "value": "mse"},
            "loss_weights": {"kind": 2.0, "value": 0.5},
        },
        X,
        {"kind": ONE_HOT, "value": VALUES},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_fit_evaluate_predict(case: Case) -> None:
    for k in (real, keras):
        k.utils.clear_session()  # names are numbered afresh: `precision`, not `_1`
    theirs, ours = case.model(real), case.model(keras)
    ours.set_weights(theirs.get_weights())
    fit = {"epochs": 3, "batch_size": 32, "shuffle": False, "verbose": 0, **case.fit}
    histories = []
    for model, k in ((theirs, real), (ours, keras)):
        model.compile(**case.compile(k))
        histories.append(model.fit(case.x, case.y, **fit).history)
    expected, found = histories
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(
            found[name], values, rtol=2e-4, atol=2e-5, err_msg=name
        )
    for a, b in zip(theirs.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-3, atol=2e-5)
    np.testing.assert_allclose(
        ours.evaluate(case.x, case.y, verbose=0),
        theirs.evaluate(case.x, case.y, verbose=0),
        rtol=1e-3,
        atol=2e-5,
    )
    _same(ours.predict(case.x, verbose=0), theirs.predict(case.x, verbose=0))


def _same(found: Any, expected: Any) -> None:
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for name in expected:
            _same(found[name], expected[name])
    elif isinstance(expected, list):
        for a, b in zip(found, expected, strict=True):
            _same(a, b)
    else:
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


def test_on_batch_methods() -> None:
    theirs, ours = mlp(real), mlp(keras)
    ours.set_weights(theirs.get_weights())
    for model in (theirs, ours):
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    for i in range(3):
        batch = X[i * 8 : i * 8 + 8], CLASSES[i * 8 : i * 8 + 8]
        np.testing.assert_allclose(
            ours.train_on_batch(*batch), theirs.train_on_batch(*batch), rtol=1e-4
        )
    for model in (theirs, ours):
        model.reset_metrics()
    np.testing.assert_allclose(
        ours.test_on_batch(X, CLASSES), theirs.test_on_batch(X, CLASSES), rtol=1e-4
    )
    np.testing.assert_allclose(
        ours.predict_on_batch(X), theirs.predict_on_batch(X), rtol=1e-4, atol=1e-6
    )


def test_half_precision_scales_the_loss() -> None:
    models, histories = [], []
    for k in (real, keras):
        k.config.set_dtype_policy("mixed_float16")
        try:
            models.append(mlp(k))
        finally:
            k.config.set_dtype_policy("float32")
    theirs, ours = models
    ours.set_weights(theirs.get_weights())
    for model in models:
        model.compile("sgd", "sparse_categorical_crossentropy")
        fit = model.fit(X, CLASSES, epochs=3, shuffle=False, verbose=0)
        histories.append(fit.history["loss"])
    assert type(ours.optimizer).__name__ == type(theirs.optimizer).__name__
    assert isinstance(ours.optimizer.inner_optimizer, keras.optimizers.SGD)
    np.testing.assert_allclose(*histories, rtol=5e-3)
    ours.compile("sgd", "mse", auto_scale_loss=False)
    assert isinstance(ours.optimizer, keras.optimizers.SGD)
