"""Models among scikit-learn's tools: pipelines, searches, scores."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.datasets import make_blobs
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from addax import keras
from addax.keras import wrappers

X, INDEX = make_blobs(60, centers=3, n_features=4, random_state=0)
LABELS = np.array(["a", "b", "c"])[INDEX]


def network(units, loss, activation=None):
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(units, activation=activation)]
    )
    model.compile(keras.optimizers.Adam(0.1), loss)
    return model


def make(X, y, hidden=4):
    layers = [keras.Input(X.shape[1:]), keras.layers.Dense(hidden, "relu")]
    out = keras.layers.Dense(y.shape[1], activation="softmax")
    model = keras.Sequential([*layers, out])
    model.compile(keras.optimizers.Adam(0.1), "categorical_crossentropy")
    return model


def classifier(**kwargs):
    return wrappers.SKLearnClassifier(make, fit_kwargs={"epochs": 20}, **kwargs)


@pytest.mark.parametrize(
    "model, labels",
    [
        (make, LABELS),
        (network(3, "categorical_crossentropy", "softmax"), INDEX),
        (network(3, keras.losses.SparseCategoricalCrossentropy(True)), LABELS),
        (network(1, "binary_crossentropy", "sigmoid"), LABELS == "b"),
    ],
    ids=["function", "one-hot", "sparse", "binary"],
)
def test_classes(model, labels):
    keras.utils.set_random_seed(0)
    estimator = make_pipeline(
        StandardScaler(), wrappers.SKLearnClassifier(model, fit_kwargs={"epochs": 30})
    )
    estimator.fit(X, labels)
    assert estimator.score(X, labels) > 0.9
    found = estimator.predict(X)
    assert found.dtype == labels.dtype
    proba = estimator.predict_proba(X)
    assert proba.shape == (60, len(np.unique(labels)))
    if model is not make:  # the model that was given is left alone
        assert estimator[-1].model is model
        assert estimator[-1].model_ is not model


def test_search_and_scores():
    keras.utils.set_random_seed(0)
    search = GridSearchCV(
        classifier(), {"model_kwargs": [{"hidden": 1}, {"hidden": 6}]}, cv=2
    )
    search.fit(X, LABELS)
    assert search.best_score_ > 0.6
    assert len(cross_val_score(classifier(), X, LABELS, cv=2)) == 2


def test_copies_are_not_fitted():
    fitted = classifier().fit(X, LABELS, epochs=1)
    assert len(fitted.history_["loss"]) == 1
    copy = clone(fitted)
    with pytest.raises(NotFittedError):
        copy.predict(X)


@pytest.mark.parametrize("shape", [(60,), (60, 1), (60, 2)])
def test_numbers(shape):
    keras.utils.set_random_seed(0)
    y = X @ np.ones((4, shape[1] if len(shape) > 1 else 1))
    y = y.reshape(shape)
    model = network(y.size // 60, "mse")
    regressor = wrappers.SKLearnRegressor(model, fit_kwargs={"epochs": 200})
    assert regressor.fit(X, y).predict(X).shape == shape
    assert regressor.score(X, y) > 0.9


def test_features():
    model = network(3, "categorical_crossentropy", "softmax")
    features = wrappers.SKLearnTransformer(model, fit_kwargs={"epochs": 20})
    one_hot = np.eye(3)[INDEX]
    assert features.fit(X, one_hot).transform(X).shape == (60, 3)
    again = wrappers.SKLearnTransformer(features.model_, warm_start=True)
    chain = make_pipeline(again.fit(X, one_hot), LogisticRegression())
    assert chain[:-1].transform(X).shape == (60, 3)


def test_going_on():
    model = network(3, "sparse_categorical_crossentropy", "softmax")
    estimator = wrappers.SKLearnClassifier(model, warm_start=True)
    estimator.fit(X, INDEX)
    assert estimator.model_ is model
    before = model.get_weights()[0]
    estimator.fit(X, INDEX)
    estimator.partial_fit(X, INDEX)
    assert estimator.model_ is model
    assert not np.array_equal(before, model.get_weights()[0])


@pytest.mark.parametrize(
    "call, error, text",
    [
        (lambda: classifier().fit(X, X[:, 0]), ValueError, "Unknown label type"),
        (
            lambda: classifier().fit(X, LABELS).predict(X[:, :2]),
            ValueError,
            "axis -1 to have size 4, found 2",
        ),
        (
            lambda: wrappers.SKLearnRegressor(
                keras.Sequential([keras.layers.Dense(1)])
            ).fit(X, INDEX),
            RuntimeError,
            "must be compiled, with a loss",
        ),
    ],
    ids=["numbers as labels", "another width", "not compiled"],
)
def test_mistakes(call, error, text):
    with pytest.raises(error, match=text):
        call()
