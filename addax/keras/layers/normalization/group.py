"""`GroupNormalization` and `UnitNormalization`."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras import constraints, initializers, regularizers
from addax.keras.layers.checks import known
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import normalize


@public("keras.layers")
class GroupNormalization(Layer):
    """Brings groups of channels of each sample to mean 0 and variance 1.

    Args:
        groups: How many groups; -1 for as many as there are channels.
        axis: The axis of the channels.
        epsilon: Added to the variance.
        center: Whether to learn a shift, `beta`.
        scale: Whether to learn a scale, `gamma`.
        beta_initializer: How the shift starts.
        gamma_initializer: How the scale starts.
        beta_regularizer: A penalty on the shift.
        gamma_regularizer: A penalty on the scale.
        beta_constraint: Applied to the shift after each update.
        gamma_constraint: Applied to the scale after each update.
        **kwargs: `name`, `dtype`, `trainable`, `input_shape`.

    Source: Wu and He 2018, https://arxiv.org/abs/1803.08494.
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True
        self.gamma: Any = None
        self.beta: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates scale and shift."""
        channels = known(self, input_shape, self.axis)
        if self.groups == -1:
            self.groups = channels
        if channels % self.groups:
            raise ValueError(
                explain(
                    "The channels must divide evenly into the groups.",
                    received={"channels": channels, "groups": self.groups},
                    fix=f"GroupNormalization(groups=...) with a divisor of {channels}.",
                )
            )
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=(channels,),
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=(channels,),
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs: Any) -> Any:
        """The normalised inputs."""
        return normalize.group_normalization(
            inputs, self.gamma, self.beta, self.groups, self.axis, self.epsilon
        )


@public("keras.layers")
class UnitNormalization(Layer):
    """Brings each vector along `axis` to length 1.

    Args:
        axis: The axis, or axes.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> from addax import keras
    >>> print(keras.layers.UnitNormalization()([[3.0, 4.0]]).numpy())
    [[0.6 0.8]]
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = list(axis) if isinstance(axis, (list, tuple)) else axis
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The normalised inputs."""
        return normalize.normalize(inputs, axis=self.axis, order=2, epsilon=1e-12**0.5)
