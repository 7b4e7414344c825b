"""`SKLearnClassifier`: a model that tells classes apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras.wrappers.estimator import KerasEstimator, base, multiclass, validation


class SKLearnClassifier(base.ClassifierMixin, KerasEstimator):
    """A classifier of scikit-learn around a model.

    Labels may be anything. A model made by a function, or one whose last layer has a
    unit for each class, gets them one-hot; one with a sparse loss gets their indices;
    one with a single unit gets 0 and 1.

    Args:
        model: A compiled model, or a function of `X`, `y` (one-hot) and
            `model_kwargs` that makes one. A model is copied before it is fitted.
        warm_start: Whether to go on with the model from the last fit.
        model_kwargs: Arguments for the function.
        fit_kwargs: Arguments for `model.fit`.

    Attributes:
        model_: The fitted model.
        history_: Each metric's name and the list of its values.
        classes_: The labels, sorted.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> def make(X, y):
    ...     output = keras.layers.Dense(y.shape[1], activation="softmax")
    ...     model = keras.Sequential([keras.Input(X.shape[1:]), output])
    ...     model.compile("adam", "categorical_crossentropy")
    ...     return model
    >>> X, y = np.eye(4), np.array(["no", "yes", "no", "yes"])
    >>> classifier = keras.wrappers.SKLearnClassifier(make, fit_kwargs={"epochs": 9})
    >>> classifier.fit(X, y).classes_.tolist()
    ['no', 'yes']
    """

    def _process_target(self, y: Any, reset: bool = False) -> Any:
        kind = multiclass.type_of_target(y, raise_unknown=True)
        if kind not in ("binary", "multiclass"):
            raise ValueError(
                explain(
                    "A classifier takes one label for each sample.",
                    received={"y": y},
                    why=f"Unknown label type: these are {kind} targets.",
                    fix="SKLearnRegressor(model) takes numbers.",
                )
            )
        y = validation.column_or_1d(y, warn=True)
        if reset:
            self.classes_ = np.unique(y)
        unknown = np.setdiff1d(y, self.classes_)
        if unknown.size:
            raise ValueError(
                explain(
                    "There are labels that the first fit did not have.",
                    received={"y": unknown.tolist()},
                    why=f"The model tells apart: {self.classes_.tolist()}.",
                )
            )
        index = np.searchsorted(self.classes_, y)
        return np.eye(len(self.classes_), dtype="float32")[index]

    def _targets(self, y: Any) -> Any:
        if _is_sparse(self.model_.loss):
            return y.argmax(1)
        graph = getattr(self.model_, "_graph", None)
        if graph is not None and graph.outputs[0].shape[-1] == 1 and y.shape[1] == 2:
            return y[:, 1:]
        return y

    def decision_function(self, X: Any) -> Any:
        """The model's outputs.

        Args:
            X: Samples.

        Returns:
            `(samples, classes)`; one number a sample if there are two classes.
        """
        outputs = self._outputs(X)
        if len(self.classes_) == 2:
            outputs = outputs[:, -1]
        return outputs

    def predict_proba(self, X: Any) -> Any:
        """The model's outputs, for both classes if it has a single unit.

        Args:
            X: Samples.
        """
        outputs = self._outputs(X)
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def predict(self, X: Any) -> Any:
        """The most likely label of each sample.

        Args:
            X: Samples.
        """
        best = self.predict_proba(X).argmax(1)
        return self.classes_[best]


def _is_sparse(loss: Any) -> bool:
    """Whether a loss takes indices of classes."""
    found = [loss, getattr(loss, "name", ""), getattr(loss, "__name__", "")]
    return any("sparse" in name.lower() for name in found if isinstance(name, str))
