"""How far a student is from its teacher."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import tree
from addax.keras import losses
from addax.keras.models import Model
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)
from addax.ops import math, reduce


@public("keras.distillation")
class DistillationLoss:
    """The base of losses between a teacher's and a student's outputs.

    Subclasses define `compute_loss`, and `get_config` if they are to be saved.
    """

    # Whose outputs are compared: the layers of these names, or the models
    teacher_layer_name: str | None = None
    student_layer_name: str | None = None

    def compute_loss(
        self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any
    ) -> Any:
        """A scalar: how far the student's outputs are from the teacher's.

        Args:
            teacher_outputs: The teacher's outputs, in their structure.
            student_outputs: The student's.
            **kwargs: Kept for Keras's signature.
        """
        raise NotImplementedError(
            "A distillation loss defines compute_loss(self, teacher_outputs, "
            "student_outputs, **kwargs)."
        )

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """Checks that the outputs can be compared.

        Raises:
            ValueError: If one model has more outputs than the other.
        """
        counts = [len(tree.flatten(o)) for o in (teacher_outputs, student_outputs)]
        if counts[0] != counts[1]:
            raise ValueError(
                explain(
                    "Teacher and student must have as many outputs.",
                    received={"teacher": counts[0], "student": counts[1]},
                )
            )

    def validate_model_compatibility(self, teacher: Model, student: Model) -> None:
        """Checks that the models have the layers that are compared.

        Raises:
            ValueError: If one has no layer of the name.
        """
        for model, name in (
            (teacher, self.teacher_layer_name),
            (student, self.student_layer_name),
        ):
            if name is not None:
                model.get_layer(name)


class _Compared(DistillationLoss):
    """The base of losses that apply a loss of `keras.losses` to each output."""

    def __init__(self, loss: Any) -> None:
        self.loss = tree.map_structure(
            lambda each: None if each is None else losses.get(each), loss
        )
        if all(each is None for each in tree.flatten(self.loss)):
            raise ValueError(
                explain(
                    f"{type(self).__name__} needs a loss for at least one output.",
                    received={"loss": loss},
                )
            )

    def compute_loss(
        self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any
    ) -> Any:
        """The sum over the outputs of the mean loss.

        Args:
            teacher_outputs: The teacher's outputs, in their structure.
            student_outputs: The student's.
            **kwargs: Kept for Keras's signature.
        """
        self.validate_outputs(teacher_outputs, student_outputs)
        tree.assert_same_structure(teacher_outputs, student_outputs)
        targets, outputs = tree.flatten(teacher_outputs), tree.flatten(student_outputs)
        fns = tree.flatten(self.loss)
        fns = fns * len(targets) if len(fns) == 1 else fns
        if len(fns) != len(targets):
            raise ValueError(
                explain(
                    "There must be a loss, or None, for each output.",
                    received={"loss": len(fns), "outputs": len(targets)},
                )
            )
        total: Any = 0.0
        for fn, target, output in zip(fns, targets, outputs, strict=True):
            if fn is not None:
                value = fn(self.softened(target), self.softened(output))
                total = math.add(reduce.mean(value), total)
        return total

    def softened(self, outputs: Any) -> Any:
        """The outputs as they are compared."""
        return outputs

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        loss = tree.map_structure(
            lambda fn: None if fn is None else serialize_keras_object(fn), self.loss
        )
        return {"loss": loss}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes one from `get_config()`."""
        loss = config["loss"]

        def load(each: Any) -> Any:
            if isinstance(each, dict) and "class_name" not in each:
                return {k: load(v) for k, v in each.items()}
            if isinstance(each, (list, tuple)):
                return [load(v) for v in each]
            return None if each is None else deserialize_keras_object(each)

        return cls(**{**config, "loss": load(loss)})


@public("keras.distillation")
class LogitsDistillation(_Compared):
    """A loss between the models' outputs, divided by a temperature.

    Args:
        temperature: What both outputs are divided by.
        loss: A loss or its name; for several outputs such a structure of losses, `None`
            where an output does not count.

    Raises:
        ValueError: If the temperature is not positive, or no output counts.

    Source: Hinton et al. 2015, https://arxiv.org/abs/1503.02531.

    Example:

    >>> from addax import keras
    >>> loss = keras.distillation.LogitsDistillation(temperature=2.0, loss="mse")
    >>> float(loss.compute_loss(keras.ops.ones((1, 3)) * 4, keras.ops.ones((1, 3))))
    2.25
    """

    def __init__(self, temperature: float = 3.0, loss: Any = "kl_divergence") -> None:
        if temperature <= 0:
            raise ValueError(
                explain(
                    "`temperature` must be positive.",
                    received={"temperature": temperature},
                )
            )
        super().__init__(loss)
        self.temperature = temperature

    def softened(self, outputs: Any) -> Any:
        """The outputs divided by the temperature."""
        return math.divide(outputs, self.temperature)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        return {"temperature": self.temperature, **super().get_config()}


@public("keras.distillation")
class FeatureDistillation(_Compared):
    """A loss between the outputs of a layer of each model.

    Args:
        loss: A loss or its name; for several outputs such a structure of losses, `None`
            where an output does not count.
        teacher_layer_name: The teacher's layer; its outputs if not given.
        student_layer_name: The student's layer; its outputs if not given.

    Raises:
        ValueError: If no output counts.

    Source: Romero et al. 2014, https://arxiv.org/abs/1412.6550.
    """

    def __init__(
        self,
        loss: Any = "mse",
        teacher_layer_name: str | None = None,
        student_layer_name: str | None = None,
    ) -> None:
        super().__init__(loss)
        self.teacher_layer_name = teacher_layer_name
        self.student_layer_name = student_layer_name

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        return {
            **super().get_config(),
            "teacher_layer_name": self.teacher_layer_name,
            "student_layer_name": self.student_layer_name,
        }
