"""Optimizers by name and configuration."""

from __future__ import annotations

from typing import Any

from addax.keras.optimizers.adadelta import Adadelta
from addax.keras.optimizers.adafactor import Adafactor
from addax.keras.optimizers.adagrad import Adagrad
from addax.keras.optimizers.adam import Adam, AdamW
from addax.keras.optimizers.adamax import Adamax
from addax.keras.optimizers.ftrl import Ftrl
from addax.keras.optimizers.lamb import Lamb
from addax.keras.optimizers.lion import Lion
from addax.keras.optimizers.loss_scale import LossScaleOptimizer
from addax.keras.optimizers.multi import MultiOptimizer, OptimizerMap
from addax.keras.optimizers.muon import Muon
from addax.keras.optimizers.nadam import Nadam
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.rmsprop import RMSprop
from addax.keras.optimizers.schedule_free import ScheduleFreeAdamW
from addax.keras.optimizers.sgd import SGD
from addax.keras.serialization import (
    deserialize_keras_object,
    name_table,
    resolve,
    serialize_keras_object,
)

_CLASSES = (
    Adadelta, Adafactor, Adagrad, Adam, AdamW, Adamax, Ftrl, Lamb, Lion,
    LossScaleOptimizer, MultiOptimizer, Muon, Nadam, OptimizerMap, RMSprop, SGD,
    ScheduleFreeAdamW,
)  # fmt: skip
# Keras takes "rmsprop" in any case, but not "rm_sprop"; more spellings do no harm.
_TABLE = name_table(*_CLASSES, **{cls.__name__.lower(): cls for cls in _CLASSES})


def get(identifier: Any) -> Any:
    """The optimizer that a name, configuration or class stands for.

    Args:
        identifier: A name such as `"adam"` (in any case), a configuration, a class, an
            optimizer (returned as it is), or `None`.

    Returns:
        The optimizer; `None` for `None`.

    Raises:
        ValueError: If it stands for none.

    Example:

    >>> from addax import keras
    >>> keras.optimizers.get("sgd").momentum
    0.0
    """
    if isinstance(identifier, str) and identifier.lower() in _TABLE:
        identifier = identifier.lower()
    return resolve(identifier, _TABLE, "optimizer", accepts=_is_optimizer)


def _is_optimizer(value: Any) -> bool:
    return isinstance(value, Optimizer) or hasattr(value, "apply_gradients")


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """An optimizer as plain data, without the values of its variables.

    Args:
        optimizer: The optimizer.

    Returns:
        A dictionary from which `deserialize` makes it again.
    """
    return serialize_keras_object(optimizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """An optimizer from plain data.

    Args:
        config: What `serialize` returned.
        custom_objects: Classes of your own by the names in `config`.

    Returns:
        The optimizer.
    """
    if str(config.get("class_name", "")).lower() in _TABLE and "module" not in config:
        return get({**config, "class_name": config["class_name"].lower()})
    return deserialize_keras_object(config, custom_objects=custom_objects)
