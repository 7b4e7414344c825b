"""`Distiller`: trains a student on labels and on what its teacher answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addax._base.errors import explain
from addax.keras.distillation.losses import DistillationLoss
from addax.keras.metrics import Mean
from addax.keras.models import Model
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)


@public("keras.distillation")
class Distiller(Model):
    """A model that is its student, trained with a teacher at its side.

    The loss is `student_loss_weight` times that of `compile`, and the rest of 1 times
    the distillation losses.

    Args:
        teacher: A trained model; it is frozen.
        student: The model to train.
        distillation_losses: One `DistillationLoss`, or a list of them.
        distillation_loss_weights: A weight for each; 1 if not given.
        student_loss_weight: The part of the labels, from 0 to 1.
        name: A name.
        **kwargs: Arguments of `Model`.

    Raises:
        ValueError: If one of them is not valid.

    Example:

    >>> from addax import keras
    >>> def model(size):
    ...     hidden = keras.layers.Dense(size, activation="relu")
    ...     return keras.Sequential([keras.Input((4,)), hidden, keras.layers.Dense(3)])
    >>> distiller = keras.distillation.Distiller(
    ...     model(64), model(8), keras.distillation.LogitsDistillation(loss="mse"))
    >>> distiller.compile(optimizer="adam", loss="mse")
    """

    _untracked = Model._untracked | {"_features"}

    def __init__(
        self,
        teacher: Model,
        student: Model,
        distillation_losses: Any,
        distillation_loss_weights: Sequence[float] | None = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        for role, model in (("teacher", teacher), ("student", student)):
            if not isinstance(model, Model):
                raise ValueError(
                    explain(f"The {role} is a keras.Model.", received={role: model})
                )
        if not 0 <= student_loss_weight <= 1:
            raise ValueError(
                explain(
                    "`student_loss_weight` is a part, from 0 to 1.",
                    received={"student_loss_weight": student_loss_weight},
                )
            )
        many = isinstance(distillation_losses, (list, tuple))
        losses = list(distillation_losses) if many else [distillation_losses]
        weights = distillation_loss_weights
        weights = [1.0] * len(losses) if weights is None else weights
        weights = list(weights) if isinstance(weights, (list, tuple)) else [weights]
        if len(weights) != len(losses):
            raise ValueError(
                explain(
                    "There must be a weight for each distillation loss.",
                    received={
                        "distillation_loss_weights": weights,
                        "distillation_losses": losses,
                    },
                )
            )
        for loss in losses:
            if not isinstance(loss, DistillationLoss):
                raise ValueError(
                    explain(
                        "A distillation loss is a keras.distillation.DistillationLoss.",
                        received={"distillation_losses": loss},
                        fix="Distiller(teacher, student, "
                        "keras.distillation.LogitsDistillation())",
                    )
                )
            loss.validate_model_compatibility(teacher, student)
        self.teacher, self.student = teacher, student
        teacher.trainable = False
        self.distillation_losses, self.distillation_loss_weights = losses, weights
        self.student_loss_weight = student_loss_weight
        self.student_loss_tracker = Mean(name="student_loss")
        self.distillation_loss_tracker = Mean(name="distillation_loss")
        self.total_loss_tracker = Mean(name="total_loss")
        self._features: dict[tuple[int, str], Model] = {}

    def call(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, inputs: Any, training: bool | None = None, **kwargs: Any
    ) -> Any:
        """What the student answers.

        Args:
            inputs: The inputs.
            training: Whether it is being trained.
            **kwargs: Further arguments of the student.
        """
        return self.student(inputs, training=training, **kwargs)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss of the labels and of the distillation, weighted.

        Args:
            x: The inputs.
            y: The targets.
            y_pred: The student's outputs.
            sample_weight: Weights of the samples.
            training: Whether the student is being trained.
        """
        part, student, distilled = self.student_loss_weight, 0.0, 0.0
        if part > 0:
            student = super().compute_loss(x, y, y_pred, sample_weight, training)
        if part < 1:
            answers = self.teacher(x, training=False)
            for loss, weight in zip(
                self.distillation_losses, self.distillation_loss_weights, strict=True
            ):
                theirs = self._outputs(
                    self.teacher, loss.teacher_layer_name, x, answers, False
                )
                ours = self._outputs(
                    self.student, loss.student_layer_name, x, y_pred, training
                )
                distilled = distilled + loss.compute_loss(theirs, ours) * weight
        total = student * part + distilled * (1.0 - part)
        self.student_loss_tracker.update_state(student)
        self.distillation_loss_tracker.update_state(distilled)
        self.total_loss_tracker.update_state(total)
        return total

    def _outputs(
        self, model: Model, name: str | None, x: Any, outputs: Any, training: bool
    ) -> Any:
        """A layer's outputs for `x`, or the model's, which are known."""
        if name is None:
            return outputs
        key = id(model), name
        if key not in self._features:
            self._features[key] = Model(model.inputs, model.get_layer(name).output)
        return self._features[key](x, training=training)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        config = super().get_config()
        return {
            **{k: config[k] for k in ("name", "trainable", "dtype") if k in config},
            "teacher": serialize_keras_object(self.teacher),
            "student": serialize_keras_object(self.student),
            "distillation_losses": [
                serialize_keras_object(loss) for loss in self.distillation_losses
            ],
            "distillation_loss_weights": self.distillation_loss_weights,
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Makes one from `get_config()`."""
        made = {
            key: deserialize_keras_object(config[key], custom_objects)
            for key in ("teacher", "student")
        }
        losses = [
            deserialize_keras_object(loss, custom_objects)
            for loss in config["distillation_losses"]
        ]
        return cls(**{**config, **made, "distillation_losses": losses})
