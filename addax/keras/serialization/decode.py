"""Plain dictionaries, in the form of Keras 3, to objects. Runs no code from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import SymbolicTensor
from addax.core.tensor import convert
from addax.keras.serialization.functions import load_function
from addax.keras.serialization.op_calls import decode_call, is_call, operation
from addax.keras.serialization.registry import (
    CustomObjectScope,
    get_registered_object,
    in_safe_mode,
    older_class,
    public_function,
    public_names,
    public_object,
    safe_mode_scope,
)
from addax.keras.serialization.sharing import keep_shared, shared_object


def deserialize_keras_object(
    config: Any,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool | None = None,
    **kwargs: Any,
) -> Any:
    """Makes the object that a configuration describes.

    Classes and functions are found by name among addax's own, those registered with
    `register_keras_serializable`, and `custom_objects`; no module is ever imported by
    a name from the configuration.

    Args:
        config: What `serialize_keras_object` returned (or the real Keras's).
        custom_objects: Names and classes or functions that may occur in it.
        safe_mode: Whether lambdas are refused; yes, unless
            `keras.config.enable_unsafe_deserialization()` was called.
        **kwargs: `module_objects` and such of older versions; not used.

    Returns:
        The object.

    Raises:
        TypeError: If a class is not known, or does not take what the file says.
        ValueError: If there is a lambda, in safe mode.

    Example:

    >>> from addax.keras import serialization
    >>> config = serialization.serialize_keras_object(slice(1, 5))
    >>> serialization.deserialize_keras_object(config)
    slice(1, 5, None)
    """
    if safe_mode is None:
        inherited = in_safe_mode()
        safe_mode = True if inherited is None else inherited
    with safe_mode_scope(safe_mode), CustomObjectScope(custom_objects):
        return _revive(config, custom_objects or {})


def is_serialized(config: Any) -> bool:
    """Whether a value is what `serialize_keras_object` returns for an object."""
    if not isinstance(config, dict) or "config" not in config:
        return False
    name = config.get("class_name")
    return isinstance(name, str) and ("module" in config or name.startswith("__"))


def _revive(config: Any, named: Mapping[str, Any]) -> Any:
    if isinstance(config, str):
        return named.get(config, config)
    if isinstance(config, (list, tuple)):
        return type(config)(_revive(each, named) for each in config)
    if not isinstance(config, dict):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: _revive(value, named) for key, value in config.items()}
    special = _SPECIAL.get(config["class_name"])
    if special is not None:
        return special(config["config"])
    if config.get("module") == "builtins":
        return _builtin(config)
    if is_call(config) and not get_registered_object(config["class_name"]):
        return decode_call({**config, "config": _revive(config["config"], named)})
    return _object(config)


def _object(config: dict[str, Any]) -> Any:
    made = shared_object(config)
    if made is not None:
        return made
    cls = _find_class(config)
    inner = config["config"]
    if not isinstance(inner, dict):
        raise TypeError(
            explain(
                f"The configuration of {config['class_name']!r} is not a dictionary.",
                received={"config": inner},
                fix="Save the model again; the file is damaged.",
            )
        )
    made = cls.from_config(inner)
    if config.get("build_config"):
        made.build_from_config(config["build_config"])
    if config.get("compile_config"):
        _compile(made, config["compile_config"])
    keep_shared(made, config)
    return made


def _compile(model: Any, config: dict[str, Any]) -> None:
    try:
        model.compile_from_config(config)
    except (TypeError, ValueError) as error:
        error.add_note("To load the model without: load_model(path, compile=False)")
        raise


def _find_class(config: dict[str, Any]) -> Any:
    name, module = config["class_name"], config.get("module")
    registered = config.get("registered_name")
    found = registered and get_registered_object(registered)
    if not found:
        found = get_registered_object(name)
    if not found and isinstance(module, str):
        found = public_object(module, name)
    if not found and "module" not in config:
        found = older_class(name)
    if isinstance(found, type) and hasattr(found, "from_config"):
        return found
    if isinstance(module, str) and module.partition(".")[0] == "keras":
        known = public_names(module)
        raise TypeError(
            explain(
                f"addax has no {module}.{name}, which the configuration names.",
                received={"class_name": name, "module": module},
                why=did_you_mean(name, known),
                fix="If it is your own class, load with "
                f'custom_objects={{"{name}": {name}}}.',
            )
        )
    raise TypeError(
        explain(
            f"The class {registered or name!r} is not known here.",
            received={"class_name": name, "registered_name": registered},
            why="Classes of your own are found by the name they are registered under; "
            "a file never imports code.",
            fix=[
                f"Register it before loading:\n@keras.saving."
                f"register_keras_serializable()\nclass {name}(...): ...",
                f'Load with custom_objects={{"{name}": {name}}}.',
            ],
        )
    )


def _builtin(config: dict[str, Any]) -> Any:
    name = config["config"]
    if config["class_name"] == "type":
        return np.dtype(name).type
    if not isinstance(name, str):
        raise TypeError(
            explain("A function is named by a string.", received={"config": name})
        )
    found = get_registered_object(name) or public_function(name) or operation(name)
    if callable(found):
        return found
    plain_name = name.rpartition(">")[2]
    raise TypeError(
        explain(
            f"The function {name!r} is not known here.",
            received={"config": name},
            why="Functions are found by the name they are registered under; "
            "a file never imports code.",
            fix=[
                f"Register it before loading:\n@keras.saving."
                f"register_keras_serializable()\ndef {plain_name}(...): ...",
                f'Load with custom_objects={{"{name}": {plain_name}}}.',
            ],
        )
    )


def _slice(config: dict[str, Any]) -> slice:
    return slice(*(_revive(config[k], {}) for k in ("start", "stop", "step")))


def _symbolic(config: dict[str, Any]) -> SymbolicTensor:
    return SymbolicTensor(config["shape"], config["dtype"])


def _lambda(config: dict[str, Any]) -> Any:
    if "value" in config:  # as earlier versions wrote it
        return load_function(config["value"])
    return load_function((config["code"], config["defaults"], config["closure"]))


_SPECIAL = {
    "__tensor__": lambda c: convert(np.asarray(c["value"], c["dtype"])),
    "__numpy__": lambda c: np.array(c["value"], dtype=c["dtype"]),
    "__bytes__": lambda c: c["value"].encode(),
    "__ellipsis__": lambda c: Ellipsis,
    "__slice__": _slice,
    "__lambda__": _lambda,
    "__keras_tensor__": _symbolic,
}
