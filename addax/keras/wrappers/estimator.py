"""What the estimators share: making a model, fitting it, asking it."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.lazy import optional_import
from addax.keras.models import Model, clone_model

_PURPOSE = "An estimator of scikit-learn"

base: Any = optional_import("sklearn.base", extra="sklearn", purpose=_PURPOSE)
validation: Any = optional_import(
    "sklearn.utils.validation", extra="sklearn", purpose=_PURPOSE
)
multiclass: Any = optional_import(
    "sklearn.utils.multiclass", extra="sklearn", purpose=_PURPOSE
)


class KerasEstimator(base.BaseEstimator):
    """A model with the methods that scikit-learn's estimators have.

    Args:
        model: A compiled model, or a function of `X`, `y` and `model_kwargs` that
            makes one. A model is copied before it is fitted.
        warm_start: Whether to go on with the model, and its weights, from the last
            fit.
        model_kwargs: Arguments for the function.
        fit_kwargs: Arguments for `model.fit`.

    Attributes:
        model_: The fitted model.
        history_: Each metric's name and the list of its values.
    """

    def __init__(
        self,
        model: Any,
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
    ) -> None:
        # As they are: scikit-learn compares them with what it gave.
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    def fit(self, X: Any, y: Any = None, **kwargs: Any) -> Any:
        """Fits the model.

        Args:
            X: Samples, `(samples, features)` or with more axes.
            y: Targets.
            **kwargs: Arguments of `model.fit`; they come before `fit_kwargs`.

        Returns:
            The estimator.

        Raises:
            ValueError: If the data or the model do not fit.
        """
        X = self._checked(X, reset=True)
        y = self._process_target(y, reset=True)
        again = self.warm_start and hasattr(self, "model_")
        if not again:
            self.model_ = self._make(X, y)
        arguments = {"verbose": 0, **(self.fit_kwargs or {}), **kwargs}
        targets = self._targets(y)
        history = self.model_.fit(x=X, y=targets, **arguments)
        self.history_ = history.history
        return self

    def partial_fit(self, X: Any, y: Any = None, **kwargs: Any) -> Any:
        """Goes on fitting for an epoch.

        Args:
            X: Samples.
            y: Targets.
            **kwargs: Arguments of `model.fit`.

        Returns:
            The estimator.
        """
        if not hasattr(self, "model_"):
            return self.fit(X, y, **{"epochs": 1, **kwargs})
        X, y = self._checked(X), self._process_target(y)
        arguments = {"verbose": 0, "epochs": 1, **kwargs}
        self.model_.fit(x=X, y=self._targets(y), **arguments)
        return self

    def _outputs(self, X: Any) -> Any:
        validation.check_is_fitted(self, "model_")
        return self.model_.predict(self._checked(X), verbose=0)

    def _make(self, X: Any, y: Any) -> Any:
        if isinstance(self.model, Model):
            model = self.model if self.warm_start else _copied(self.model)
        else:
            model = self.model(X=X, y=y, **(self.model_kwargs or {}))
        if not getattr(model, "compiled", False) or model.loss is None:
            raise RuntimeError(
                explain(
                    "The model must be compiled, with a loss.",
                    received={"model": model},
                    why="An estimator calls only fit and predict.",
                    fix="model.compile(optimizer='adam', loss='mse')",
                )
            )
        return model

    def _checked(self, X: Any, reset: bool = False) -> Any:
        return validation.validate_data(
            self, X, reset=reset, ensure_2d=False, allow_nd=True, dtype="numeric"
        )

    def _process_target(self, y: Any, reset: bool = False) -> Any:
        """The targets that the model is fitted to."""
        if y is None:
            return None
        return np.asarray(y, "float32")

    def _targets(self, y: Any) -> Any:
        return y

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True
        return tags


def _copied(model: Any) -> Any:
    made = clone_model(model)
    config = model.get_compile_config()
    if config is not None:
        made.compile_from_config(config)
    return made
