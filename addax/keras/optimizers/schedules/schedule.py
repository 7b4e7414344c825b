"""What every learning-rate schedule is: a function of the step, with a config."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast, floatx
from addax.keras.serialization import (
    Configurable,
    deserialize_keras_object,
    public,
    serialize_keras_object,
)


@public("keras.optimizers.schedules")
class LearningRateSchedule(Configurable):
    """A learning rate that depends on how many steps were taken.

    Give one to an optimizer in place of a number. To write your own, define
    `__call__(step)`, and `get_config()` if its constructor takes arguments.

    Example:

    >>> from addax import keras
    >>> class Halving(keras.optimizers.schedules.LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.1 / (1.0 + keras.ops.cast(step, "float32"))
    >>> optimizer = keras.optimizers.SGD(Halving())
    >>> float(optimizer.learning_rate)
    0.10000000149011612
    """

    def __call__(self, step: Any) -> Any:
        """The learning rate at a step.

        Args:
            step: How many updates were made before: a number or a scalar tensor.

        Returns:
            A scalar of type `floatx()`.
        """
        name = type(self).__name__
        raise NotImplementedError(
            explain(
                f"{name} does not say what the learning rate is.",
                fix=f"class {name}(LearningRateSchedule):\n"
                "    def __call__(self, step):\n"
                "        return ...",
            )
        )


def as_float(step: Any) -> Any:
    """A step in the type that learning rates have."""
    return cast(step, floatx())


def check_positive(owner: object, **values: float) -> None:
    """Raises `ValueError` unless each value is greater than 0."""
    for name, value in values.items():
        if value <= 0:
            raise ValueError(
                explain(
                    f"{type(owner).__name__} needs `{name}` greater than 0.",
                    received={name: value},
                    why="It is a number of optimizer updates.",
                    fix=f"{type(owner).__name__}(..., {name}=epochs * batches)",
                )
            )


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """A schedule as plain data.

    Args:
        learning_rate_schedule: The schedule.

    Returns:
        A dictionary from which `deserialize` makes it again.
    """
    return serialize_keras_object(learning_rate_schedule)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A schedule from plain data.

    Args:
        config: What `serialize` returned.
        custom_objects: Classes of your own by the names in `config`.

    Returns:
        The schedule.
    """
    return deserialize_keras_object(config, custom_objects=custom_objects)
