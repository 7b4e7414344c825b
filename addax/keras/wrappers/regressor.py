"""`SKLearnRegressor`: a model that predicts numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.keras.wrappers.estimator import KerasEstimator, base, validation


class SKLearnRegressor(base.RegressorMixin, KerasEstimator):
    """A regressor of scikit-learn around a model.

    Args:
        model: A compiled model, or a function of `X`, `y` (with two axes) and
            `model_kwargs` that makes one. A model is copied before it is fitted.
        warm_start: Whether to go on with the model from the last fit.
        model_kwargs: Arguments for the function.
        fit_kwargs: Arguments for `model.fit`.

    Attributes:
        model_: The fitted model.
        history_: Each metric's name and the list of its values.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> regressor = keras.wrappers.SKLearnRegressor(model)
    >>> regressor.fit(np.ones((4, 2)), np.ones(4)).predict(np.ones((3, 2))).shape
    (3,)
    """

    def _process_target(self, y: Any, reset: bool = False) -> Any:
        y = validation.check_array(y, ensure_2d=False, dtype="numeric")
        if reset:
            self._flat = y.ndim == 1
        y = np.asarray(y, "float32")
        return y[:, None] if y.ndim == 1 else y

    def predict(self, X: Any) -> Any:
        """The model's outputs, in the form that the targets had.

        Args:
            X: Samples.
        """
        outputs = self._outputs(X)
        return outputs[:, 0] if self._flat and outputs.shape[1:] == (1,) else outputs
