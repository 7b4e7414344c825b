"""Distillation against the real Keras: losses, histories, configurations, files."""

from __future__ import annotations

from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras
from tests.oracle.layer_cases import plain, same_weights

RNG = np.random.default_rng(0)
T, S = RNG.normal(size=(2, 4, 3)).astype("float32")
X, Y = RNG.normal(size=(8, 5)).astype("float32"), RNG.integers(0, 3, 8)

LOSSES = [
    "LogitsDistillation()",
    "LogitsDistillation(2.0, 'categorical_crossentropy')",
    "FeatureDistillation()",
    "FeatureDistillation('cosine_similarity', 'hid', 'out')",
    "LogitsDistillation(loss=keras.losses.MeanAbsoluteError())",
]


@pytest.mark.parametrize("code", LOSSES)
def test_losses(code: str) -> None:
    ours, theirs = (
        eval(f"keras.distillation.{code}", {"keras": module})
        for module in (keras, oracle)
    )
    found, expected = (loss.compute_loss(T, S) for loss in (ours, theirs))
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert plain(ours.get_config()) == plain(theirs.get_config())
    again = type(ours).from_config(ours.get_config())
    np.testing.assert_allclose(again.compute_loss(T, S), expected, rtol=1e-5)


def test_several_outputs() -> None:
    loss = keras.distillation.LogitsDistillation(1.0, ["mse", None])
    value = float(loss.compute_loss([T, S], [S, T]))
    np.testing.assert_allclose(value, ((T - S) ** 2).mean(), rtol=1e-5)
    assert type(loss).from_config(loss.get_config()).loss[1] is None


def _model(module: Any, size: int) -> Any:
    x = module.Input((5,))
    hidden = module.layers.Dense(size, activation="relu", name="hid")(x)
    return module.Model(x, module.layers.Dense(3, name="out")(hidden))


def _distiller(module: Any) -> Any:
    d = module.distillation
    losses = [
        d.LogitsDistillation(loss="mse"),
        d.FeatureDistillation("mae", "hid", "hid"),
    ]
    made = d.Distiller(_model(module, 4), _model(module, 4), losses, [1.0, 0.5], 0.3)
    made.compile(
        optimizer=module.optimizers.SGD(0.1),
        loss=module.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return made


def test_training_and_files(tmp_path: Any) -> None:
    pair = _distiller(keras), _distiller(oracle)
    for part in ("teacher", "student"):
        ours, theirs = (getattr(each, part) for each in pair)
        same_trainable = [w.trainable for w in ours.weights]
        assert same_trainable == [w.trainable for w in theirs.weights]
        same_weights(ours, theirs, np.random.default_rng(1))
    options: dict[str, Any] = {"epochs": 2, "batch_size": 4, "shuffle": False}
    found, expected = (each.fit(X, Y, verbose=0, **options).history for each in pair)
    assert sorted(found) == sorted(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-4)
    assert len(pair[0].trainable_weights) == 4
    pair[0].save(tmp_path / "ours.keras")
    pair[1].save(tmp_path / "theirs.keras")
    for module, name in ((keras, "theirs"), (oracle, "ours")):
        again = module.models.load_model(tmp_path / f"{name}.keras", compile=False)
        answers = pair[1].student.predict(X, verbose=0)
        np.testing.assert_allclose(again.predict(X, verbose=0), answers, rtol=1e-4)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda d, t, s: d.Distiller(3, s, d.LogitsDistillation()), "The teacher is a"),
        (lambda d, t, s: d.Distiller(t, s, "kl"), "A distillation loss is a keras"),
        (
            lambda d, t, s: d.Distiller(t, s, d.LogitsDistillation(), [1.0, 2.0]),
            "a weight for each",
        ),
        (
            lambda d, t, s: d.Distiller(t, s, d.LogitsDistillation(), None, 2.0),
            "is a part, from 0 to 1",
        ),
        (
            lambda d, t, s: d.Distiller(t, s, d.FeatureDistillation("mse", "hide")),
            "hide",
        ),
        (lambda d, t, s: d.LogitsDistillation(0), "`temperature` must be positive"),
        (lambda d, t, s: d.FeatureDistillation([None]), "at least one output"),
        (lambda d, t, s: d.LogitsDistillation().compute_loss([T], [S, T]), "as many"),
    ],
)
def test_mistakes_are_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        make(keras.distillation, _model(keras, 4), _model(keras, 2))
    assert "Received: " in str(error.value)
