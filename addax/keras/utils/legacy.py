"""`keras.utils.legacy`: how Keras 2 described objects: class name and configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras.serialization import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
)
from addax.keras.serialization import deserialize_keras_object as _deserialize


def serialize_keras_object(instance: Any) -> Any:
    """Describes an object by its class's name and its configuration.

    Args:
        instance: An object with `get_config`, a function, or `None`.

    Returns:
        `{"class_name": ..., "config": ...}`; a function's name; `None`.

    Raises:
        ValueError: If it is neither.

    Example:

    >>> from addax import keras
    >>> keras.utils.legacy.serialize_keras_object(keras.activations.relu)
    'relu'
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        name = get_registered_name(type(instance))
        return {"class_name": name, "config": instance.get_config()}
    if hasattr(instance, "__name__"):
        return get_registered_name(instance)
    raise ValueError(
        explain(
            "This has neither a configuration nor a name.",
            received={"instance": instance},
            why="An object that can be saved has a method `get_config`.",
        )
    )


def deserialize_keras_object(
    identifier: Any,
    module_objects: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """Makes the object that `serialize_keras_object` described.

    Args:
        identifier: What it returned, or the name of a function or class.
        module_objects: Classes and functions by name.
        custom_objects: Others, which come first.
        printable_module_name: What to call the object in messages.

    Returns:
        The object; an identifier that is no description is returned as it is.

    Raises:
        ValueError: If there is no class or function of that name.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        if "class_name" not in identifier or "config" not in identifier:
            raise ValueError(
                explain(
                    "A description has a class name and a configuration.",
                    received={"identifier": identifier},
                )
            )
        found = _named(identifier["class_name"], module_objects, custom_objects)
        if found is None:
            return _deserialize(identifier, custom_objects)
        with custom_object_scope(dict(custom_objects or {})):
            if hasattr(found, "from_config"):
                return found.from_config(dict(identifier["config"]))
            return found(**identifier["config"])
    if isinstance(identifier, str):
        found = _named(identifier, module_objects, custom_objects)
        if found is None:
            raise ValueError(
                explain(
                    f"There is no such {printable_module_name}.",
                    received={"identifier": identifier},
                    why=did_you_mean(identifier, list(module_objects or {})),
                )
            )
        return found() if isinstance(found, type) else found
    return identifier


def _named(name: str, *tables: Mapping[str, Any] | None) -> Any:
    """What the custom objects, then the module's, call `name`."""
    for table in (*reversed(tables), get_custom_objects()):
        if table and name in table:
            return table[name]
    return None
