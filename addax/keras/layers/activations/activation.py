"""`Activation` and the layers that are one activation each."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras import activations, constraints, initializers, regularizers
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import math, nn
from addax.ops.attention import masked_softmax


@public("keras.layers")
class Activation(Layer):
    """Applies an activation function.

    Args:
        activation: A function or its name.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> from addax import keras
    >>> keras.layers.Activation("relu")([-1.0, 2.0]).numpy().tolist()
    [0.0, 2.0]
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """`activation(inputs)`."""
        return self.activation(inputs)


@public("keras.layers")
class ReLU(Layer):
    """`max(x, 0)`, or a variant of it.

    Args:
        max_value: The greatest output; none by default.
        negative_slope: The slope below `threshold`.
        threshold: Where the rectifier starts.
        **kwargs: `name`, `dtype`, `input_shape`.

    Raises:
        ValueError: If an argument is negative.
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.max_value = None if max_value is None else _least_0("max_value", max_value)
        self.negative_slope = _least_0("negative_slope", negative_slope)
        self.threshold = _least_0("threshold", threshold)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The rectified inputs."""
        return activations.relu(
            inputs, self.negative_slope, self.max_value, self.threshold
        )


@public("keras.layers")
class LeakyReLU(Layer):
    """`x` where positive, `negative_slope * x` elsewhere.

    Args:
        negative_slope: The slope below 0.
        **kwargs: `name`, `dtype`, `input_shape`; and Keras 2's `alpha`.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        negative_slope = kwargs.pop("alpha", negative_slope)
        super().__init__(**kwargs)
        self.negative_slope = _least_0("negative_slope", negative_slope)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The leaky rectified inputs."""
        return nn.leaky_relu(inputs, self.negative_slope)


@public("keras.layers")
class ELU(Layer):
    """`x` where positive, `alpha * (exp(x) - 1)` elsewhere.

    Args:
        alpha: The factor below 0.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: Clevert, Unterthiner and Hochreiter 2015,
    https://arxiv.org/abs/1511.07289.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The activated inputs."""
        return nn.elu(inputs, self.alpha)


@public("keras.layers")
class PReLU(Layer):
    """`x` where positive, `alpha * x` elsewhere, with `alpha` learnt.

    Args:
        alpha_initializer: How the slopes start.
        alpha_regularizer: A penalty on them.
        alpha_constraint: Applied to them after each update.
        shared_axes: Axes along which they are shared, e.g. `[1, 2]` for one slope for
            each channel of an image.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: He, Zhang, Ren and Sun 2015, https://arxiv.org/abs/1502.01852.
    """

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        several = isinstance(shared_axes, (list, tuple))
        self.shared_axes = (
            None
            if shared_axes is None
            else list(shared_axes)
            if several
            else [shared_axes]
        )
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Creates the slopes."""
        shared = {a % len(input_shape) for a in self.shared_axes or ()}
        shape = [1 if a in shared else n for a, n in enumerate(input_shape)][1:]
        self.alpha = self.add_weight(
            name="alpha",
            shape=shape,
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )
        axes = {a: n for a, n in enumerate(input_shape) if a and a not in shared}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=axes)

    def call(self, inputs: Any) -> Any:
        """The activated inputs."""
        below = math.multiply(math.negative(self.alpha), nn.relu(math.negative(inputs)))
        return math.add(nn.relu(inputs), below)


@public("keras.layers")
class ThresholdedReLU(Layer):
    """`x` above a threshold, 0 below (Keras 2; now `ReLU(threshold=theta)`).

    Args:
        theta: The threshold.
        **kwargs: `name`, `dtype`, `input_shape`.

    Raises:
        ValueError: If `theta` is negative.
    """

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.theta = _least_0("theta", theta)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The inputs above the threshold."""
        return activations.relu(inputs, threshold=self.theta)


@public("keras.layers")
class Softmax(Layer):
    """`exp(x)` divided by its sum.

    Args:
        axis: The axis or axes of the sum.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """The softmax of the inputs; 0 where the mask is false.

        Args:
            inputs: A tensor.
            mask: Booleans of the same shape.
        """
        if mask is None:
            return nn.softmax(inputs, self.axis)
        return masked_softmax(inputs, mask, self.axis)


def _least_0(name: str, value: Any) -> float:
    if value is None or value < 0:
        raise ValueError(
            explain(f"`{name}` must be a number, at least 0.", received={name: value})
        )
    return float(value) if isinstance(value, int) else value
