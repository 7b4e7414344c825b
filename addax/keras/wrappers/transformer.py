"""`SKLearnTransformer`: a model whose outputs are features for what comes after."""

from __future__ import annotations

from typing import Any

from addax.keras.wrappers.estimator import KerasEstimator, base


class SKLearnTransformer(base.TransformerMixin, KerasEstimator):
    """A transformer of scikit-learn around a model.

    Args:
        model: A compiled model, or a function of `X`, `y` and `model_kwargs` that
            makes one. A model is copied before it is fitted.
        warm_start: Whether to go on with the model from the last fit.
        model_kwargs: Arguments for the function.
        fit_kwargs: Arguments for `model.fit`.

    Attributes:
        model_: The fitted model.
        history_: Each metric's name and the list of its values.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> model.compile("sgd", "mse")
    >>> transformer = keras.wrappers.SKLearnTransformer(model)
    >>> transformer.fit_transform(np.ones((4, 2)), np.ones((4, 3))).shape
    (4, 3)
    """

    def transform(self, X: Any) -> Any:
        """The model's outputs.

        Args:
            X: Samples.
        """
        return self._outputs(X)
