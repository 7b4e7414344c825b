"""Copies of models, and models from JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax.keras.layers.core.input_layer import InputLayer
from addax.keras.models.model import Model
from addax.keras.serialization import (
    custom_object_scope,
    deserialize_keras_object,
    serialize_keras_object,
)


def model_from_json(json_string: str, custom_objects: Any = None) -> Any:
    """Makes a model, with new weights, from what `model.to_json()` gave.

    Args:
        json_string: The text.
        custom_objects: Your own classes and functions by name.

    Raises:
        ValueError: If the text describes no model.
    """
    try:
        config = json.loads(json_string)
    except (TypeError, ValueError) as error:
        raise ValueError(
            explain(
                "This text is not a model's JSON.",
                received={"json_string": json_string},
                why=str(error),
                fix="keras.models.model_from_json(model.to_json())",
            )
        ) from error
    return deserialize_keras_object(config, custom_objects=custom_objects)


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Any = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model of the same layers with new weights.

    Args:
        model: A functional or sequential model.
        input_tensors: Kept for Keras's signature.
        clone_function: Makes each layer's copy; its configuration does if not given.
        call_function: Kept for Keras's signature.
        recursive: Whether `clone_function` is applied within nested models.
        **kwargs: Kept for Keras's signature.

    Returns:
        The copy.
    """
    if clone_function is None:
        return type(model).from_config(model.get_config())
    replaced: dict[str, Any] = {}

    def copy(layer: Any) -> Any:
        if isinstance(layer, InputLayer):
            return None
        if recursive and isinstance(layer, Model):
            return clone_model(layer, clone_function=clone_function, recursive=True)
        return clone_function(layer)

    config = model.get_config()
    layers = {layer.name: layer for layer in model._sublayers()}
    for entry in config["layers"]:
        layer = layers.get(entry.get("name") or entry["config"].get("name"))
        made = None if layer is None else copy(layer)
        if made is not None:
            replaced.update({entry["class_name"]: type(made)})
            fresh = serialize_keras_object(made)
            entry.update({k: fresh[k] for k in ("module", "class_name", "config")})
            entry["registered_name"] = fresh.get("registered_name")
    with custom_object_scope(replaced):
        return type(model).from_config(config)
