"""`BatchNormalization`."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast
from addax.keras import constraints, initializers, regularizers
from addax.keras.layers.checks import known
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.layers.normalization import renorm as renormalization
from addax.keras.serialization import public
from addax.ops import math, normalize, reduce, shape


@public("keras.layers")
class BatchNormalization(Layer):
    """Brings each channel to mean 0 and variance 1, then scales and shifts it.

    While training the statistics are those of the batch, and moving averages of them
    are kept; otherwise (and while the layer is frozen) those averages are used.

    Args:
        axis: The axis of the channels.
        momentum: How much of the moving averages stays at each step.
        epsilon: Added to the variance.
        center: Whether to learn a shift, `beta`.
        scale: Whether to learn a scale, `gamma`.
        beta_initializer: How the shift starts.
        gamma_initializer: How the scale starts.
        moving_mean_initializer: How the average of the means starts.
        moving_variance_initializer: How the average of the variances starts.
        beta_regularizer: A penalty on the shift.
        gamma_regularizer: A penalty on the scale.
        beta_constraint: Applied to the shift after each update.
        gamma_constraint: Applied to the scale after each update.
        renorm: Whether batches are normalised towards averages of their statistics
            (Ioffe 2017, https://arxiv.org/abs/1702.03275), for small batches.
        renorm_clipping: Limits of that correction: a dict of `rmin`, `rmax` and `dmax`.
        renorm_momentum: How much of those averages stays at each step.
        synchronized: Kept for Keras's signature: one program sees the whole batch, on
            however many devices.
        **kwargs: `name`, `dtype`, `trainable`, `input_shape`.

    Source: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.BatchNormalization()
    >>> x = np.array([[1.0], [3.0]], "float32")
    >>> layer(x, training=True).numpy().round(2).tolist()
    [[-1.0], [1.0]]
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if renorm:
            renormalization.check_limits(renorm_clipping)
        self.axis = axis[0] if isinstance(axis, (list, tuple)) else int(axis)
        self.momentum = float(momentum)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.renorm = renorm
        self.renorm_clipping = (renorm_clipping or {}) if renorm else renorm_clipping
        self.renorm_momentum = renorm_momentum
        self.synchronized = synchronized
        self.supports_masking = True
        self.gamma: Any = None
        self.beta: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates scale, shift and moving averages."""
        size = known(self, input_shape, self.axis)
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=(size,),
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=(size,),
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.moving_mean = self.add_weight(
            name="moving_mean",
            shape=(size,),
            initializer=self.moving_mean_initializer,
            trainable=False,
            autocast=False,
        )
        self.moving_variance = self.add_weight(
            name="moving_variance",
            shape=(size,),
            initializer=self.moving_variance_initializer,
            trainable=False,
            autocast=False,
        )
        if self.renorm:
            renormalization.add_weights(self, size)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The normalised inputs.

        Args:
            inputs: A tensor.
            training: Whether to use the statistics of this batch.
            mask: Booleans; where false, entries do not count for the statistics.
        """
        if mask is not None and len(mask.shape) != len(inputs.shape) - 1:
            raise ValueError(
                explain(
                    "The mask must have the shape of the inputs without channels.",
                    received={"mask": mask, "inputs": inputs},
                )
            )
        compute = inputs.dtype
        if compute in ("float16", "bfloat16"):  # sums overflow or lose digits there
            inputs = cast(inputs, "float32")
        offset = None if self.beta is None else cast(self.beta, inputs.dtype)
        scale = None if self.gamma is None else cast(self.gamma, inputs.dtype)
        if not training or not self.trainable:
            mean = cast(self.moving_mean, inputs.dtype)
            variance = cast(self.moving_variance, inputs.dtype)
        elif self.renorm:
            mean, variance = self._moments(inputs, mask)
            ratio, shift = renormalization.corrections(self, mean, variance)
            offset = shift if scale is None else math.multiply(shift, scale)
            if self.beta is not None:
                offset = math.add(offset, cast(self.beta, inputs.dtype))
            scale = ratio if scale is None else math.multiply(ratio, scale)
        else:
            mean, variance = self._moments(inputs, mask)
            self.move(self.moving_mean, mean, self.momentum)
            self.move(self.moving_variance, variance, self.momentum)
        outputs = normalize.batch_normalization(
            inputs, mean, variance, self.axis, offset, scale, self.epsilon
        )
        return cast(outputs, compute)

    def move(self, average: Any, now: Any, momentum: float) -> None:
        """Moves an average towards a batch's statistic."""
        average.assign(
            math.add(
                math.multiply(average, momentum),
                math.multiply(cast(now, average.dtype), 1.0 - momentum),
            )
        )

    def _moments(self, inputs: Any, mask: Any) -> tuple[Any, Any]:
        rank = len(inputs.shape)
        axes = tuple(a for a in range(rank) if a != self.axis % rank)
        if mask is None:
            return normalize.moments(inputs, axes)
        weights = shape.expand_dims(cast(mask, inputs.dtype), -1)
        weights = shape.broadcast_to(
            weights,
            [n if a in axes else 1 for a, n in enumerate(inputs.shape)],
        )
        total = reduce.sum(weights, axes, keepdims=True)
        total = math.add(total, 1e-7)
        mean = math.divide(
            reduce.sum(math.multiply(inputs, weights), axes, keepdims=True), total
        )
        squares = math.square(math.subtract(inputs, mean))
        variance = math.divide(
            reduce.sum(math.multiply(squares, weights), axes, keepdims=True), total
        )
        return shape.squeeze(mean, axes), shape.squeeze(variance, axes)
