"""Layers as plain values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addax.keras.layers.layer import Layer
from addax.keras.serialization import deserialize_keras_object, serialize_keras_object


def serialize(layer: Layer) -> dict[str, Any]:
    """Describes a layer by plain values.

    Args:
        layer: The layer.

    Returns:
        A dictionary; `deserialize` makes the layer again.

    Example:

    >>> from addax import keras
    >>> keras.layers.serialize(keras.layers.Flatten())["class_name"]
    'Flatten'
    """
    return serialize_keras_object(layer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Layer:
    """Makes the layer that `serialize` described.

    Args:
        config: The dictionary.
        custom_objects: Names and classes or functions that may occur in it.

    Returns:
        A new layer; its weights are not those of the old one.
    """
    return deserialize_keras_object(config, custom_objects)
