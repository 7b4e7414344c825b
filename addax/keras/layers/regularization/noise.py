"""Noise added to or multiplied with the input while training."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import SeedGenerator
from addax.keras.layers.layer import Layer
from addax.keras.layers.regularization.dropout import part
from addax.keras.serialization import public
from addax.ops import create, math, random


@public("keras.layers")
class GaussianNoise(Layer):
    """Adds normal noise while training.

    Args:
        stddev: The noise's standard deviation.
        seed: A whole number that makes the noise reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not stddev >= 0:
            raise ValueError(
                explain("`stddev` must be at least 0.", received={"stddev": stddev})
            )
        self.stddev = stddev
        self.seed = seed
        self.supports_masking = True
        if stddev > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The inputs, with noise if `training`."""
        if not training or not self.stddev:
            return inputs
        noise = random.normal(
            inputs.shape, 0.0, self.stddev, self.compute_dtype, self.seed_generator
        )
        return math.add(inputs, noise)


@public("keras.layers")
class GaussianDropout(Layer):
    """Multiplies by normal noise of mean 1 while training.

    Args:
        rate: The noise has the variance `rate / (1 - rate)`.
        seed: A whole number that makes the noise reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = part("rate", rate)
        self.seed = seed
        self.supports_masking = True
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The inputs, with noise if `training`."""
        if not training or not self.rate:
            return inputs
        stddev = (self.rate / (1.0 - self.rate)) ** 0.5
        noise = random.normal(
            inputs.shape, 1.0, stddev, self.compute_dtype, self.seed_generator
        )
        return math.multiply(inputs, noise)


# The two constants of the SELU activation
_ALPHA = 1.6732632423543772848170429916717
_SCALE = 1.0507009873554804934193349852946


@public("keras.layers")
class AlphaDropout(Layer):
    """Dropout for SELU networks: keeps the mean and the variance of the inputs.

    Args:
        rate: The part to drop, from 0 to 1.
        noise_shape: The shape of the random mask, as for `Dropout`.
        seed: A whole number that makes the masks reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: Klambauer et al. 2017, https://arxiv.org/abs/1706.02515.
    """

    def __init__(
        self,
        rate: float,
        noise_shape: Any = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate = part("rate", rate)
        self.noise_shape = noise_shape
        self.seed = seed
        self.supports_masking = True
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The inputs, a part of them dropped if `training`."""
        if not training or not self.rate:
            return inputs
        low = -_ALPHA * _SCALE  # where SELU ends on the left
        scale = ((1 - self.rate) * (1 + self.rate * low**2)) ** -0.5
        ones = create.ones_like(inputs)
        kept = random.dropout(ones, self.rate, self.noise_shape, self.seed_generator)
        x = math.where(math.greater(kept, 0), inputs, low)
        return math.add(math.multiply(x, scale), -scale * low * self.rate)
