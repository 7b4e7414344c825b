"""`Lambda`: any function as a layer."""

from __future__ import annotations

import inspect
from typing import Any

from addax._base.errors import explain
from addax.autograph import converted
from addax.core import SymbolicTensor
from addax.keras.layers.layer import Layer
from addax.keras.serialization import deserialize_keras_object, public
from addax.keras.serialization.functions import load_function

_OF_KERAS_2 = frozenset(
    ("function_type", "module", "output_shape_type", "output_shape_module")
)


@public("keras.layers", "Lambda")
class Lambda(Layer):
    """Calls a function of tensors.

    Saving a model keeps the byte code of a lambda, which loads again only with
    `safe_mode=False`; a named function that is registered with
    `keras.saving.register_keras_serializable` loads anywhere.

    Args:
        function: A function of the inputs; it may take `mask` and `training`, too.
        output_shape: The output's shape without the batch axis, or a function of the
            input's; found by tracing if not given.
        mask: The output's mask, or a function of inputs and their mask.
        arguments: Further keyword arguments for the function.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Lambda(lambda x: x * 2)(np.ones((1, 2))).numpy().tolist()
    [[2.0, 2.0]]
    """

    config_without = frozenset((*Layer.config_without, "output_shape", "mask"))

    def __init__(
        self,
        function: Any,
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise TypeError(
                explain("Lambda needs a function.", received={"function": function})
            )
        self.function = function
        self.arguments = arguments or {}
        self._output_shape = output_shape
        self.mask = mask
        self.supports_masking = True
        parameters = inspect.signature(function).parameters
        self._takes = frozenset(("mask", "training")) & set(parameters)

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        """What the function returns."""
        given = {"mask": mask, "training": training}
        extra = {name: given[name] for name in self._takes}
        return converted(self.function)(inputs, **{**self.arguments, **extra})

    def compute_output_spec(self, inputs: Any, **kwargs: Any) -> Any:
        """The output's shape and type: as the user says, or by tracing."""
        shape = self._output_shape
        if shape is None:
            return super().compute_output_spec(inputs, **kwargs)
        if callable(shape):
            return SymbolicTensor(shape(tuple(inputs.shape)), self.compute_dtype)
        shape = tuple(shape) if isinstance(shape, (list, tuple)) else (shape,)
        return SymbolicTensor((inputs.shape[0], *shape), self.compute_dtype)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask that the user gave, or found by the user's function."""
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Lambda:
        """Makes the layer; the form that Keras 2 wrote is understood."""
        if "function_type" not in config:
            return super().from_config(config)
        config = {k: v for k, v in config.items() if k not in _OF_KERAS_2}
        for name in ("function", "output_shape", "mask"):
            value = config.get(name)
            if isinstance(value, list) and value and isinstance(value[0], str):
                config[name] = load_function((value[0], value[1], value[2]))
        if isinstance(config["function"], str):
            named = {"module": "builtins", "class_name": "function"}
            named["config"] = config["function"]
            config["function"] = deserialize_keras_object(named)
        return super().from_config(config)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        config = super().get_config()
        if self._output_shape is not None and not callable(self._output_shape):
            config["output_shape"] = self._output_shape
        return config
