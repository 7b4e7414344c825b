"""Activation functions, and `get`, which finds them by name.

Where an operation of `keras.ops` has Keras's signature it is the activation itself, so
that `activation=tf.nn.tanh`, `keras.ops.tanh` and `"tanh"` are one thing, also when a
model is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from addax.keras.serialization import (
    deserialize_keras_object,
    name_table,
    public,
    public_address,
    resolve,
    serialize_keras_object,
)
from addax.ops import math, nn

_activation = public("keras.activations")

celu = _activation(nn.celu)
elu = _activation(nn.elu)
glu = _activation(nn.glu)
hard_shrink = _activation(nn.hard_shrink)
hard_sigmoid = _activation(nn.hard_sigmoid)
hard_silu = hard_swish = _activation(nn.hard_silu)
hard_tanh = _activation(nn.hard_tanh)
leaky_relu = _activation(nn.leaky_relu)
log_sigmoid = _activation(nn.log_sigmoid)
log_softmax = _activation(nn.log_softmax)
mish = _activation(nn.mish)
relu6 = _activation(nn.relu6)
selu = _activation(nn.selu)
sigmoid = _activation(nn.sigmoid)
silu = swish = _activation(nn.silu)
soft_shrink = _activation(nn.soft_shrink)
softmax = _activation(nn.softmax)
softplus = _activation(nn.softplus)
softsign = _activation(nn.softsign)
sparse_plus = _activation(nn.sparse_plus)
sparse_sigmoid = _activation(nn.sparse_sigmoid)
sparsemax = _activation(nn.sparsemax)
squareplus = _activation(nn.squareplus)
tanh = _activation(math.tanh)
tanh_shrink = _activation(nn.tanh_shrink)
threshold = _activation(nn.threshold)


@public("keras.activations")
def linear(x: Any) -> Any:
    """Gives back its input.

    Args:
        x: Anything.

    Returns:
        `x` itself.
    """
    return x


@public("keras.activations")
def exponential(x: Any) -> Any:
    """`exp(x)`.

    Args:
        x: A tensor.

    Returns:
        A tensor of the shape of `x`.
    """
    return math.exp(x)


@public("keras.activations")
def relu(
    x: Any,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> Any:
    """The rectified linear unit: `max(x, 0)`, or a variant of it.

    Args:
        x: A tensor.
        negative_slope: The slope below `threshold`; 0 by default.
        max_value: The greatest output; none by default.
        threshold: Where the rectifier starts; 0 by default.

    Returns:
        A tensor of the shape of `x`.

    Example:

    >>> from addax import keras
    >>> keras.activations.relu([-2.0, 0.0, 3.0]).numpy().tolist()
    [0.0, 0.0, 3.0]
    >>> keras.activations.relu([-2.0, 9.0], 0.5, max_value=6.0).numpy().tolist()
    [-1.0, 6.0]
    """
    if not negative_slope and not threshold and max_value is None:
        return nn.relu(x)
    return nn.relu_general(x, negative_slope, max_value, threshold)


@public("keras.activations")
def gelu(x: Any, approximate: bool = False) -> Any:
    """`x` times the distribution function of the normal distribution.

    Args:
        x: A tensor.
        approximate: Whether to compute it by `tanh`, which is faster.

    Returns:
        A tensor of the shape of `x`.

    Source: Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415.
    """
    return nn.gelu(x, approximate)


# The names that `get` knows.
_TABLE: dict[str, Any] = name_table(
    celu, elu, exponential, gelu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_tanh,
    leaky_relu, linear, log_sigmoid, log_softmax, mish, relu, relu6, selu, sigmoid,
    silu, soft_shrink, softmax, softplus, softsign, sparse_plus, sparse_sigmoid,
    sparsemax, squareplus, tanh, tanh_shrink, threshold,
    hard_swish=hard_silu, swish=silu,
)  # fmt: skip


def serialize(activation: Any) -> Any:
    """Describes an activation by plain values.

    Args:
        activation: A function, or a layer used as one.

    Returns:
        Its name if it is one of Keras's, else what
        `keras.saving.serialize_keras_object` returns.

    Example:

    >>> from addax import keras
    >>> keras.activations.serialize(keras.activations.relu)
    'relu'
    """
    address = public_address(activation)
    return serialize_keras_object(activation) if address is None else address[1]


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Finds the activation that `serialize` described.

    Args:
        config: A name, or a dictionary.
        custom_objects: Names and functions that may occur in it.

    Returns:
        The function.
    """
    if isinstance(config, str):
        return (custom_objects or {}).get(config) or get(config)
    return deserialize_keras_object(config, custom_objects)


def get(identifier: Any) -> Callable[..., Any]:
    """Finds an activation.

    Args:
        identifier: A name, a function, a layer, a configuration, or `None`.

    Returns:
        The function; `linear` for `None`.

    Raises:
        ValueError: If there is none of that name.

    Example:

    >>> from addax import keras
    >>> keras.activations.get("softmax") is keras.activations.softmax
    True
    """
    return linear if identifier is None else resolve(identifier, _TABLE, "activation")
