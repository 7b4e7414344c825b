"""Objects to plain dictionaries, in the form of Keras 3."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import DType, SymbolicTensor, Tensor, TensorShape
from addax.keras.serialization.functions import dump_function
from addax.keras.serialization.registry import get_registered_name, public_address
from addax.keras.serialization.sharing import mark_shared

_PLAIN = (bool, int, float, type(None))


def serialize_keras_object(obj: Any) -> Any:
    """Describes an object by plain values, ready for JSON.

    Args:
        obj: A layer, loss, optimizer, ... (anything with a `get_config` method), a
            function, an array, or a structure of such.

    Returns:
        `{"module", "class_name", "config", "registered_name"}` for objects; plain
        values as they are. `deserialize_keras_object` makes the object again.

    Raises:
        TypeError: If something has no `get_config` method.

    Example:

    >>> from addax.keras import serialization
    >>> serialization.serialize_keras_object(slice(1, 5))
    {'class_name': '__slice__', 'config': {'start': 1, 'stop': 5, 'step': None}}
    """
    if isinstance(obj, (DType, str)):
        return obj.name if isinstance(obj, DType) else obj
    if isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, dict):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    if isinstance(obj, TensorShape):
        return tuple(obj)
    if isinstance(obj, (list, tuple)):
        items = [serialize_keras_object(each) for each in obj]
        return items if isinstance(obj, list) else tuple(items)
    if isinstance(obj, np.generic):
        return obj.item()
    if isinstance(obj, bytes):
        return _special("bytes", value=obj.decode())
    if isinstance(obj, np.ndarray):
        return _special("numpy", value=obj.tolist(), dtype=obj.dtype.name)
    if isinstance(obj, Tensor):
        return _special("tensor", value=obj.numpy().tolist(), dtype=obj.dtype.name)
    if isinstance(obj, SymbolicTensor):
        return _symbolic(obj)
    if isinstance(obj, slice):
        parts = {name: getattr(obj, name) for name in ("start", "stop", "step")}
        return _special(
            "slice", **{k: serialize_keras_object(v) for k, v in parts.items()}
        )
    if obj is Ellipsis:
        return _special("ellipsis")
    if isinstance(obj, np.dtype) or (
        isinstance(obj, type) and issubclass(obj, np.generic)
    ):
        return _builtin("type", np.dtype(obj).name)
    if hasattr(obj, "get_config") and not isinstance(obj, type):
        return _object(obj)
    if callable(obj) and hasattr(obj, "__name__") and not isinstance(obj, type):
        return _function(obj)
    raise TypeError(
        explain(
            f"An object of class {_class_name(obj)} cannot be serialised.",
            received={"object": obj},
            why="What is saved is described by the arguments that make it again.",
            fix="Give the class a `get_config()` method, e.g.\n"
            "def get_config(self):\n"
            '    return {"units": self.units}',
        )
    )


def _special(kind: str, **config: Any) -> dict[str, Any]:
    return {"class_name": f"__{kind}__", "config": config}


def _builtin(kind: str, name: str) -> dict[str, Any]:
    return {
        "module": "builtins",
        "class_name": kind,
        "config": name,
        "registered_name": kind,
    }


def _symbolic(tensor: SymbolicTensor) -> dict[str, Any]:
    parts: dict[str, Any] = {"shape": tuple(tensor.shape), "dtype": tensor.dtype.name}
    if tensor.node is not None:
        operation, node, index = tensor._keras_history
        parts["keras_history"] = [operation.name, node, index]
    return _special("keras_tensor", **parts)


def _function(fn: Any) -> dict[str, Any]:
    if fn.__name__ == "<lambda>" and get_registered_name(fn) == "<lambda>":
        code, defaults, closure = dump_function(fn)
        return _special("lambda", code=code, defaults=defaults, closure=closure)
    address = public_address(fn)
    return _builtin("function", address[1] if address else get_registered_name(fn))


def _object(obj: Any) -> dict[str, Any]:
    cls = type(obj)
    module, name = public_address(cls) or (None, cls.__name__)
    # Keras gives its classes without a public address their plain name here.
    internal = module is None or module.startswith("keras.src.")
    config: dict[str, Any] = {
        "module": module,
        "class_name": name,
        "config": plain(obj.get_config()),
        "registered_name": get_registered_name(cls) if internal else None,
    }
    for key in ("build_config", "compile_config"):
        get = getattr(obj, f"get_{key}", None)
        extra = get() if get is not None else None
        if extra is not None:
            config[key] = plain(extra)
    mark_shared(obj, config)
    return config


def plain(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration with every object in it serialised."""
    return {key: serialize_keras_object(value) for key, value in config.items()}


def _class_name(obj: Any) -> str:
    return f"{type(obj).__module__}.{type(obj).__qualname__}"
