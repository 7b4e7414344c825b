"""Mistakes with data and models: each is told at once, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from addax import keras

X = np.zeros((20, 4), "float32")
LABELS = np.arange(20) % 3


def make(loss: Any = "sparse_categorical_crossentropy", units: int = 3) -> Any:
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(units, activation="softmax")],
        name="net",
    )
    model.compile("adam", loss, metrics=["accuracy"])
    return model


def with_nan(row: int) -> Any:
    x = X.copy()
    x[row, 2] = np.nan
    return x


CASES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "another width": (
        lambda: make().fit(np.zeros((20, 5)), LABELS, verbose=0),
        ValueError,
        r"Input of layer .* axis -1 .* size 4, found 5.*Received: shape=\(\d+, 5\)",
    ),
    "images for a flat input": (
        lambda: make().predict(np.zeros((20, 2, 2)), verbose=0),
        ValueError,
        r"x\.reshape\(-1, 4\) has the right shape",
    ),
    "one sample without a batch axis": (
        lambda: make().predict(np.zeros(4), verbose=0),
        ValueError,
        r"x\[None, \.\.\.\] makes a batch of one",
    ),
    "lengths that differ": (
        lambda: make().fit(X, LABELS[:7], verbose=0),
        ValueError,
        r"one entry per sample.*\[20, 7\]",
    ),
    "text": (
        lambda: make().fit(np.array([["a", {}]] * 20, object), LABELS, verbose=0),
        ValueError,
        r"Data must be numbers.*objects \(dict, str\)",
    ),
    "labels out of range": (
        lambda: make().fit(X, LABELS + 1, verbose=0),
        ValueError,
        r"A label is not one of the model's 3 classes. Received: y\[2\]=3",
    ),
    "labels below zero": (
        lambda: make().fit(X, LABELS - 1, verbose=0),
        ValueError,
        r"A label is not one of the model's 3 classes. Received: y\[0\]=-1",
    ),
    "one-hot labels for a sparse loss": (
        lambda: make().fit(X, np.eye(3)[LABELS], verbose=0),
        ValueError,
        r"(?s)categorical_crossentropy",
    ),
    "integer labels for a one-hot loss": (
        lambda: make("categorical_crossentropy").fit(X, LABELS, verbose=0),
        ValueError,
        r"(?s)sparse_categorical_crossentropy",
    ),
    "a loss that does not exist": (
        lambda: make("sparse_categorical_crosentropy").fit(X, LABELS, verbose=0),
        ValueError,
        r"(?s)Did you mean 'sparse_categorical_crossentropy'",
    ),
    "an optimizer that does not exist": (
        lambda: make().compile("adamm", "mse"),
        ValueError,
        r"(?s)Did you mean 'adam'",
    ),
    "NaN in x": (
        lambda: make().fit(with_nan(13), LABELS, verbose=0),
        ValueError,
        r"(?s)There is NaN \(not a number\) in x\..*first=13.*nan_to_num",
    ),
    "NaN in y": (
        lambda: make("mse", 1).fit(X, np.full((20, 1), np.nan), verbose=0),
        ValueError,
        r"There is NaN \(not a number\) in y\.",
    ),
    "no samples": (
        lambda: make().fit(X[:0], LABELS[:0], verbose=0),
        ValueError,
        r"There is no data.*\(0, 4\)",
    ),
    "no data": (
        lambda: make().fit(None, verbose=0),
        ValueError,
        r"There is no data\. Received: x=None",
    ),
    "a generator that is used up": (
        lambda: make().fit(iter([]), verbose=0),
        ValueError,
        r"The data set gave no batches",
    ),
    "not compiled": (
        lambda: keras.Sequential([keras.layers.Dense(1)], name="net").fit(X, LABELS),
        RuntimeError,
        r"(?s)Model 'net' must be compiled before fit\(\).*model\.compile\(",
    ),
    "no loss": (
        lambda: _no_loss().fit(X, LABELS, verbose=0),
        ValueError,
        r"There is no loss to minimise",
    ),
    "no targets": (
        lambda: make().fit(X, verbose=0),
        ValueError,
        r"A loss needs targets",
    ),
    "weights before building": (
        lambda: keras.Sequential([keras.layers.Dense(1)], name="net").count_params(),
        ValueError,
        r"Layer 'net' has no weights to count yet",
    ),
    "targets beside a data set": (
        lambda: make().fit(iter([(X, LABELS)]), LABELS, verbose=0),
        ValueError,
        r"y goes with arrays only",
    ),
    "a split of nothing": (
        lambda: make().fit(X[:1], LABELS[:1], validation_split=0.2, verbose=0),
        ValueError,
        r"validation_split leaves one part empty",
    ),
    "a misspelt argument": (
        lambda: make().fit(X, LABELS, epoch=3),
        TypeError,
        r"fit\(\) has no argument 'epoch'",
    ),
    "two losses for one output": (
        lambda: make(["mse", "mae"]).fit(X, LABELS, verbose=0),
        ValueError,
        r"The model has one output, but loss has 2 entries",
    ),
    "a loss for an output that is not there": (
        lambda: make({"lable": "mse"}).fit(X, LABELS, verbose=0),
        ValueError,
        r"loss names an output that the model does not have",
    ),
}


def _no_loss() -> Any:
    model = make()
    model.compile("adam")
    return model


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_mistakes_are_explained(
    case: tuple[Callable[[], Any], type[Exception], str],
) -> None:
    run, kind, text = case
    with pytest.raises(kind, match=text):
        run()


def test_a_refused_fit_changes_no_weights() -> None:
    model = make()
    before = model.get_weights()
    with pytest.raises(ValueError, match="NaN"):
        model.fit(with_nan(0), LABELS, verbose=0)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
