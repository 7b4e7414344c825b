"""`Steps`: what `compile` sets up, and one step of training, evaluation, prediction."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import GradientTape, Tensor, tree
from addax.keras import optimizers
from addax.keras.metrics import Mean
from addax.keras.trainers import data as data_module
from addax.keras.trainers.compile_loss import CompileLoss
from addax.keras.trainers.compile_metrics import CompileMetrics
from addax.keras.trainers.runner import Runner


class Steps:
    """The steps of a model, and the losses and metrics that they use."""

    def __init__(self) -> None:
        self.optimizer: Any = None
        self.loss: Any = None
        self.stop_training = False
        self.history: Any = None
        self.compiled = False
        self.run_eagerly = False
        self.jit_compile = True
        self.steps_per_execution = 1
        self._loss_tracker: Mean | None = None
        self._compile_loss: CompileLoss | None = None
        self._compile_metrics: CompileMetrics | None = None
        self._compile_arguments: dict[str, Any] | None = None
        self._runners: dict[Any, Runner] = {}
        # Of the training in progress: its callbacks, its data, and the backup that
        # it goes on from.
        self._hooks: Any = None
        self._feed: Any = None
        self._backup: Any = None

    # Setting up

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Says how to train.

        Args:
            optimizer: An optimizer or its name.
            loss: A loss, its name or a function; a list or dict for several outputs.
            loss_weights: Factors of the outputs' losses. (Metrics in this place, where
                Keras 2 had them, are metrics.)
            metrics: Metrics, their names or functions; by output for several.
            weighted_metrics: Metrics that take sample and class weights.
            run_eagerly: Whether steps run as plain Python, for debugging.
            steps_per_execution: Kept for Keras's signature; adapts by itself.
            jit_compile: Kept for Keras's signature; steps are always compiled.
            auto_scale_loss: Whether, with the policy `"mixed_float16"`, the optimizer
                is put into a `LossScaleOptimizer`.
        """
        if metrics is None and _are_metrics(loss_weights):
            # Keras 2 had the metrics here: compile("adam", "mse", ["mae"]).
            metrics, loss_weights = loss_weights, None
        given = self.optimizer = optimizers.get(optimizer)
        scales = given is None or isinstance(given, optimizers.LossScaleOptimizer)
        if auto_scale_loss and self._computes_in_halves() and not scales:
            # Gradients of a size that float16 rounds to zero are common.
            self.optimizer = optimizers.LossScaleOptimizer(given)
        self.loss = loss
        self.run_eagerly = run_eagerly
        self.steps_per_execution = steps_per_execution
        self.jit_compile = jit_compile
        names = self._output_names()
        self._loss_tracker = Mean(name="loss")
        self._compile_loss = CompileLoss(loss, loss_weights, names)
        self._compile_metrics = CompileMetrics(metrics, weighted_metrics, names)
        self._compile_arguments = {
            "optimizer": given,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile is True,
        }
        self._runners = {}
        self.stop_training = False
        self.compiled = True

    def _computes_in_halves(self) -> bool:
        policy = getattr(self, "dtype_policy", None)
        return getattr(policy, "name", None) == "mixed_float16"

    def _output_names(self) -> list[str]:
        return self.output_names if getattr(self, "_graph", None) is not None else []  # type: ignore[attr-defined]

    @property
    def metrics(self) -> list[Any]:
        """The loss's mean, the metrics of `compile`, and those of the layers."""
        found = [] if self._loss_tracker is None else [self._loss_tracker]
        found += super().metrics  # type: ignore[misc]
        if self._compile_loss is not None:
            found += self._compile_loss.metrics
        unique = {id(m): m for m in found}
        if self._compile_metrics is not None:
            # One object for all of them, as in Keras: it knows which of them there
            # are only when it has seen targets and outputs.
            unique[id(self._compile_metrics)] = self._compile_metrics
            for inner in self._compile_metrics.metrics:
                unique.pop(id(inner), None)
        return list(unique.values())

    @property
    def metrics_names(self) -> list[str]:
        """The names under which `evaluate` returns the metrics."""
        compiled = self._compile_metrics
        names = [m.name for m in self.metrics if m is not compiled]
        return names if compiled is None else names + compiled.names

    def reset_metrics(self) -> None:
        """Starts all metrics again."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> dict[str, Any]:
        """The value of each metric by its name."""
        values: dict[str, Any] = {}
        for metric in self.metrics:
            result = metric.result()
            values.update(result if isinstance(result, dict) else {metric.name: result})
        return values

    # One step

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss of a batch: that of `compile`, and what layers added.

        Args:
            x: The inputs.
            y: The targets.
            y_pred: The model's outputs.
            sample_weight: Weights of the samples.
            training: Whether the model is being trained.

        Returns:
            A scalar tensor.
        """
        total = None
        if self._compile_loss is not None and self._compile_loss.loss is not None:
            total = self._compile_loss(y, y_pred, sample_weight)
        for extra in self.losses:  # type: ignore[attr-defined]
            total = extra if total is None else total + extra
        if total is None:
            if training:
                raise ValueError(
                    explain(
                        "There is no loss to minimise.",
                        received={"loss": None},
                        why="compile was given none, and no layer added one.",
                        fix="model.compile(optimizer='adam', loss='mse')",
                    )
                )
            total = Tensor(np.float32(0.0))
        return total

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Updates the metrics with a batch; returns their values."""
        if self._compile_metrics is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training; override it to train in another way.

        Args:
            data: A batch: x, `(x, y)` or `(x, y, sample_weight)`.

        Returns:
            What to show, by name.
        """
        x, y, sample_weight = data_module.unpack(data)
        with GradientTape() as tape:
            y_pred = self(x, training=True)  # type: ignore[operator]
            loss = self.compute_loss(x, y, y_pred, sample_weight, training=True)
            scaled = self.optimizer.scale_loss(loss)
        variables = self.trainable_variables  # type: ignore[attr-defined]
        if variables:
            gradients = tape.gradient(scaled, variables)
            self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        self._track(loss, x)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation; override it to evaluate in another way."""
        x, y, sample_weight = data_module.unpack(data)
        y_pred = self(x, training=False)  # type: ignore[operator]
        loss = self.compute_loss(x, y, y_pred, sample_weight, training=False)
        self._track(loss, x)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """One step of prediction; override it to predict in another way."""
        x, _, _ = data_module.unpack(data)
        return self(x, training=False)  # type: ignore[operator]

    def _track(self, loss: Any, x: Any) -> None:
        if self._loss_tracker is not None:
            size = tree.flatten(x)[0].shape[0]
            self._loss_tracker.update_state(loss, sample_weight=size)

    def _require_compiled(self, what: str) -> None:
        if not self.compiled:
            name = getattr(self, "name", "model")
            raise RuntimeError(
                explain(
                    f"Model {name!r} must be compiled before {what}().",
                    why="compile() says which loss to minimise and how.",
                    fix="model.compile(optimizer='adam', "
                    "loss='sparse_categorical_crossentropy', metrics=['accuracy'])",
                )
            )


def _are_metrics(given: Any) -> bool:
    """Whether an argument holds metrics rather than numbers."""
    found = tree.flatten(given)
    return any(isinstance(x, str) or callable(x) for x in found)
