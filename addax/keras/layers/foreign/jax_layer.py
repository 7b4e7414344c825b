"""`JaxLayer`: a function written for JAX as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import SeedGenerator, convert, draw_seed
from addax.keras.layers.arguments import is_shape
from addax.keras.layers.layer import Layer
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)
from addax.ops import create
from addax.ops.foreign import Foreign, flatten, run_eagerly, unflatten

_CALL = ("params", "state", "rng", "inputs", "training")
_INIT = ("rng", "inputs", "training")


@public("keras.layers")
class JaxLayer(Layer):
    """Wraps a model that is a function on JAX arrays.

    Args:
        call_fn: The function, of arguments with these names: `params`, the trained
            parameters; `inputs`; and if it likes `state`, what else it keeps, `rng`, a
            JAX random key, and `training`. It returns the outputs; with `state` a pair
            of outputs and new state.
        init_fn: A function of `rng`, `inputs` and possibly `training` that returns the
            parameters (with `state` a pair). Needed if `params` are not given.
        params: The parameters to start with, in any structure.
        state: The state to start with.
        seed: A whole number that makes the random keys reproducible.
        native_serialization_platforms: Kept for Keras's signature.
        **kwargs: `name`, `dtype`, `trainable`.

    Raises:
        ValueError: If a function takes other arguments, or nothing says how to start.

    Example:

    >>> import jax, jax.numpy as jnp, numpy as np
    >>> from addax import keras
    >>> def init(rng, inputs):
    ...     return {"w": jax.random.normal(rng, (inputs.shape[-1], 2))}
    >>> def call(params, inputs):
    ...     return jnp.tanh(inputs @ params["w"])
    >>> keras.layers.JaxLayer(call, init)(np.ones((4, 3), "float32")).shape
    TensorShape([4, 2])
    """

    config_without = frozenset((*Layer.config_without, "params", "state"))
    _untracked = Layer._untracked | {"_given", "_foreign"}

    def __init__(
        self,
        call_fn: Callable[..., Any],
        init_fn: Callable[..., Any] | None = None,
        params: Any = None,
        state: Any = None,
        seed: int | None = None,
        native_serialization_platforms: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if init_fn is None and params is None and state is None:
            raise ValueError(
                explain(
                    "JaxLayer needs to know how the parameters start.",
                    received={"init_fn": None, "params": None, "state": None},
                    fix="JaxLayer(call_fn, init_fn) or JaxLayer(call_fn, params=...)",
                )
            )
        self._takes = _arguments("call_fn", call_fn, _CALL, ("params", "inputs"))
        if init_fn is not None:
            self._init_takes = _arguments("init_fn", init_fn, _INIT, ("rng", "inputs"))
        self.call_fn = call_fn
        self.init_fn = init_fn
        self.seed = seed
        self.native_serialization_platforms = native_serialization_platforms
        self.seed_generator = SeedGenerator(seed)
        self._given = params, state
        self._foreign: dict[bool, Foreign] = {}

    def build(self, input_shape: Any) -> None:
        """Creates a weight for each array among parameters and state."""
        params, state = self._given
        if params is None and state is None:
            params, state = self._start(input_shape)
        self._params, self._params_tree = self._weights(params, True)
        self._state, self._state_tree = self._weights(state, False)

    def _start(self, input_shape: Any) -> tuple[Any, Any]:
        inputs = _ones(input_shape, self.compute_dtype)
        given = {"rng": draw_seed(self.seed_generator), "inputs": inputs}

        def init(given: Any) -> Any:
            training = {"training": True} if "training" in self._init_takes else {}
            assert self.init_fn is not None
            return self.init_fn(**given, **training)

        made = run_eagerly(init, given)
        return made if "state" in self._takes else (made, None)

    def _weights(self, structure: Any, trainable: bool) -> tuple[list[Any], Any]:
        leaves, holder = flatten(structure)
        made = []
        for leaf in leaves:
            value = convert(np.asarray(leaf))
            made.append(
                self.add_weight(
                    shape=value.shape,
                    dtype=value.dtype,
                    trainable=trainable and value.dtype.is_floating,
                    initializer=lambda shape, dtype=None, value=value: value,
                )
            )
        return made, holder

    def call(self, inputs: Any, training: bool = False) -> Any:
        """What the function answers; its state moves on.

        Args:
            inputs: A tensor or a structure of tensors.
            training: Handed on, if the function takes it.
        """
        training = bool(training)
        if training not in self._foreign:
            self._foreign[training] = Foreign(self._function(training))
        rng = self.seed_generator
        key = draw_seed(rng) if training else rng.state.read_value()
        params = unflatten(self._params_tree, [convert(w) for w in self._params])
        state = unflatten(self._state_tree, [convert(w) for w in self._state])
        result = self._foreign[training](params, state, key, inputs)
        if "state" not in self._takes:
            return result
        outputs, new = result
        for weight, value in zip(self._state, flatten(new)[0], strict=True):
            weight.assign(value)
        return outputs

    def _function(self, training: bool) -> Callable[..., Any]:
        def function(params: Any, state: Any, rng: Any, inputs: Any) -> Any:
            values = (params, state, rng, inputs, training)
            given: dict[str, Any] = dict(zip(_CALL, values, strict=True))
            return self.call_fn(**{name: given[name] for name in self._takes})

        return function

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        return {
            **super().get_config(),
            "call_fn": serialize_keras_object(self.call_fn),
            "init_fn": serialize_keras_object(self.init_fn),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`."""
        functions = {
            name: deserialize_keras_object(config[name])
            for name in ("call_fn", "init_fn")
            if name in config
        }
        return cls(**{**config, **functions})


def _ones(shape: Any, dtype: Any) -> Any:
    """A tensor for a shape, a structure of them for one of shapes."""
    if is_shape(shape):
        return create.ones([n or 1 for n in shape], dtype)
    if isinstance(shape, dict):
        return {k: _ones(v, dtype) for k, v in shape.items()}
    return type(shape)(_ones(v, dtype) for v in shape)


def _arguments(
    name: str, fn: Any, valid: tuple[str, ...], needed: tuple[str, ...]
) -> tuple[str, ...]:
    """The names of a function's arguments, checked."""
    parameters = inspect.signature(fn).parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return valid
    names = tuple(parameters)
    if not set(needed) <= set(names) or not set(names) <= set(valid):
        raise ValueError(
            explain(
                f"`{name}` takes arguments with these names: {', '.join(valid)}.",
                received={name: f"{name}({', '.join(names)})"},
                why=f"{' and '.join(map(repr, needed))} must be among them.",
            )
        )
    return names
