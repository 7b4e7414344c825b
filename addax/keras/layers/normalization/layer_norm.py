"""`LayerNormalization` and `RMSNormalization`: each sample by itself."""

from __future__ import annotations

from typing import Any

from addax.keras import constraints, initializers, regularizers
from addax.keras.layers.checks import known
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import normalize


def _axes(axis: Any) -> Any:
    return list(axis) if isinstance(axis, (list, tuple)) else axis


def _sizes(layer: Any, input_shape: Any) -> tuple[int, ...]:
    axis = layer.axis if isinstance(layer.axis, list) else [layer.axis]
    return tuple(known(layer, input_shape, a) for a in axis)


@public("keras.layers")
class LayerNormalization(Layer):
    """Brings each sample to mean 0 and variance 1, then scales and shifts it.

    Args:
        axis: The axis, or axes, over which statistics are taken.
        epsilon: Added to the variance.
        center: Whether to learn a shift, `beta`.
        scale: Whether to learn a scale, `gamma`.
        beta_initializer: How the shift starts.
        gamma_initializer: How the scale starts.
        beta_regularizer: A penalty on the shift.
        gamma_regularizer: A penalty on the scale.
        beta_constraint: Applied to the shift after each update.
        gamma_constraint: Applied to the scale after each update.
        rms_scaling: Whether to divide by the root of the variance only, without
            subtracting the mean or adding a shift.
        **kwargs: `name`, `dtype`, `trainable`, `input_shape`.

    Source: Ba, Kiros and Hinton 2016, https://arxiv.org/abs/1607.06450.

    Example:

    >>> from addax import keras
    >>> layer = keras.layers.LayerNormalization()
    >>> layer([[1.0, 3.0]]).numpy().round(2).tolist()
    [[-1.0, 1.0]]
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = _axes(axis)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.rms_scaling = rms_scaling
        self.supports_masking = True
        self.gamma: Any = None
        self.beta: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates scale and shift."""
        sizes = _sizes(self, input_shape)
        if self.scale or self.rms_scaling:
            self.gamma = self.add_weight(
                name="gamma",
                shape=sizes,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center and not self.rms_scaling:
            self.beta = self.add_weight(
                name="beta",
                shape=sizes,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )

    def call(self, inputs: Any) -> Any:
        """The normalised inputs."""
        return normalize.layer_normalization(
            inputs, self.gamma, self.beta, self.axis, self.epsilon, self.rms_scaling
        )


@public("keras.layers")
class RMSNormalization(Layer):
    """Divides each sample by the root of its mean square, then scales it.

    Args:
        axis: The axis, or axes, of the mean.
        epsilon: Added to the mean square.
        **kwargs: `name`, `dtype`, `trainable`, `input_shape`.

    Source: Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467.
    """

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = _axes(axis)
        self.epsilon = epsilon
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Creates the scale."""
        self.scale = self.add_weight(
            name="scale", shape=_sizes(self, input_shape), initializer="ones"
        )

    def call(self, inputs: Any) -> Any:
        """The normalised inputs."""
        return normalize.rms_normalization(inputs, self.scale, self.axis, self.epsilon)
